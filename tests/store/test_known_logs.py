"""A log that this process knows already is never taken for the whole, and only so many are known."""

from functools import partial
from typing import Any

import pytest

from reviews import subscriptions
from reviews.clicks import decide
from reviews.facts import Comment, Message
from reviews.log import Log
from reviews.model import UNSUBSCRIBED, By
from store import Store, known
from store.known import Known, KnownLogs
from tests.store.keeping import comment, new_review, recording
from tests.story import RULES, START, closed_log


async def test_what_another_process_recorded_is_seen_by_the_next_event(store: Store, neighbour: Store) -> None:
    review = await new_review(store)
    for number in range(6):
        process = (store, neighbour)[number % 2]
        recorded = await process.record(review.id, recording(comment(review.id, f"words {number}")))
        assert [said.words for said in recorded.log.of(Comment)] == [f"words {n}" for n in range(number + 1)]
        assert recorded.log == await store.log(review.id)
        assert recorded.timeline == await neighbour.timeline(review.id)


async def test_an_address_that_is_suppressed_elsewhere_is_so_in_a_log_that_is_known(
    store: Store, neighbour: Store
) -> None:
    mine, also_mine = await new_review(store), await new_review(store, ticket="2")
    await store.record(mine.id, recording(comment(mine.id, "words")))
    await neighbour.record(also_mine.id, partial(subscriptions.unsubscribed, at=START))
    assert (await store.record(mine.id, recording())).log.suppressed == UNSUBSCRIBED


async def test_what_was_rolled_back_is_not_known(store: Store, neighbour: Store) -> None:
    """Its number is given again, to another fact."""
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "before")))

    def falls(log: Log) -> Any:
        yield comment(review.id, "said before the fall")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.record(review.id, falls)
    await neighbour.record(review.id, recording(comment(review.id, "after")))
    recorded = await store.record(review.id, recording())
    assert [said.words for said in recorded.log.of(Comment)] == ["before", "after"]


def test_the_logs_known_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "LOGS_MAX", 2)
    monkeypatch.setattr(known, "FACTS_MAX", 3)
    logs = KnownLogs()
    first, second, third = (closed_log(ticket=str(number)) for number in range(3))
    for log in (first, second, first, third):
        logs.keep(Known("", 1, log, decide(log, RULES)))
    assert [logs.find(log.review.id) is not None for log in (first, second, third)] == [True, False, True]
    long = first.plus(*(comment(first.review.id, f"words {number}") for number in range(4)))
    logs.keep(Known("", 5, long, decide(long, RULES)))
    assert logs.find(first.review.id) is None


async def test_a_log_of_long_mails_is_read_anew(store: Store) -> None:
    for ticket, words, remembered in (("1", "short", True), ("2", "long " * known.CHARS_MAX, False)):
        review = await new_review(store, ticket=ticket)
        thread = ("m@x", "b", "raw", "Re: VPN", words, "")
        said = Message(review.id, START, By.CUSTOMER, "ada@customer.example", "Ada", "verified", *thread)
        recorded = await store.record(review.id, recording(said))
        assert [one.text for one in recorded.log.of(Message)] == [words]
        assert (store.recorder.logs.find(review.id) is not None) is remembered
