"""What does one connection do? Takes a claimed mail, has it decided once more, composed and signed, hands it over.

What became of a mail is kept in one commit together with which mail comes next on this connection, before that one's
final dot. So a crash leaves one mail at most per connection of which nobody knows whether it arrived, and it is known
which; it goes out again under its Message-ID (RFC 1047: SMTP can do no better), and the record says so.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mailer.compose import Composed, Composer
from mailer.headers import NotAnAddress
from mailer.limits import Limits
from mailer.relay import SLOWEST, Handed, Relay
from mailer.routes import Lane
from mailer.sign import Signers
from mailer.work import Claimed, Work
from reviews.addresses import domain_of
from reviews.clicks import decide
from reviews.manners import Manners
from reviews.model import REGULAR, DeliveryKind, Outcome
from reviews.schedule import USUAL, next_reminder, retry_at, spread
from reviews.sending import Brakes, Drop, Due, Wait, attempted, still_due
from store import Outgoing, Settlement, Store, StoreUnavailableError, daily, mails, pacing, regular
from templates.letters import SIGN_IN_MINUTES

STORE_AGAIN_SECONDS = 1.0
FRESH = timedelta(seconds=2)
"""What was known that long ago is looked up again before a mail goes out by it."""
ALONE = (DeliveryKind.ROUND_TRIP, DeliveryKind.FORWARDED, DeliveryKind.DIGEST, *REGULAR)
"""What belongs to no review, and is due whenever it comes."""
MAYBE_TWICE = "sent again after a crash: it may have arrived twice"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be done with a mail, by what is known in `claimed`: it is `of` when it was taken."""

    of: Claimed
    claimed: Claimed
    step: Composed | Wait | Drop | Handed | None
    """The mail to hand over; or why not; or, None, that its lease could run out on the way."""


class TooLate(Exception):
    """Its lease could run out on the way."""


