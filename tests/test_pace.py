"""The door goes before the reader while many mails come in, and the reader never stops."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from inbound.pace import FIRST_SECONDS, LOOK_SECONDS, REST_SECONDS_MAX, RESTS_TIMES, Pace

COMING_EVERY = 0.01
TICK = 1e-6
"""What a turn of the loop takes at least: a clock that stood still would never reach the end of a wait."""


class _Instant(selectors.DefaultSelector):
    """Where nothing is ready, as much time goes by as would have been waited for; a turn takes a moment."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        self.now += TICK if ready else max(TICK, timeout or 0.0)
        return ready


def timed(tried: Callable[[Pace], Awaitable[None]]) -> float:
    """How many seconds that takes, on a clock that moves only while everybody waits."""
    selector = _Instant()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now  # type: ignore[method-assign]

    async def run() -> float:
        pace = Pace(loop.time)
        await tried(pace)
        return selector.now

    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


def rested(*, mails: int, seconds: float = 0.02, on: bool = False, woken_after: float | None = None) -> float:
    """How long a batch's reader rests when so many mails come in while it reads, and go `on` coming or not."""

    async def batch(pace: Pace) -> None:
        loop = asyncio.get_running_loop()
        pace.begin()
        await asyncio.sleep(seconds)
        for _ in range(mails):
            pace.mail_came()
        coming = asyncio.create_task(_go_on(pace, mails / seconds if on else 0))
        if woken_after:
            loop.call_later(woken_after, pace.wake)
        await pace.rest()
        coming.cancel()

    return timed(batch) - seconds


async def _go_on(pace: Pace, per_second: float) -> None:
    while per_second:
        await asyncio.sleep(COMING_EVERY)
        for _ in range(round(per_second * COMING_EVERY)):
            pace.mail_came()


def test_a_quiet_door_is_read_at_once() -> None:
    assert rested(mails=0) == pytest.approx(0, abs=0.001)


def test_a_busy_door_goes_first_for_a_while() -> None:
    few, many = rested(mails=10, on=True), rested(mails=50, on=True)
    assert 0.02 * RESTS_TIMES < few < many < REST_SECONDS_MAX


def test_a_flood_holds_the_reader_up_only_so_long() -> None:
    assert rested(mails=10_000, seconds=0.1, on=True) == pytest.approx(REST_SECONDS_MAX, rel=0.01)


def test_nobody_rests_for_a_door_that_has_fallen_quiet() -> None:
    assert rested(mails=10_000, seconds=0.1) <= LOOK_SECONDS * 1.01


def test_who_rests_is_roused_when_the_process_stops() -> None:
    assert rested(mails=1_000, seconds=0.1, on=True, woken_after=0.05) == pytest.approx(0.05, abs=0.001)


def test_who_waits_hears_of_a_mail_and_reads_it_in_a_moment() -> None:
    async def waits(pace: Pace) -> None:
        asyncio.get_running_loop().call_later(0.02, pace.mail_came)
        await pace.wait(5)

    assert timed(waits) == pytest.approx(0.02 + FIRST_SECONDS, abs=0.001)


def test_the_first_mail_of_a_crowd_is_not_read_before_the_crowd_is_in() -> None:
    async def waits(pace: Pace) -> None:
        coming = asyncio.create_task(_go_on(pace, 1_000))
        await pace.wait(5)
        coming.cancel()

    assert RESTS_TIMES * 10 * FIRST_SECONDS < timed(waits) < REST_SECONDS_MAX
