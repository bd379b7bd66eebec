"""The reviews that the benchmark makes in bulk are what the store would have made of the same lives."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bench.house import opened
from bench.writers import run
from bench.years.filling import FOLDED, fill
from bench.years.lives import END, Years
from reviews.exported import Line
from store import Store
from store.exports import Span, pages
from store.recompute import Difference, recompute

REVIEWS = 1_000
Seen = TypeVar("Seen")


def test_what_is_derived_is_what_recompute_derives(tmp_path: Path) -> None:
    fill(tmp_path / "years.db", Years(REVIEWS))
    assert asyncio.run(with_store(tmp_path / "years.db", differing)) == []


def test_the_same_number_makes_the_same_reviews(tmp_path: Path) -> None:
    for name in ("one.db", "other.db"):
        fill(tmp_path / name, Years(REVIEWS))
    one, other = (asyncio.run(with_store(tmp_path / name, told)) for name in ("one.db", "other.db"))
    assert one == other


def test_a_third_of_them_answer_and_some_with_words(tmp_path: Path) -> None:
    lives = [Years(REVIEWS).life(number) for number in range(REVIEWS)]
    assert {life.review.closed_at < END for life in lives} == {True}
    fill(tmp_path / "years.db", Years(REVIEWS))
    lines = asyncio.run(with_store(tmp_path / "years.db", told))
    assert len(lines) == len({line.review for line in lines}) == REVIEWS
    assert 0.25 < sum(line.status == "confirmed" for line in lines) / REVIEWS < 0.45
    assert 0.04 < sum(bool(line.comment) for line in lines) / REVIEWS < 0.2


async def with_store(file: Path, look: Callable[[Store], Awaitable[Seen]]) -> Seen:
    store = opened(file)
    try:
        return await look(store)
    finally:
        await store.close()


async def differing(store: Store) -> list[Difference]:
    found = recompute(store, mend=False, clock=lambda: FOLDED, told=lambda number: None)
    return [difference async for difference in found]


async def told(store: Store) -> list[Line]:
    return [line for page in [page async for page in pages(store, Span(), now=FOLDED)] for line in page]


def test_several_writers_are_all_served_and_the_log_stays_small(tmp_path: Path) -> None:
    """The trial of five minutes, in short; nothing here fails on time."""
    seen = run(tmp_path / "afterword.db", processes=3, seconds=2.0)
    assert seen.refused == 0
    assert seen.writes > 0
    assert seen.log_mb < 64
