"""Which mail goes out next? Claims what is due, decides once more, sends, settles.

Nothing is sent twice while the store is up; after a crash the same mail goes out under the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mailer.compose import Composed, Composer
from mailer.relay import SLOWEST, Handed, Relay
from mailer.sign import Signer
from reviews.clicks import decide
from reviews.log import Log
from reviews.model import TO_STAFF, DeliveryKind, Outcome
from reviews.schedule import retry_at
from reviews.sending import Brakes, Drop, Due, Wait, attempted, still_due
from store import Outgoing, Settlement, Store, StoreUnavailableError
from templates.letters import SIGN_IN_MINUTES

LEASE = SLOWEST + timedelta(minutes=3)
"""Longer than the slowest hand-over: who has not settled by then has crashed."""
STORE_AGAIN_SECONDS = 1.0
HOUR = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claimed delivery, and what was known when its turn came: the clock was read before the log."""

    outgoing: Outgoing
    begun: datetime
    known: Log | None


@dataclass(frozen=True)
class Mailer:
    """The worker's parts. One relay per connection; `per_hour` is the cap of a brand that has none of its own."""

    store: Store
    composer: Composer
    relays: Sequence[Relay]
    clock: Callable[[], datetime]
    signer: Signer | None = None
    per_hour: int | None = None
    idle_seconds: float = 1.0

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due until told to stop; what is under way is finished and settled."""
        try:
            while not stop.is_set():
                if not await self._round():
                    await _pause(stop, self.idle_seconds)
        finally:
            for relay in self.relays:
                await relay.close()

    async def _round(self) -> int:
        """One claim and what came of it; how many mails were taken."""
        try:
            return await self.send_due()
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
            return 0

    async def send_due(self) -> int:
        """Claim one batch and see each mail through; how many were claimed. Those of one review go one after the other,
        so that the second knows what the first has told."""
        begun = self.clock()
        claimed = await self.store.claim(now=begun, most=len(self.relays), lease=LEASE)
        by_review: dict[str, list[Outgoing]] = {}
        for outgoing in claimed:
            by_review.setdefault(outgoing.delivery.review, []).append(outgoing)
        in_turn = partial(self._in_turn, until=begun + LEASE - SLOWEST)
        await asyncio.gather(*map(in_turn, by_review.values(), self.relays))
        return len(claimed)

    async def _in_turn(self, queue: Sequence[Outgoing], relay: Relay, *, until: datetime) -> None:
        for outgoing in queue:
            if self.clock() > until:  # its lease could run out on the way: it is taken up again after that
                return
            try:
                await self._see_through(outgoing, relay)
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))  # its lease runs out, and it is taken again
            except Exception as error:  # noqa: BLE001 - one mail nobody can explain must not stop the others
                log.error("delivery failed", **_named(outgoing), error=type(error).__name__, why=str(error))

    async def _see_through(self, outgoing: Outgoing, relay: Relay) -> None:
        begun = self.clock()
        attempt = Attempt(outgoing, begun, await self.store.log(outgoing.delivery.review))
        verdict = await self._still_due(attempt)
        if isinstance(verdict, Wait):
            await self.store.put_back(outgoing.delivery.id, until=verdict.until, reason=verdict.reason)
        elif isinstance(verdict, Drop):
            await self._settle(attempt, Handed(Outcome.DROPPED, verdict.reason))
        else:
            await self._send(attempt, relay)

    async def _still_due(self, attempt: Attempt) -> Due | Wait | Drop:
        delivery, known, now = attempt.outgoing.delivery, attempt.known, attempt.begun
        if delivery.purpose is DeliveryKind.SIGN_IN:
            return Due() if now - delivery.at < timedelta(minutes=SIGN_IN_MINUTES) else Drop("the link has run out")
        if delivery.purpose is DeliveryKind.ROUND_TRIP:
            return Due()
        if known is None:
            return Drop("the review is gone")
        if delivery.purpose in TO_STAFF and await self.store.has_left(delivery.recipient.email):
            return Drop("no longer on the staff")
        brakes = await self._brakes(attempt.outgoing, now)
        return still_due(delivery, known, now=now, rules=self.store.rules, brakes=brakes)

    async def _brakes(self, outgoing: Outgoing, now: datetime) -> Brakes:
        if outgoing.delivery.purpose is not DeliveryKind.INVITATION:
            return Brakes()
        brake = await self.store.brake(outgoing.brand)
        per_hour = self.per_hour if brake.per_hour is None else brake.cap
        return Brakes(brake.paused_at is not None, per_hour, await self.store.sent_before(outgoing, now - HOUR))

    async def _send(self, attempt: Attempt, relay: Relay) -> None:
        try:
            mail = await self._composed(attempt)
        except (LookupError, ValueError) as error:
            log.error("delivery not composed", **_named(attempt.outgoing), why=str(error))
            await self._settle(attempt, Handed(Outcome.DEFERRED, f"could not be composed: {error}"))
            return
        await self._settle(attempt, await relay.send(mail), mail=mail)

    async def _composed(self, attempt: Attempt) -> Composed:
        outgoing, known, now = attempt.outgoing, attempt.known, attempt.begun
        if known is None:
            mail = self.composer.compose_alone(outgoing, now=now)
        else:
            siblings = await self.store.deliveries(known.review.id)
            timeline = decide(known, self.store.rules)
            mail = self.composer.compose(outgoing, known, timeline, siblings=siblings, now=now)
        return replace(mail, raw=await asyncio.to_thread(self.signer.sign, mail.raw)) if self.signer else mail

    async def _settle(self, attempt: Attempt, handed: Handed, *, mail: Composed | None = None) -> None:
        now, outgoing = self.clock(), attempt.outgoing
        outcome, reason = handed.outcome, handed.reason
        again = retry_at(attempt=outgoing.attempts, first_due=outgoing.delivery.due_at, now=now)
        if outcome is Outcome.DEFERRED and again is None:
            outcome, reason = Outcome.REFUSED, f"given up: {reason}"
        settled = attempted(
            outgoing.delivery,
            outcome=outcome,
            attempt=outgoing.attempts,
            composed_at=attempt.begun,
            seen=len(attempt.known.facts) if attempt.known else 0,
            at=now,
            gone=handed.gone,
            reason="" if outcome is Outcome.SENT else reason,
        )
        sent = mail if mail and outcome is Outcome.SENT else None
        await self._keep_settling(
            Settlement(
                settled,
                retry_at=again if outcome is Outcome.DEFERRED else None,
                subject=sent.subject if sent else "",
                sent_text=sent.text if sent else "",
                relay_id=handed.relay_id,
            )
        )
        log.info("delivery settled", outcome=outcome, **_named(outgoing), attempt=outgoing.attempts)

    async def _keep_settling(self, settlement: Settlement) -> None:
        """A mail that went out must be marked so: try until the store takes it."""
        while True:
            try:
                await self.store.settle(settlement)
                return
            except StoreUnavailableError as error:
                log.warning("settling again", delivery=settlement.settled.delivery, why=str(error))
                await asyncio.sleep(STORE_AGAIN_SECONDS)


def _named(outgoing: Outgoing) -> dict[str, str]:
    delivery = outgoing.delivery
    return {"review": delivery.review, "delivery": delivery.id, "kind": delivery.purpose}


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
