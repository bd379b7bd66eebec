"""Are old visits forgotten, and does the rating they led to stay? A clock that is moved, on every engine."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from reviews import flow, hindsight
from reviews.clicks import decide
from reviews.events import Press
from reviews.facts import Arrived, Hit, RatingSealed, Review, Signal, Vote
from reviews.log import Log
from reviews.model import Mode
from store import Store
from store.erasing import PIECE, erase_visits
from store.recompute import recompute
from tests.story import RULES, START, closing, later, visit

DAYS_89, DAYS_91 = START + timedelta(days=89), START + timedelta(days=91)


async def rated(store: Store, *, ticket: str = "1", at: float = 3_000, answer: str = "unhappy") -> str:
    """A review whose customer opened the page, touched it, and pressed."""
    facts = closing(ticket=ticket, ask="embedded")
    await store.record_new(*facts)
    review = next(fact for fact in facts if isinstance(fact, Review)).id
    page = f"page {ticket}"
    press = Press(page, answer, Mode.BUTTON, trusted=True)
    rules: list[Callable[[Log], flow.Facts]] = [
        partial(flow.link_opened, hit=page, link=answer, visit=visit(), at=later(at), rules=RULES),
        partial(flow.page_arrived, hit=page, at=later(at + 1)),
        partial(flow.page_touched, hit=page, event="scroll", at=later(at + 2), rules=RULES),
        partial(flow.voted, press=press, at=later(at + 3), rules=RULES),
    ]
    for rule in rules:
        await store.record(review, rule)
    return review


async def log_of(store: Store, review: str) -> Log:
    log = await store.log(review)
    assert log
    return log


async def test_visits_are_kept_for_ninety_days_and_no_longer(store: Store) -> None:
    review = await rated(store)
    before = await store.timeline(review)
    assert await erase_visits(store, now=DAYS_89) == 0
    assert len((await log_of(store, review)).of(Hit)) == 1
    assert await erase_visits(store, now=DAYS_91) == 1
    log = await log_of(store, review)
    assert not [fact for fact in log.facts if isinstance(fact, Hit | Arrived | Signal)]
    assert [vote.answer for vote in log.of(Vote)] == ["unhappy"]
    assert log.of(RatingSealed)[0].steps == before.steps
    assert await store.timeline(review) == before == decide(log, RULES)
    assert await erase_visits(store, now=DAYS_91) == 0


async def test_what_is_derived_agrees_before_and_after(store: Store) -> None:
    for number in range(5):
        await rated(store, ticket=str(number), at=3_000 + 86_400 * number)
    await erase_visits(store, now=START + timedelta(days=92, hours=2))
    found = [one async for one in recompute(store, mend=False, clock=lambda: DAYS_91, told=lambda _: None)]
    assert found == []


async def test_each_goes_when_its_own_time_has_come(store: Store) -> None:
    old, young = await rated(store, ticket="old"), await rated(store, ticket="young", at=20 * 86_400)
    await erase_visits(store, now=DAYS_91)
    assert not (await log_of(store, old)).of(Hit)
    assert (await log_of(store, young)).of(Hit)
    await erase_visits(store, now=DAYS_91 + timedelta(days=20))
    assert not (await log_of(store, young)).of(Hit)


async def test_a_visit_after_that_goes_too_and_the_rating_stays_sealed(store: Store) -> None:
    review = await rated(store)
    before = await store.timeline(review)
    await erase_visits(store, now=DAYS_91)
    late = partial(flow.link_opened, hit="late", link="happy", visit=visit(), at=DAYS_91, rules=RULES)
    await store.record(review, late)
    assert len((await log_of(store, review)).of(Hit)) == 1
    assert await store.timeline(review) == before
    assert await erase_visits(store, now=DAYS_91 + timedelta(days=91)) == 1
    log = await log_of(store, review)
    assert (log.of(Hit), len(log.of(RatingSealed))) == ((), 1)


async def test_staff_may_still_correct_a_sealed_rating(store: Store) -> None:
    review = await rated(store)
    await erase_visits(store, now=DAYS_91)
    said: dict[str, Any] = {"who": "lea", "reason": "she called", "rules": RULES}
    void: Callable[[Log], flow.Facts] = partial(hindsight.rating_voided, action="v", at=DAYS_91, **said)
    await store.record(review, void)
    vote = (await log_of(store, review)).of(Vote)[0].id
    after = DAYS_91 + timedelta(hours=1)
    back: Callable[[Log], flow.Facts] = partial(hindsight.rating_restored, action="r", vote=vote, at=after, **said)
    await store.record(review, back)
    steps = [(step.value, step.reasons) for step in (await store.timeline(review)).steps[-2:]]
    assert steps == [(None, ("staff",)), ("unhappy", ("staff",))]


async def test_many_are_gone_through_in_pieces_and_only_once(store: Store) -> None:
    facts = closing(ask="embedded")
    await store.record_new(*facts)
    review = next(fact for fact in facts if isinstance(fact, Review)).id

    def hits(log: Log) -> list[Hit]:
        return [Hit(f"p{n}", log.review.id, later(n), "happy", "c", "", page=True) for n in range(PIECE + 20)]

    await store.record(review, hits)
    assert await erase_visits(store, now=DAYS_91) == 1
    assert not (await log_of(store, review)).of(Hit)


def test_an_address_is_never_kept_whole() -> None:
    """Truncating after a week what was never there is no work."""
    hit = flow.link_opened(
        Log(next(fact for fact in closing(ask="embedded") if isinstance(fact, Review))),
        hit="p",
        link="happy",
        visit=visit(),
        at=later(0),
        rules=RULES,
    )[0]
    assert isinstance(hit, Hit)
    assert hit.prefix.endswith("/24")
