"""How often may somebody ask? So often of all processes together, on every engine."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from store import Store, rates
from tests.story import START, later


async def taken(store: Store, name: str, at: datetime, *, most: int = 1, per_minute: int = 6) -> tuple[int, float]:
    return await store.write(partial(rates.take, name=name, per_minute=per_minute, most=most, now=at))


async def test_a_bucket_empties_and_refills(store: Store) -> None:
    assert [await taken(store, "key", START) for _ in range(7)] == [(1, 0.0)] * 6 + [(0, 10.0)]
    assert await taken(store, "another", START) == (1, 0.0)
    assert await taken(store, "key", later(9)) == (0, 1.0)
    assert await taken(store, "key", later(10)) == (1, 0.0)
    assert await taken(store, "key", later(600), most=99) == (6, 0.0)


async def test_processes_take_out_of_one_bucket(store: Store, neighbour: Store) -> None:
    calls = (taken((store, neighbour)[number % 2], "key", START, most=4, per_minute=10) for number in range(8))
    assert sum(number for number, _ in await asyncio.gather(*calls)) == 10


async def test_a_clock_that_goes_back_gives_nothing_and_takes_a_minute_at_most(store: Store) -> None:
    await taken(store, "key", START, most=6)
    before = START - timedelta(days=1)
    assert await taken(store, "key", before) == (0, 10.0)
    assert await taken(store, "key", before + timedelta(seconds=30), most=9) == (3, 0.0)


async def test_who_has_not_asked_for_a_minute_is_forgotten(store: Store) -> None:
    await taken(store, "early", START, most=3)
    await taken(store, "late", later(25))
    assert await store.write(partial(rates.drop_full, now=later(31))) == 1
    assert await store.read(lambda session: session.rows("select name from rate")) == [{"name": "late"}]
