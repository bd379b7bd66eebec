"""Whose turn is it at a domain that has a limit? All processes share the turns, on every engine."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from store import Store
from store.pacing import BUSY_AGAIN, give_back, take
from tests.story import START, later

SECOND = timedelta(seconds=1)


async def turn(
    store: Store, delivery: str, *, at_once: int | None = None, a_minute: int | None = None, now: datetime = START
) -> datetime | None:
    ask = partial(take, delivery=delivery, domain="customer.example", until=now + timedelta(minutes=20))
    return await store.write(partial(ask, at_once=at_once, a_minute=a_minute, now=now))


async def test_turns_of_many_processes_are_as_far_apart_as_the_limit_says(store: Store, neighbour: Store) -> None:
    asked = [turn(one, f"{number}", a_minute=60) for number, one in enumerate([store, neighbour] * 5)]
    told = [again or START for again in await asyncio.gather(*asked)]
    assert sorted(told) == [START + SECOND * number for number in range(10)]


async def test_a_turn_is_kept_for_who_was_told_to_come_again(store: Store) -> None:
    assert await turn(store, "first", a_minute=6) is None
    assert await turn(store, "second", a_minute=6) == later(10)
    assert await turn(store, "third", a_minute=6) == later(20)
    assert await turn(store, "second", a_minute=6, now=later(9)) == later(10)
    assert await turn(store, "second", a_minute=6, now=later(10)) is None


async def test_so_many_are_under_way_as_may_be_and_whoever_ends_makes_room(store: Store, neighbour: Store) -> None:
    told = await asyncio.gather(*(turn(store, str(number), at_once=2) for number in range(2)))
    assert told == [None, None]
    assert await turn(neighbour, "third", at_once=2) == START + BUSY_AGAIN
    assert await turn(neighbour, "0", at_once=2) is None, "who has its turn may ask twice"
    await store.write(partial(give_back, delivery="0", domain="customer.example", now=START))
    assert await turn(neighbour, "third", at_once=2) is None


async def test_the_turns_of_a_dead_process_end_by_themselves(store: Store) -> None:
    assert await turn(store, "first", at_once=1) is None
    assert await turn(store, "second", at_once=1, now=later(1199)) is not None
    assert await turn(store, "second", at_once=1, now=later(1201)) is None


async def test_of_a_domain_whose_mails_are_sent_nothing_is_kept(store: Store) -> None:
    await turn(store, "first", a_minute=6)
    await store.write(partial(give_back, delivery="first", domain="customer.example", now=later(1)))
    assert await turn(store, "second", a_minute=6, now=later(1)) == later(10), "its next turn was not due yet"
    await store.write(partial(give_back, delivery="second", domain="customer.example", now=later(60)))
    rows = await store.read(lambda session: session.rows("select domain from domain_pace"))
    assert rows + await store.read(lambda session: session.rows("select domain from domain_turn")) == []
