"""What a client does in a minute is one trail, whichever process it comes to, at whatever moment."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from reviews import flow, hindsight
from reviews.doorstep import Doorstep
from reviews.facts import Fact, Review
from reviews.suspects import Suspicion
from store import Caller, Store
from store.retention import erase_trails
from store.trails import STALE_AFTER
from tests.store.keeping import new_review
from tests.story import RULES, START, later, visit

CLIENTS = "select client from trail order by client"


async def reviews(store: Store, number: int) -> list[Review]:
    return [await new_review(store, ticket=str(one)) for one in range(number)]


async def opened(store: Store, review: Review, client: str, at: float) -> list[Suspicion]:
    """A client opens a link of a review: what that shows."""
    seen, here = visit(client), list[Suspicion]()

    def rule(door: Doorstep, shows: Iterable[Suspicion]) -> list[Fact]:
        here[:] = shows
        hit = flow.link_opened(door, hit=f"{client} {at}", link="happy", visit=seen, at=later(at), rules=RULES)
        return [*hit, *(hindsight.suspected(door.review, one, at=later(at)) for one in here)]

    elsewhere = (await store.visit(Caller(review.id, client, later(at), rule))).shows
    return [*here, *(elsewhere or ())]


async def test_a_fleet_whose_visits_are_divided_is_seen(store: Store, neighbour: Store) -> None:
    several = await reviews(store, 5)
    doors = (store, neighbour, store, neighbour)
    shown = [await opened(door, one, "fleet", at) for at, (door, one) in enumerate(zip(doors, several, strict=False))]
    assert shown == [[]] * 4
    found = await opened(store, several[4], "fleet", 9)
    assert sorted((one.review, one.why) for one in found) == sorted((one.id, "fleet") for one in several)


async def test_of_a_fleet_that_comes_at_one_moment_none_is_overlooked(store: Store, neighbour: Store) -> None:
    several = await reviews(store, 5)
    for turn in range(10):
        calls = (
            opened((store, neighbour)[number % 2], one, f"fleet {turn}", turn * 100 + number / 1000)
            for number, one in enumerate(several)
        )
        found = [one for shown in await asyncio.gather(*calls) for one in shown]
        assert {(one.review, one.why) for one in found} == {(one.id, "fleet") for one in several}
        assert len(found) == 5, "each is told once"


async def test_clients_who_come_at_one_moment_are_told_apart(store: Store, neighbour: Store) -> None:
    several = await reviews(store, 5)
    calls = (
        opened((store, neighbour)[number % 2], one, f"client {client}", client / 1000)
        for client in range(20)
        for number, one in enumerate(several[:4])
    )
    assert not any(await asyncio.gather(*calls))


async def test_a_forged_link_tried_at_one_process_touches_visits_to_another(store: Store, neighbour: Store) -> None:
    before, after = await reviews(store, 2)
    await opened(store, before, "forger", 0)
    assert [one.review for one in await neighbour.forged("forger", at=later(10))] == [before.id]
    assert [one.why for one in await opened(store, after, "forger", 20)] == ["bad_token"]
    assert not await opened(neighbour, after, "somebody else", 21)


async def test_what_a_visit_shows_is_written_with_it(store: Store) -> None:
    several = await reviews(store, 5)
    for at, one in enumerate(several):
        await opened(store, one, "fleet", at)
    log = await store.log(several[4].id)
    assert log
    assert [fact.kind for fact in log.facts] == ["delivery", "hit", "client_suspected"]


async def test_trails_that_nobody_follows_go(store: Store) -> None:
    (review,) = await reviews(store, 1)
    await opened(store, review, "early", 0)
    await store.forged("forger", at=later(0))
    await opened(store, review, "late", 900)
    assert await clients(store) == ["early", "forger", "late"]
    await store.forged("another", at=later(900))
    assert await clients(store) == ["another", "early", "late"], "who guesses links leaves nothing behind for long"
    assert await erase_trails(store, now=START + timedelta(seconds=900)) == 1
    assert await erase_trails(store, now=START + timedelta(seconds=900) + STALE_AFTER) == 0
    assert await clients(store) == ["another", "late"]


async def clients(store: Store) -> list[str]:
    rows = await store.read(partial(lambda session, sql: session.rows(sql), sql=CLIENTS))
    return [row["client"] for row in rows]
