"""To whom an answer is owed: found without looking at all there is, whoever looks after it."""

from functools import partial

from reviews import tending
from reviews.deeds import FollowUpOutcome
from reviews.facts import Review
from store import Store, owed
from tests.store.keeping import new_review
from tests.store.test_rollups import pressed, sent_all
from tests.story import SAM, later


async def open_ones(store: Store, *, most: int = 9) -> list[str]:
    ask = partial(owed.open_ones, recorder=store.recorder, now=later(days=200), most=most)
    return [one.log.review.ticket for one in await store.read(ask)]


async def unhappy(store: Store, ticket: str, **about: object) -> Review:
    review = await new_review(store, ticket=ticket, **about)
    await sent_all(store)
    await pressed(store, review, "unhappy", at=later(3_000), page=ticket)
    return review


async def test_those_that_wait_are_found_however_long_and_nobody_else(store: Store) -> None:
    waits = await unhappy(store, "waits", agent=SAM)
    answered = await unhappy(store, "answered", agent=SAM)
    happy = await new_review(store, ticket="happy", agent=SAM)
    await sent_all(store)
    await pressed(store, happy, "happy", at=later(3_000), page="happy")
    assert sorted(await open_ones(store)) == ["answered", "waits"]
    answer = partial(tending.answered_on_page, action="a", who=SAM, words="Sorry.", at=later(4_000))
    await store.record(answered.id, answer)
    assert await open_ones(store) == ["waits"]
    done = partial(tending.follow_up_closed, action="b", who=SAM.email, outcome=FollowUpOutcome.PUT_RIGHT)
    await store.record(waits.id, partial(done, at=later(5_000)))
    assert await open_ones(store) == []
    opened = partial(tending.follow_up_opened, action="c", who=SAM.email, reason="not yet", at=later(6_000))
    await store.record(waits.id, opened)
    assert await open_ones(store) == ["waits"]


async def test_one_that_nobody_looks_after_is_found_too(store: Store) -> None:
    """No agent, no lead, so no mail would remind anybody."""
    review = await unhappy(store, "orphan", agent=None, team="")
    assert await open_ones(store) == ["orphan"]
    found = await store.read(partial(owed.open_ones, recorder=store.recorder, now=later(days=1), most=1))
    assert found[0].owed.owner is None
    assert found[0].log.review.id == review.id


async def test_what_somebody_may_not_see_takes_no_place_on_their_page(store: Store) -> None:
    await unhappy(store, "first", agent=SAM)
    theirs = await unhappy(store, "second", agent=SAM)
    ask = partial(owed.open_ones, recorder=store.recorder, now=later(days=1), most=1)
    [found] = await store.read(partial(ask, shown=lambda one: one.log.review.ticket == "second"))
    assert found.log.review.id == theirs.id
