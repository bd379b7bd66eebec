"""What became of the mails that were stored? Reads each one, decides whose it is and of what kind, and records it.

A crash between storing and reading loses nothing: the arrival waits, and recording twice is recording once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from inbound.resolver import Resolver
from inbound.routing import Astray, Route, Side, route
from inbound.senders import SenderVerdict, Trust, judge_sender
from reviews import flow
from reviews.bounces import read_bounce
from reviews.classify import Kind, classify
from reviews.events import Incoming
from reviews.facts import Bounce, Fact
from reviews.log import Log
from reviews.mail import Mail, read_mail
from reviews.model import Attachment, Person
from reviews.reading import read_reply
from reviews.tokens import Keys
from store import Arrival, Outgoing, Store, StoreUnavailableError, UnknownReviewError
from store.mails import PENDING, QUARANTINED, READ, UNREADABLE

BATCH = 20
LEASE = timedelta(minutes=2)
TRIES_MAX = 3
LATER = timedelta(minutes=5)
"""How long to wait for a DNS that does not answer; after TRIES_MAX the sender counts as unverified."""
ORIGINAL_LENGTH_MAX = 200_000

Rule = Callable[[Log], tuple[Fact, ...]]

log = structlog.get_logger()


class AskAgain(Exception):
    """Something outside did not answer; the mail is read again later."""


@dataclass(frozen=True)
class Reader:
    """The worker's parts."""

    store: Store
    keys: Keys
    reply_domain: str
    clock: Callable[[], datetime]
    resolver: Resolver | None
    idle_seconds: float = 1.0
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the door when a mail was stored, so that nobody waits for the next look."""

    async def run(self, stop: asyncio.Event) -> None:
        """Read what waits until told to stop."""
        while not stop.is_set():
            try:
                read = await self.read_waiting()
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))
                read = 0
            if not read:
                await self._pause()

    async def read_waiting(self) -> int:
        """Read one batch; how many arrivals were taken up."""
        arrivals = await self.store.claim_arrivals(now=self.clock(), most=BATCH, lease=LEASE)
        for arrival in arrivals:
            await self._take_up(arrival)
        return len(arrivals)

    async def _take_up(self, arrival: Arrival) -> None:
        try:
            await self._read(arrival)
        except StoreUnavailableError:
            raise
        except UnknownReviewError:
            await self._mark(arrival, QUARANTINED, reason="its review is gone")
        except AskAgain as again:
            await self.store.mark_arrival(arrival.id, status=PENDING, at=self.clock() + LATER, reason=str(again))
        except Exception as error:  # noqa: BLE001 - the raw mail is kept; one bad mail must not stop the others
            await self._failed(arrival, error)

    async def _failed(self, arrival: Arrival, error: Exception) -> None:
        log.error("mail not read", arrival=arrival.id, tries=arrival.tries, error=type(error).__name__)
        if arrival.tries >= TRIES_MAX:
            await self._show_unread(arrival)
            await self._mark(arrival, UNREADABLE, reason=f"it could not be read ({type(error).__name__})")

    async def _show_unread(self, arrival: Arrival) -> None:
        """Show a mail that could not be read in the thread it was sent to: its words are lost on us, not the mail."""
        envelope = arrival.envelope
        where = await route(envelope.recipients, (), store=self.store, keys=self.keys, reply_domain=self.reply_domain)
        if isinstance(where, Route) and where.side is not Side.RETURNED:
            unread = Incoming(
                at=envelope.at,
                sender=envelope.mail_from,
                sender_name="",
                verdict=Trust.UNCHECKED,
                message_id="",
                body_sha256="",
                mail=arrival.mail,
                subject="",
                text="",
                trimmed="",
                mark="this mail could not be read; it is kept as it came",
            )
            await self.store.record(where.review, self._joining(unread, where))

    def _joining(self, mail: Incoming, where: Route) -> Rule:
        """The rule by which a mail joins its thread, on the side it came in."""
        now = self.clock()
        if where.side is Side.STAFF:
            return partial(_answered_from_seat, mail=mail, seat=where.seat, at=now)
        return partial(flow.replied, mail=mail, at=now, rules=self.store.rules)

    async def _read(self, arrival: Arrival) -> None:
        raw = await self.store.raw_mail(arrival.mail)
        if raw is None:
            await self._mark(arrival, UNREADABLE, reason="its bytes are gone")
            return
        mail = await asyncio.to_thread(read_mail, raw)
        recipients = arrival.envelope.recipients
        where = await route(
            recipients, mail.references, store=self.store, keys=self.keys, reply_domain=self.reply_domain
        )
        if isinstance(where, Astray):
            await self._mark(arrival, QUARANTINED, reason=where.reason)
            return
        rule, reason = await self._rule(arrival, raw, mail, where)
        await self._record(arrival, where, rule, reason)

    async def _record(self, arrival: Arrival, where: Route, rule: Rule, reason: str) -> None:
        recorded = await self.store.record(where.review, rule)
        full = not recorded.new and flow.thread_full(recorded.log)
        status, why = (QUARANTINED, "its thread is full") if full else (READ, reason)
        await self._mark(arrival, status, review=where.review, reason=why)

    async def _rule(self, arrival: Arrival, raw: bytes, mail: Mail, where: Route) -> tuple[Rule, str]:
        """What this mail means for its review, and the words for its kind."""
        now = self.clock()
        verdict = classify(mail, mail_from=arrival.envelope.mail_from, own_domains=(self.reply_domain,))
        if verdict.kind is Kind.BOUNCE and where.delivery:
            return partial(flow.bounced, bounce=_bounce(arrival, mail, where, where.delivery), at=now), verdict.reason
        if verdict.kind is not Kind.HUMAN:
            auto = partial(
                flow.machine_answered, mail=arrival.mail, subject=mail.subject, reason=verdict.reason, at=now
            )
            return auto, verdict.reason
        sender = await asyncio.to_thread(judge_sender, raw, mail, self.resolver)
        if sender.trust is Trust.LATER and arrival.tries < TRIES_MAX:
            raise AskAgain(sender.reason)
        return self._joining(await self._incoming(arrival, mail, where, sender), where), verdict.reason

    async def _incoming(self, arrival: Arrival, mail: Mail, where: Route, sender: SenderVerdict) -> Incoming:
        reply = await asyncio.to_thread(read_reply, mail, original=await self._original(where))
        return Incoming(
            at=arrival.envelope.at,
            sender=mail.sender.address or arrival.envelope.mail_from,
            sender_name=mail.sender.name,
            verdict=Trust.UNVERIFIED if sender.trust is Trust.LATER else sender.trust,
            message_id=mail.message_id,
            body_sha256=mail.body_sha256,
            mail=arrival.mail,
            subject=mail.subject,
            text=reply.said,
            trimmed=reply.trimmed,
            attachments=tuple(Attachment(a.name, a.type, a.size_bytes, a.sha256) for a in mail.attachments),
            mark="; ".join(mail.problems),
        )

    async def _original(self, where: Route) -> str:
        """What we sent in this review: whatever of it comes back is not the person's own."""
        sent = await self.store.deliveries(where.review)
        return "\n\n".join(outgoing.sent_text for outgoing in sent if outgoing.sent_text)[-ORIGINAL_LENGTH_MAX:]

    async def _mark(self, arrival: Arrival, status: str, *, review: str = "", reason: str = "") -> None:
        await self.store.mark_arrival(arrival.id, status=status, at=self.clock(), review=review, reason=reason)
        log.info("mail read", arrival=arrival.id, status=status, review=review)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self.wake.wait(), self.idle_seconds)
        except TimeoutError:
            return
        self.wake.clear()


def _answered_from_seat(known: Log, *, mail: Incoming, seat: str, at: datetime) -> tuple[Fact, ...]:
    person = flow.seat_person(known, seat) or Person("")
    return flow.staff_answered(known, mail=mail, seat=person, at=at)


def _bounce(arrival: Arrival, mail: Mail, where: Route, returned: Outgoing) -> Bounce:
    told = read_bounce(mail)
    return Bounce(
        review=where.review,
        at=arrival.envelope.at,
        delivery=returned.delivery.id,
        mail=arrival.mail,
        permanent=told.permanent,
        status=told.status,
        reason=told.reason,
    )
