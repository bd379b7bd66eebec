"""When is a stored mail read? At once while few come in; while many do, the door goes first.

Reading a mail takes several times as long as taking it, in the same process. Nobody waits for a mail to be read but its
reader; who sends waits for the 250.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

BUSY_PER_SECOND = 50.0
"""A door that takes more than this has no time to spare: a large helpdesk's whole day comes in at less."""
RESTS_TIMES = 4.0
"""So long, in times of what it took, reading rests for each `BUSY_PER_SECOND` mails that come in a second: at a
thousand a second it has an eightieth of the time. It never stops, whoever floods the door."""
REST_SECONDS_MAX = 10.0
LEAST_SECONDS = 0.01
FIRST_SECONDS = 0.02
"""Before a batch is begun after a quiet time: whether the mail that came is the first of a crowd."""
LOOK_SECONDS = 0.2
"""How often it looks whether they still come."""


class Pace:
    """Told by the door of every mail, asked by the reader when to go on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._news = asyncio.Event()
        self._roused = asyncio.Event()
        self._came = 0
        self._seen = 0
        self._since = clock()

    def mail_came(self) -> None:
        """A mail was stored."""
        self._came += 1
        self._news.set()

    def wake(self) -> None:
        """Something else is new, as that the process stops: whoever waits or rests looks again."""
        self._news.set()
        self._roused.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, at most so long; and longer when the door is busy then."""
        if await _within(seconds, self._news):
            self.begin()
            await asyncio.sleep(FIRST_SECONDS)
            await self.rest()

    async def rest(self) -> None:
        """After a batch: make room for the door if it was busy meanwhile."""
        busy, now = self._busy, self._clock()
        until = now + min(REST_SECONDS_MAX, RESTS_TIMES * busy * (now - self._since))
        while busy > 1 and (left_seconds := until - self._clock()) > 0:
            self.begin()
            if await _within(min(LOOK_SECONDS, left_seconds), self._roused):
                return
            busy = self._busy

    def begin(self) -> None:
        """A batch begins."""
        self._since, self._seen = self._clock(), self._came

    @property
    def _busy(self) -> float:
        """How busy the door was since, in times of what leaves it no time to spare."""
        seconds = max(self._clock() - self._since, LEAST_SECONDS)
        return (self._came - self._seen) / seconds / BUSY_PER_SECOND


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Wait for the event, at most so long; whether it came. It is over then."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    came = event.is_set()
    event.clear()
    return came
