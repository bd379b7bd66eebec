"""What does one connection do? Takes a claimed mail, has it decided once more, composed and signed, hands it over.

What became of a mail is kept in one commit together with which mail comes next on this connection, before that one's
final dot. So a crash leaves one mail at most per connection of which nobody knows whether it arrived, and it is known
which; it goes out again under its Message-ID (RFC 1047: SMTP can do no better), and the record says so.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mailer.compose import Composed, Composer
from mailer.relay import SLOWEST, Handed, Relay
from mailer.sign import Signer
from reviews.clicks import decide
from reviews.facts import Delivery
from reviews.manners import Manners
from reviews.model import DeliveryKind, Outcome
from reviews.schedule import USUAL, next_reminder, retry_at
from reviews.sending import Brakes, Drop, Due, Wait, attempted, still_due
from store import Brief, Outgoing, Settlement, Store, StoreUnavailableError, mails
from templates.letters import SIGN_IN_MINUTES

STORE_AGAIN_SECONDS = 1.0
FRESH = timedelta(seconds=2)
"""What was known that long ago is looked up again before a mail goes out by it."""
MAYBE_TWICE = "sent again after a crash: it may have arrived twice"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claimed delivery and what was known when its turn came: the clock was read at `begun`, before its log. After
    `until` its lease could run out on the way."""

    outgoing: Outgoing
    begun: datetime
    until: datetime
    brief: Brief | None = None
    per_hour: int | None = None

    @property
    def id(self) -> str:
        return self.outgoing.delivery.id


