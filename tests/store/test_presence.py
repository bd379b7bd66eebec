"""Do processes tell of themselves, and is one that fell silent known? On every engine."""

import asyncio
from datetime import datetime, timedelta

from store import Store
from store.presence import Itself, Process, every, keep_present, present
from tests.store.keeping import new_review
from tests.story import START

MAILER = Itself("m", "mailer", "post", "1.0", lambda: {"memory_bytes": 7})


def clock() -> datetime:
    return START


async def test_a_process_is_told_of_while_it_runs_and_no_longer(store: Store, neighbour: Store) -> None:
    async with present(store, MAILER, clock):
        async with asyncio.timeout(60):
            while not (known := await neighbour.read(every)):  # noqa: ASYNC110 - it tells when it comes to it
                await asyncio.sleep(0.01)
        (one,) = known
        assert (one.kind, one.machine, one.version, one.began_at) == ("mailer", "post", "1.0", START)
        assert one.figures["memory_bytes"] == 7
    assert await neighbour.read(every) == []


async def test_it_tells_how_many_writes_shared_how_many_transactions(store: Store) -> None:
    await new_review(store)
    known = await _once(store, START)
    assert known[0].figures["writes"] >= known[0].figures["transactions"] >= 1


async def test_who_says_nothing_is_silent_after_three_minutes_and_forgotten_after_a_day(store: Store) -> None:
    (one,) = await _once(store, START)
    assert not one.silent(START + timedelta(minutes=3))
    assert one.silent(START + timedelta(minutes=4))
    (_, still) = await _once(store, START + timedelta(hours=23), id="n")
    assert still.id == "n"
    assert [known.id for known in await _once(store, START + timedelta(hours=25), id="n")] == ["n"]


async def _once(store: Store, now: datetime, *, id: str = "m") -> list[Process]:
    """What is known when a process that told of itself once was ended by force."""
    itself = Itself(id, "mailer", "post", "1.0")
    stop = asyncio.Event()
    task = asyncio.create_task(keep_present(store, itself, lambda: now, stop))
    async with asyncio.timeout(60):
        while not any(one.id == id and one.seen_at == now for one in await store.read(every)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    task.cancel()
    return await store.read(every)
