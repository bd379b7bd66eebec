"""Which mail goes out next? Claims what is due, and keeps every connection busy until it is told to stop.

Nothing is sent twice while the store is up. After a crash the same mail goes out under the same Message-ID, and which
mails may have arrived already is known: at most one for each connection (mailer/hand.py).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from mailer.compose import Composer
from mailer.hand import Hand
from mailer.limits import Limits
from mailer.relay import SLOWEST, Relay
from mailer.routes import DEFAULT, Lane, Routes
from mailer.sign import UNSIGNED, Signers
from mailer.work import Claimed, Work
from store import Store, StoreUnavailableError

LEASE = SLOWEST + timedelta(minutes=3)
"""Longer than the slowest hand-over: who has not settled by then has crashed."""
CLAIM_MAX = 200
"""Mails claimed at once. What a crash leaves claimed waits for its lease to run out."""
QUICK_SECONDS, SLOW_SECONDS = 0.25, 1.0
"""A claim should be half worked off in between: what is claimed much earlier than sent is looked at again."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Mailer:
    """The worker's parts. One relay per connection; `per_hour` is the cap of a brand that has none of its own. With
    `signers` every mail is signed by the keys of the domain it comes from."""

    store: Store
    composer: Composer
    relays: Sequence[Relay]
    clock: Callable[[], datetime]
    signers: Signers = UNSIGNED
    per_hour: int | None = None
    idle_seconds: float = 1.0
    routes: Routes = field(default_factory=Routes)
    route: str = DEFAULT
    """The one that `relays` lead to."""
    limits: Limits = field(default_factory=Limits)

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due until told to stop; what is under way is finished and settled, the rest given back. The next
        mails are claimed while the last ones are being sent."""
        work = Work()
        await self._lane.begin(self.clock())
        hands = [asyncio.create_task(hand.run(work)) for hand in self._hands()]
        try:
            most = len(self.relays)
            while not stop.is_set():
                begun = time.monotonic()
                taken = await self._round(work, most)
                if taken:
                    await work.wait_until_low(taken // 2, stop)
                    most = self._most(most, taken, time.monotonic() - begun)
                else:
                    await _pause(stop, self.idle_seconds)
            await self._give_back(work)
        finally:
            work.close()
            await asyncio.gather(*hands)
            for relay in self.relays:
                await relay.close()

    async def send_due(self) -> int:
        """Claim one batch and see each mail through; how many were claimed."""
        work = Work()
        taken = await self._claim(work, len(self.relays))
        work.close()
        await asyncio.gather(*(hand.run(work) for hand in self._hands()))
        return taken

    def _hands(self) -> list[Hand]:
        parts = (self.store, self.composer, self.signers)
        return [Hand(*parts, relay, self.clock, self._lane, self.limits, self._briefed) for relay in self.relays]

    @cached_property
    def _lane(self) -> Lane:
        return Lane(self.store, self.routes, self.route)

    async def _round(self, work: Work, most: int) -> int:
        """One claim; how many mails were taken."""
        try:
            return await self._claim(work, most)
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
            return 0

    async def _claim(self, work: Work, most: int) -> int:
        begun = self.clock()
        await self._lane.look()
        share = self.routes.share(self.route, begun)
        if share is None:
            return 0
        was_down = self._lane.breaker.until is not None  # one mail finds out whether it still is
        outgoing = await self.store.claim(now=begun, most=1 if was_down else most, lease=LEASE, share=share)
        if outgoing and was_down and not await self._lane.may_try(begun):
            await self.store.put_back(outgoing[0].delivery.id, until=outgoing[0].due_at, reason=outgoing[0].reason)
            return 0
        if outgoing:
            blank = [Claimed(out, begun, until=begun + LEASE - SLOWEST) for out in outgoing]
            work.add(await self._briefed(blank))
        return len(outgoing)

    async def _briefed(self, claimed: Sequence[Claimed]) -> list[Claimed]:
        """The same with what is known now; the clock is read before the logs."""
        begun = self.clock()
        outgoing = [one.outgoing for one in claimed]
        briefs = await self.store.briefs(outgoing, now=begun, per_hour=self.per_hour, manners=self.composer.manners)
        return [
            replace(one, begun=begun, brief=brief, per_hour=self.per_hour)
            for one, brief in zip(claimed, briefs, strict=True)
        ]

    def _most(self, most: int, taken: int, seconds: float) -> int:
        """How many mails to claim next: so many as the connections take in half a second or so."""
        if taken == most and seconds < QUICK_SECONDS:
            return min(most * 2, CLAIM_MAX)
        return max(len(self.relays), most // 2) if seconds > SLOW_SECONDS else most

    async def _give_back(self, work: Work) -> None:
        for claimed in work.rest():
            out = claimed.outgoing
            try:
                await self.store.put_back(out.delivery.id, until=out.due_at, reason=out.reason)
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))  # its lease runs out, and it is taken again
                return


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
