"""What became of the mails that were stored? Reads each one, decides whose it is and of what kind, and records it.

A crash between storing and reading loses nothing: the arrival waits, and recording twice is recording once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from inbound.pace import Pace
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
from reviews.model import TO_CUSTOMER, Attachment, Person
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
PERSONAL = (Kind.HUMAN, Kind.LIST_MAIL)
"""Kinds that hold a person's words. At a signed address nobody can guess, what a mailing list or a shared mailbox sends
is an answer to us: to take a person for a machine would lose their words."""
TEXT_LENGTH_MAX = 100_000
"""Characters kept of the words, and of the rest: a long chapter. The whole mail is kept as it came, and every event of
a review reads all of its messages."""
CUT = "it is long: only its beginning is shown, the whole mail is kept"

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
    pace: Pace = field(default_factory=Pace)
    """Told by the door of every mail, so that nobody waits for the next look."""

    async def run(self, stop: asyncio.Event) -> None:
        """Read what waits until told to stop."""
        while not stop.is_set():
            self.pace.begin()
            try:
                read = await self.read_waiting()
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))
                read = 0
            await (self.pace.rest() if read else self.pace.wait(self.idle_seconds))

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
        unread = Incoming(
            at=arrival.envelope.at,
            sender=arrival.envelope.mail_from,
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
        found = await self._route(arrival, ())
        for where in () if isinstance(found, Astray) else found:
            if where.side is not Side.RETURNED:
                await self._record(where, self._joining(unread, where), "")

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
        found = await self._route(arrival, mail.references)
        if isinstance(found, Astray):
            await self._mark(arrival, QUARANTINED, reason=found.reason)
            return
        ends = [await self._record(where, *await self._rule(arrival, raw, mail, where)) for where in found]
        status, reason = next((end for end in ends if end[0] != READ), ends[0])
        await self._mark(arrival, status, review=found[0].review, reason=reason)

    async def _route(self, arrival: Arrival, references: tuple[str, ...]) -> tuple[Route, ...] | Astray:
        recipients = arrival.envelope.recipients
        return await route(recipients, references, store=self.store, keys=self.keys, reply_domain=self.reply_domain)

    async def _record(self, where: Route, rule: Rule, reason: str) -> tuple[str, str]:
        """How the mail ended as far as this review goes, and why."""
        try:
            recorded = await self.store.record(where.review, rule)
        except UnknownReviewError:
            return (QUARANTINED, "its review is gone")
        full = not recorded.new and flow.thread_full(recorded.log)
        return (QUARANTINED, "its thread is full") if full else (READ, reason)

    async def _rule(self, arrival: Arrival, raw: bytes, mail: Mail, where: Route) -> tuple[Rule, str]:
        """What this mail means for its review, and the words for its kind."""
        now = self.clock()
        verdict = classify(mail, mail_from=arrival.envelope.mail_from, own_domains=(self.reply_domain,))
        if verdict.kind is Kind.BOUNCE and where.delivery:
            return partial(flow.bounced, bounce=_bounce(arrival, mail, where, where.delivery), at=now), verdict.reason
        if verdict.kind not in PERSONAL or _returned_to_staff(where):
            auto = partial(flow.machine_answered, mail=arrival.mail, subject=mail.subject, reason=verdict.reason)
            complaint = (
                verdict.kind is Kind.COMPLAINT and where.side is not Side.STAFF and not _returned_to_staff(where)
            )
            return partial(auto, at=now, complaint=complaint), verdict.reason
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
            text=reply.said[:TEXT_LENGTH_MAX],
            trimmed=reply.trimmed[:TEXT_LENGTH_MAX],
            attachments=tuple(Attachment(a.name, a.type, a.size_bytes, a.sha256) for a in mail.attachments),
            mark="; ".join((*mail.problems, *((CUT,) if _is_long(mail) else ()))),
        )

    async def _original(self, where: Route) -> str:
        """What we sent in this review: whatever of it comes back is not the person's own."""
        sent = await self.store.deliveries(where.review)
        return "\n\n".join(outgoing.sent_text for outgoing in sent if outgoing.sent_text)[-ORIGINAL_LENGTH_MAX:]

    async def _mark(self, arrival: Arrival, status: str, *, review: str = "", reason: str = "") -> None:
        await self.store.mark_arrival(arrival.id, status=status, at=self.clock(), review=review, reason=reason)
        log.info("mail read", arrival=arrival.id, status=status, review=review)


def _returned_to_staff(where: Route) -> bool:
    """Whether the mail came back to the envelope sender of a mail to staff: an absence notice, whatever it looks like.
    A member of staff answers the notice's own address."""
    sent = where.delivery
    return where.side is Side.RETURNED and sent is not None and sent.delivery.purpose not in TO_CUSTOMER


def _is_long(mail: Mail) -> bool:
    return max(len(mail.text), len(mail.html)) > TEXT_LENGTH_MAX


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
