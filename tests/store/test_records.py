"""What happened is recorded once, whole or not at all, and decided on what is there."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from reviews import flow, subscriptions
from reviews.facts import Comment, Fact, StaffAction
from reviews.log import Log
from reviews.model import UNSUBSCRIBED
from store import (
    Store,
    StoreUnavailableError,
    UnknownReviewError,
    Wanted,
)
from tests.store.keeping import (
    Opening,
    claimed,
    comment,
    new_review,
    recording,
)
from tests.story import ADA, LEA, RULES, SAM, START, closing, later, mail, one_of_each, visit


async def test_every_fact_written_twice_is_written_once(store: Store) -> None:
    facts = one_of_each()
    review = facts[0]
    assert await store.record_new(*facts) == facts
    assert await store.record_new(*facts) == ()
    again = await store.record(review.id, recording(*facts[1:]))
    assert again.new == ()
    assert again.log == await store.log(review.id)
    assert len(again.log.facts) == len(facts) - 2  # the review heads the log, the suppression belongs to the address
    assert len(await store.deliveries(review.id)) == 1


async def test_a_log_comes_back_in_the_order_of_recording_and_not_of_clocks(store: Store) -> None:
    review = await new_review(store)
    told = [comment(review.id, f"comment {n}", at=START - timedelta(minutes=n)) for n in range(5)]
    for fact in told:
        await store.record(review.id, recording(fact))
    log = await store.log(review.id)
    assert log is not None
    assert list(log.of(Comment)) == told


async def test_what_record_answers_is_what_the_store_holds(store: Store) -> None:
    review = await new_review(store)
    for rule in (
        partial(flow.link_opened, hit="page", link="happy", visit=visit(), at=later(60), rules=RULES),
        partial(subscriptions.unsubscribed, at=later(61)),
        partial(subscriptions.subscribed_again, at=later(62)),
        partial(flow.replied, mail=mail(), at=later(63), rules=RULES),
    ):
        recorded = await store.record(review.id, rule)
        assert recorded.log == await store.log(review.id)
        assert recorded.timeline == await store.timeline(review.id)


async def test_an_unknown_review_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(UnknownReviewError):
        await store.record("nobody", recording(comment("nobody", "words")))
    assert await store.log("nobody") is None


async def test_a_rule_that_raises_leaves_nothing(store: Store) -> None:
    review = await new_review(store)

    def rule(log: Log) -> Iterable[Fact]:
        yield comment(review.id, "said before the fall")
        yield subscriptions.unsubscribed(log, at=START)[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.record(review.id, rule)
    log = await store.log(review.id)
    assert log is not None
    assert (log.of(Comment), log.suppressed) == ((), "")


async def test_a_fact_of_another_review_is_refused(store: Store) -> None:
    """It would stand in a log that nobody decided on."""
    review, other = await new_review(store), await new_review(store, ticket="other")
    with pytest.raises(ValueError, match="another review"):
        await store.record(review.id, recording(comment(review.id, "mine"), comment(other.id, "not mine")))
    for known in (await store.log(review.id), await store.log(other.id)):
        assert known is not None
        assert known.of(Comment) == ()


async def test_new_reviews_are_recorded_all_or_none(store: Store) -> None:
    stray = comment("a review nobody told of", "words")
    with pytest.raises(UnknownReviewError):
        await store.record_new(*closing(), stray)
    assert await store.reviews(Wanted(), now=START, most=10) == []
    assert await claimed(store) == []


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({}, {"contact": replace(ADA, email="ADA@customer.example")}),
        ({}, {"contact": replace(ADA, email="grace@customer.example")}),
        ({"ask": "never"}, {"ask": "now"}),
        ({}, {"subject": "Another subject"}),
    ],
)
async def test_a_closing_told_again_otherwise_asks_nobody_again(
    store: Store, first: dict[str, Any], again: dict[str, Any]
) -> None:
    """The first telling is the review: a later one that differs must not mail what the record does not show."""
    review = await new_review(store, **first)
    before = await store.deliveries(review.id)
    assert await store.record_new(*closing(**again)) == ()
    assert await store.deliveries(review.id) == before


async def test_a_suppression_is_known_to_every_review_of_the_address_and_brand_alone(store: Store) -> None:
    mine = await new_review(store)
    also_mine = await new_review(store, ticket="2", contact=replace(ADA, email="ADA@Customer.Example"))
    others = [await new_review(store, ticket="3", contact=LEA), await new_review(store, ticket="4", brand="zenith")]
    await store.record(mine.id, partial(subscriptions.unsubscribed, at=START))
    for review, told in ((mine, UNSUBSCRIBED), (also_mine, UNSUBSCRIBED), (others[0], ""), (others[1], "")):
        log = await store.log(review.id)
        assert log is not None
        assert log.suppressed == told


def counting(log: Log) -> Iterable[Fact]:
    """Decides by what is there: run on a stale log, it would count the same number twice."""
    number = len(log.of(StaffAction))
    return [StaffAction(f"{log.review.id} {number}", log.review.id, START, SAM.email, "count", str(number))]


async def test_two_events_at_once_never_decide_on_a_stale_log(store: Store, neighbour: Store) -> None:
    reviews = [await new_review(store, ticket=str(n)) for n in range(2)]
    tasks = [
        process.record(review.id, counting) for _ in range(40) for process in (store, neighbour) for review in reviews
    ]
    results = await asyncio.gather(*tasks)
    assert all(len(recorded.new) == 1 for recorded in results)
    for review in reviews:
        log = await store.log(review.id)
        assert log is not None
        assert [action.about for action in log.of(StaffAction)] == [str(n) for n in range(80)]


async def test_the_same_event_at_once_is_one_event(store: Store, neighbour: Store) -> None:
    review = await new_review(store)
    same = partial(flow.replied, mail=mail(), at=later(60), rules=RULES)
    results = await asyncio.gather(
        *(process.record(review.id, same) for _ in range(10) for process in (store, neighbour))
    )
    assert sum(bool(recorded.new) for recorded in results) == 1


async def test_closing_finishes_what_was_asked_for(opening: Opening) -> None:
    store = opening()
    review = await new_review(store)
    writes = [asyncio.create_task(store.record(review.id, counting)) for _ in range(30)]
    await asyncio.sleep(0)  # every task has handed its write over
    await store.close()
    assert len(await asyncio.gather(*writes)) == 30
    again = opening()
    log = await again.log(review.id)
    assert log is not None
    assert len(log.of(StaffAction)) == 30
    await again.close()


async def test_a_closed_store_says_later_to_writers_and_readers(opening: Opening) -> None:
    store = opening()
    await store.close()
    with pytest.raises(StoreUnavailableError):
        await store.record_new(*closing())
    with pytest.raises(StoreUnavailableError):
        await store.log("any")