@dataclass
class Hand:
    """One connection to the relay, and what became of the last mail on it as long as that is not kept. While a mail is
    on its way, the next one is decided on and composed."""

    store: Store
    composer: Composer
    signers: Signers
    relay: Relay
    clock: Callable[[], datetime]
    lane: Lane
    limits: Limits
    briefed: Callable[[Sequence[Claimed]], Awaitable[list[Claimed]]]
    last: tuple[Claimed, Settlement] | None = field(default=None, init=False)
    ahead: tuple[deque[Claimed], Decided | None] | None = field(default=None, init=False)

    async def run(self, work: Work) -> None:
        """See mails through until there are no more."""
        while True:
            group = self.ahead[0] if self.ahead else work.take_at_once()
            if group is None:
                await self._guarded(self._keep(), None)
                group = await work.take()
            if group is None:
                return
            await self._in_turn(group, work)

    async def _in_turn(self, group: deque[Claimed], work: Work) -> None:
        decided, self.ahead = self.ahead[1] if self.ahead else None, None
        one = group.popleft()
        await self._guarded(self._see_through(one, work if not group else None, decided), one)
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
        await self._see_through(fresh, None, None)

    async def _see_through(self, claimed: Claimed, work: Work | None, decided: Decided | None) -> None:
        stale = decided is None or decided.of is not claimed or abs(self.clock() - decided.claimed.begun) > FRESH
        if decided is None or stale or not self.lane.open_to_us(self.clock()):
            decided = await self._decided(claimed)
        claimed, step = decided.claimed, decided.step
        if step is None:
            await self._give_back(claimed)
        elif isinstance(step, Wait):
            await self.store.put_back(claimed.id, until=step.until, reason=step.reason)  # its turn is kept for it
        elif isinstance(step, Composed):
            await self._send(claimed, step, work)
        else:
            await self._keep()
            ended = step if isinstance(step, Handed) else Handed(Outcome.DROPPED, step.reason)
            settlement = self._settlement(claimed, ended)
            instead = step.then if isinstance(step, Drop) else None
            self.last = claimed, replace(settlement, then=instead) if instead else settlement

    async def _decided(self, taken: Claimed) -> Decided:
        """Decide once more, by what is known now, and compose what is to go out."""
        claimed = taken
        if self.clock() > claimed.until or not self.lane.open_to_us(self.clock()):
            return Decided(taken, claimed, None)
        if abs(self.clock() - claimed.begun) > FRESH:
            (claimed,) = await self.briefed([claimed])
        verdict = self._still_due(claimed)
        if isinstance(verdict, Due):
            verdict = await self._turn(claimed)
        if not isinstance(verdict, Due):
            return Decided(taken, claimed, verdict)
        try:
            return Decided(taken, claimed, await self._composed(claimed))
        except NotAnAddress as error:
            return Decided(taken, claimed, Handed(Outcome.REFUSED, str(error)))
        except (LookupError, ValueError) as error:
            log.error("delivery not composed", **_named(claimed.outgoing), why=str(error))
            return Decided(taken, claimed, Handed(Outcome.DEFERRED, f"could not be composed: {error}"))

    async def _turn(self, claimed: Claimed) -> Due | Wait:
        """Whether it is its turn at the domain it goes to."""
        domain, now = domain_of(claimed.outgoing.delivery.recipient.email), self.clock()
        limit = self.limits.of(domain)
        if not limit:
            return Due()
        ask = partial(pacing.take, delivery=claimed.id, domain=domain, now=now, until=claimed.until + SLOWEST)
        again = await self.store.write(partial(ask, at_once=limit.at_once, a_minute=limit.a_minute))
        return Wait(again, f"{domain} has a limit, and it is not its turn") if again else Due()

    async def _turn_over(self, claimed: Claimed) -> None:
        domain = domain_of(claimed.outgoing.delivery.recipient.email)
        if self.limits.of(domain):
            with suppress(StoreUnavailableError):  # it ends by itself, a little later
                over = partial(pacing.give_back, delivery=claimed.id, domain=domain, now=self.clock())
                await self.store.write(over)

    async def _look_ahead(self, work: Work | None) -> None:
        """Take the next review's mails, and get the first of them ready; if that fails, it fails in its turn."""
        group = work.take_at_once() if work else None
        if group is None:
            return
        self.ahead = group, None
        with suppress(Exception):
            self.ahead = group, await self._decided(group[0])

    async def _give_back(self, claimed: Claimed) -> None:
        """For whoever claims it next; a lease that may have run out already is theirs."""
        if self.clock() < claimed.until + SLOWEST / 2:
            out = claimed.outgoing
            await self.store.put_back(claimed.id, until=out.due_at, reason=out.reason)
            await self._turn_over(claimed)

    def _still_due(self, claimed: Claimed) -> Due | Wait | Drop:
        delivery, brief, now = claimed.outgoing.delivery, claimed.brief, claimed.begun
        if delivery.purpose is DeliveryKind.SIGN_IN:
            return Due() if now - delivery.at < timedelta(minutes=SIGN_IN_MINUTES) else Drop("the link has run out")
        if delivery.purpose in ALONE:
            return Due()
        if brief is None or brief.log is None:
            return Drop("the review is gone")
        brakes = Brakes(brief.paused, brief.cap(claimed.per_hour), brief.sent)
        return still_due(
            delivery,
            brief.log,
            now=now,
            rules=self.store.rules,
            brakes=brakes,
            manners=self._manners(claimed),
            elsewhere=brief.elsewhere,
            left=brief.has_left,
        )

    def _manners(self, claimed: Claimed) -> Manners:
        return self.composer.manners.get(claimed.outgoing.brand, USUAL)

    async def _send(self, claimed: Claimed, mail: Composed, work: Work | None) -> None:
        """Hand it over. Before its final dot is said, the store knows that it is begun."""
        begun = asyncio.create_task(self._begun(claimed))
        sending = asyncio.create_task(self.relay.send(mail, after=begun, then=self._next_mail))
        try:
            await asyncio.sleep(0)  # both are under way while the next mail is composed
            await self._look_ahead(work)
            handed = await sending
            await begun
        except TooLate:
            await self._give_back(claimed)
        else:
            self.last = claimed, self._settlement(claimed, handed, mail=mail)
            await self.lane.told(handed, self.clock())

    def _next_mail(self) -> Composed | None:
        """The mail that goes out next on this connection, if it is ready and nothing changes."""
        decided = self.ahead[1] if self.ahead else None
        return decided.step if decided and isinstance(decided.step, Composed) else None

    async def _begun(self, claimed: Claimed) -> None:
        await self._keep(begun=claimed)
        if self.clock() > claimed.until:
            raise TooLate

    async def _composed(self, claimed: Claimed) -> Composed | Drop:
        outgoing, brief, now = claimed.outgoing, claimed.brief, claimed.begun
        if outgoing.delivery.purpose is DeliveryKind.FORWARDED:
            raw = await self.store.raw_mail(outgoing.delivery.occasion)
            came = await self.store.read(partial(mails.last_came, sha256=outgoing.delivery.occasion))
            mail = self.composer.compose_forwarded(outgoing, raw or b"", came, now=now)
        elif outgoing.delivery.purpose is DeliveryKind.DIGEST:
            ask = partial(daily.collected, recorder=self.store.recorder, mail=outgoing.delivery, now=now)
            mail = self.composer.compose_daily(outgoing, await self.store.read(ask), now=now)
        elif outgoing.delivery.purpose in REGULAR:
            look = partial(regular.collected, recorder=self.store.recorder, mail=outgoing.delivery, now=now)
            if isinstance(told := await self.store.read(look), Drop):
                return told
            mail = self.composer.compose_regular(outgoing, told, now=now)
        elif brief is None or brief.log is None:
            mail = self.composer.compose_alone(outgoing, now=now)
        else:
            timeline = (brief.known and brief.known.timeline) or decide(brief.log, self.store.rules)
            mail = self.composer.compose(outgoing, brief.log, timeline, siblings=brief.siblings, now=now)
        fields = await self.signers.fields(mail.sender_domain, mail.head, mail.body, at=now)
        return replace(mail, signatures=b"".join(fields))

    def _settlement(self, claimed: Claimed, handed: Handed, *, mail: Composed | None = None) -> Settlement:
        now, outgoing, log_ = self.clock(), claimed.outgoing, claimed.brief.log if claimed.brief else None
        outcome, reason = handed.outcome, handed.reason
        chance = spread(outgoing.delivery.id, outgoing.attempts)
        again = retry_at(attempt=outgoing.attempts, first_due=outgoing.delivery.due_at, now=now, chance=chance)
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
            seconds = (settlement.settled.at - last.begun).total_seconds()
            log.info("delivery settled", outcome=outcome, **_named(last.outgoing), attempt=attempt, seconds=seconds)
            await self._turn_over(last)


def _named(outgoing: Outgoing) -> dict[str, str]:
    delivery = outgoing.delivery
    return {"review": delivery.review, "delivery": delivery.id, "kind": delivery.purpose}
