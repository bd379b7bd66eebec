"""The door goes before the reader while many mails come in, and the reader never stops."""

import asyncio
import time

from inbound.pace import BUSY_PER_SECOND, REST_SECONDS_MAX, RESTS_TIMES, Pace


async def batch(pace: Pace, *, mails: int, seconds: float = 0.02) -> float:
    """How long a batch's reader rests when so many mails come in while it reads."""
    pace.begin()
    await asyncio.sleep(seconds)
    for _ in range(mails):
        pace.mail_came()
    begun = time.monotonic()
    async with asyncio.timeout(REST_SECONDS_MAX + 1):
        await pace.rest()
    return time.monotonic() - begun


async def test_a_quiet_door_is_read_at_once() -> None:
    assert await batch(Pace(), mails=0) < 0.01


async def test_a_busy_door_goes_first_for_a_while() -> None:
    rested = await batch(Pace(), mails=int(BUSY_PER_SECOND))
    assert 0.02 * RESTS_TIMES * 0.8 < rested < REST_SECONDS_MAX


async def test_who_rests_is_roused_when_the_process_stops() -> None:
    pace = Pace()
    asyncio.get_running_loop().call_later(0.05, pace.wake)
    assert await batch(pace, mails=10_000, seconds=0.1) < 0.5


async def test_who_waits_hears_of_a_mail_at_once() -> None:
    pace = Pace()
    asyncio.get_running_loop().call_later(0.02, pace.mail_came)
    begun = time.monotonic()
    await pace.wait(5)
    assert time.monotonic() - begun < 1