class Work:
    """The mails a process has claimed. Those of one review go over one connection one after the other, so that the
    second knows what the first has told."""

    def __init__(self) -> None:
        self._groups: deque[deque[Claimed]] = deque()
        self._by_review: dict[str, deque[Claimed]] = {}
        self._closed = False
        self._low = 0
        self._came, self._is_low = asyncio.Event(), asyncio.Event()

    def add(self, claimed: Iterable[Claimed]) -> None:
        """More to do."""
        for one in claimed:
            review = one.outgoing.delivery.review or one.id
            group = self._by_review.get(review)
            if group is None:
                group = self._by_review[review] = deque()
                self._groups.append(group)
            group.append(one)
        self._came.set()

    async def take(self) -> deque[Claimed] | None:
        """The next mails of one review, once there are any; None when there will be none. Who has sent them all says so
        by `done`, and until then more of this review may join them."""
        while not self._groups:
            if self._closed:
                return None
            self._came.clear()
            await self._came.wait()
        return self._next()

    def take_at_once(self) -> deque[Claimed] | None:
        """The same, None when there are none just now."""
        return self._next() if self._groups else None

    def done(self, group_of: Claimed) -> None:
        """The last mail of a review was seen through."""
        self._by_review.pop(group_of.outgoing.delivery.review or group_of.id, None)

    async def wait_until_low(self, low: int, stop: asyncio.Event) -> None:
        """Until at most so many reviews wait, or it is time to stop."""
        self._low = low
        self._is_low.clear()
        stopped = asyncio.create_task(stop.wait())
        try:
            while len(self._groups) > low and not stop.is_set():
                self._is_low.clear()
                waiting = asyncio.create_task(self._is_low.wait())
                await asyncio.wait((stopped, waiting), return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
        finally:
            stopped.cancel()

    def rest(self) -> list[Claimed]:
        """What nobody has begun with, taken out."""
        rest = [claimed for group in self._groups for claimed in group]
        self._groups.clear()
        return rest

    def close(self) -> None:
        """Nothing comes after what is there."""
        self._closed = True
        self._came.set()

    def _next(self) -> deque[Claimed]:
        group = self._groups.popleft()
        if len(self._groups) <= self._low:
            self._is_low.set()
        return group


@dataclass
class Hand:
    """One connection to the relay, and what became of the last mail on it as long as that is not kept."""

    store: Store
    composer: Composer
    signers: Sequence[Signer]
    relay: Relay
    clock: Callable[[], datetime]
    briefed: Callable[[Sequence[Claimed]], Awaitable[list[Claimed]]]
    last: tuple[Claimed, Settlement] | None = field(default=None, init=False)

    async def run(self, work: Work) -> None:
        """See mails through until there are no more."""
        while True:
            group = work.take_at_once()
            if group is None:
                await self._guarded(self._keep(), None)
                group = await work.take()
            if group is None:
                return
            await self._in_turn(group, work)

    async def _in_turn(self, group: deque[Claimed], work: Work) -> None:
        one = group.popleft()
        await self._guarded(self._see_through(one), one)
        while group:
            one = group.popleft()
            await self._guarded(self._after_another(one), one)
        work.done(one)

    async def _guarded(self, step: Awaitable[None], claimed: Claimed | None) -> None:
        try:
            await step
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))  # its lease runs out, and it is taken again
        except Exception as error:  # noqa: BLE001 - one mail nobody can explain must not stop the others
            names = _named(claimed.outgoing) if claimed else {}
            log.error("delivery failed", **names, error=type(error).__name__, why=str(error))

    async def _after_another(self, claimed: Claimed) -> None:
        """The second mail of a review is decided on with what became of the first."""
        await self._keep()
        (fresh,) = await self.briefed([claimed])
        await self._see_through(fresh)

    async def _see_through(self, claimed: Claimed) -> None:
        if self.clock() > claimed.until:  # its lease could run out on the way
            await self._give_back(claimed)
            return
        if abs(self.clock() - claimed.begun) > FRESH:
            (claimed,) = await self.briefed([claimed])
        verdict = self._still_due(claimed)
        if isinstance(verdict, Wait):
            await self.store.put_back(claimed.id, until=verdict.until, reason=verdict.reason)
        elif isinstance(verdict, Drop):
            await self._keep()
            self.last = claimed, self._settlement(claimed, Handed(Outcome.DROPPED, verdict.reason))
        else:
            await self._send(claimed)

    async def _give_back(self, claimed: Claimed) -> None:
        """For whoever claims it next; a lease that may have run out already is theirs."""
        if self.clock() < claimed.until + SLOWEST / 2:
            out = claimed.outgoing
            await self.store.put_back(claimed.id, until=out.due_at, reason=out.reason)

    def _still_due(self, claimed: Claimed) -> Due | Wait | Drop:
        delivery, brief, now = claimed.outgoing.delivery, claimed.brief, claimed.begun
        if delivery.purpose is DeliveryKind.SIGN_IN:
            return Due() if now - delivery.at < timedelta(minutes=SIGN_IN_MINUTES) else Drop("the link has run out")
        if delivery.purpose in (DeliveryKind.ROUND_TRIP, DeliveryKind.FORWARDED):
            return Due()
        if brief is None or brief.log is None:
            return Drop("the review is gone")
        if brief.has_left:
            return Drop("no longer on the staff")
        brakes = Brakes(brief.paused, brief.cap(claimed.per_hour), brief.sent)
        return still_due(
            delivery,
            brief.log,
            now=now,
            rules=self.store.rules,
            brakes=brakes,
            manners=self._manners(claimed),
            elsewhere=brief.elsewhere,
        )

    def _reminder(self, claimed: Claimed, *, at: datetime) -> Delivery | None:
        """What follows a mail that was handed over, if it was a question."""
        known = claimed.brief.log if claimed.brief else None
        return next_reminder(claimed.outgoing.delivery, known, at=at, manners=self._manners(claimed)) if known else None

    def _manners(self, claimed: Claimed) -> Manners:
        return self.composer.manners.get(claimed.outgoing.brand, USUAL)

    async def _send(self, claimed: Claimed) -> None:
        try:
            mail = await self._composed(claimed)
        except (LookupError, ValueError) as error:
            log.error("delivery not composed", **_named(claimed.outgoing), why=str(error))
            await self._keep()
            failed = Handed(Outcome.DEFERRED, f"could not be composed: {error}")
            self.last = claimed, self._settlement(claimed, failed)
            return
        await self._keep(begun=claimed)
        self.last = claimed, self._settlement(claimed, await self.relay.send(mail), mail=mail)

    async def _composed(self, claimed: Claimed) -> Composed:
        outgoing, brief, now = claimed.outgoing, claimed.brief, claimed.begun
        if outgoing.delivery.purpose is DeliveryKind.FORWARDED:
            raw = await self.store.raw_mail(outgoing.delivery.occasion)
            came = await self.store.read(partial(mails.last_came, sha256=outgoing.delivery.occasion))
            mail = self.composer.compose_forwarded(outgoing, raw or b"", came, now=now)
        elif brief is None or brief.log is None:
            mail = self.composer.compose_alone(outgoing, now=now)
        else:
            timeline = decide(brief.log, self.store.rules)
            mail = self.composer.compose(outgoing, brief.log, timeline, siblings=brief.siblings, now=now)
        if not self.signers:
            return mail
        fields = [signer.field(mail.head, mail.body.relaxed, at=now) for signer in self.signers]
        return replace(mail, signatures=b"".join(fields))

    def _settlement(self, claimed: Claimed, handed: Handed, *, mail: Composed | None = None) -> Settlement:
        now, outgoing, log_ = self.clock(), claimed.outgoing, claimed.brief.log if claimed.brief else None
        outcome, reason = handed.outcome, handed.reason
        again = retry_at(attempt=outgoing.attempts, first_due=outgoing.delivery.due_at, now=now)
        if outcome is Outcome.DEFERRED and again is None:
            outcome, reason = Outcome.REFUSED, f"given up: {reason}"
        if outcome is Outcome.SENT:
            reason = MAYBE_TWICE if outgoing.in_doubt else ""
        settled = attempted(
            outgoing.delivery,
            outcome=outcome,
            attempt=outgoing.attempts,
            composed_at=claimed.begun,
            seen=len(log_.facts) if log_ else 0,
            at=now,
            gone=handed.gone,
            reason=reason,
            wording=mail.wording if mail else "",
        )
        sent = mail if outcome is Outcome.SENT else None
        return Settlement(
            settled,
            retry_at=again if outcome is Outcome.DEFERRED else None,
            subject=sent.subject if sent else "",
            sent_text=sent.text if sent else "",
            relay_id=handed.relay_id,
            then=next_reminder(outgoing.delivery, log_, at=now, manners=self._manners(claimed))
            if sent and log_
            else None,
        )

    async def _keep(self, *, begun: Claimed | None = None) -> None:
        """Keep what became of the last mail, and that this one is begun. A mail that went out must be marked so: try
        until the store takes it."""
        (last, settlement), self.last = self.last or (None, None), None
        if begun and begun.outgoing.in_doubt:
            log.warning("delivery may arrive twice", **_named(begun.outgoing))
        while last or begun:
            try:
                await self.store.settle_and_begin(settlement, begun.id if begun else "")
                break
            except StoreUnavailableError as error:
                log.warning("settling again", delivery=last.id if last else "", why=str(error))
                await asyncio.sleep(STORE_AGAIN_SECONDS)
        if last and settlement:
            outcome, attempt = settlement.settled.outcome, last.outgoing.attempts
            log.info("delivery settled", outcome=outcome, **_named(last.outgoing), attempt=attempt)


def _named(outgoing: Outgoing) -> dict[str, str]:
    delivery = outgoing.delivery
    return {"review": delivery.review, "delivery": delivery.id, "kind": delivery.purpose}
