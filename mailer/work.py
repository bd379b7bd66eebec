"""What has this process claimed? Each mail with what was known when its turn came, those of one review in one line."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store import Brief, Outgoing


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
