"""The door goes before the reader while many mails come in, and the reader never stops."""

import asyncio
import time

from inbound.pace import LOOK_SECONDS, REST_SECONDS_MAX, RESTS_TIMES, Pace


async def batch(pace: Pace, *, mails: int, seconds: float = 0.02, on: bool = False) -> float:
    """How long a batch's reader rests when so many mails come in while it reads, and go `on` coming or not."""
    pace.begin()
    await asyncio.sleep(seconds)
    for _ in range(mails):
        pace.mail_came()
    coming = asyncio.create_task(_go_on(pace, mails / seconds if on else 0))
    begun = time.monotonic()
    async with asyncio.timeout(REST_SECONDS_MAX + 1):
        await pace.rest()
    coming.cancel()
    return time.monotonic() - begun


async def _go_on(pace: Pace, per_second: float) -> None:
    while per_second:
        await asyncio.sleep(0.01)
        for _ in range(round(per_second / 50)):  # twice as many, as a busy machine sleeps longer
            pace.mail_came()


async def test_a_quiet_door_is_read_at_once() -> None:
    assert await batch(Pace(), mails=0) < 0.01


async def test_a_busy_door_goes_first_for_a_while() -> None:
    few = await batch(Pace(), mails=10, on=True)
    many = await batch(Pace(), mails=50, on=True)
    assert 0.02 * RESTS_TIMES < few < many < REST_SECONDS_MAX


async def test_nobody_rests_for_a_door_that_has_fallen_quiet() -> None:
    assert await batch(Pace(), mails=10_000, seconds=0.1) < LOOK_SECONDS * 3


async def test_who_rests_is_roused_when_the_process_stops() -> None:
    pace = Pace()
    asyncio.get_running_loop().call_later(0.05, pace.wake)
    assert await batch(pace, mails=10_000, seconds=0.1, on=True) < 0.5


async def test_who_waits_hears_of_a_mail_at_once() -> None:
    pace = Pace()
    asyncio.get_running_loop().call_later(0.02, pace.mail_came)
    begun = time.monotonic()
    await pace.wait(5)
    assert time.monotonic() - begun < 1


async def test_the_first_mail_of_a_crowd_is_not_read_before_the_crowd_is_in() -> None:
    pace = Pace()
    waiting = asyncio.create_task(pace.wait(5))
    coming = asyncio.create_task(_go_on(pace, 5_000))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    coming.cancel()
    async with asyncio.timeout(REST_SECONDS_MAX + 1):
        await waiting
