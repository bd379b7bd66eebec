"""Steps are stored as they are, whatever was stored before."""

from datetime import timedelta
from functools import partial

import pytest

from reviews.model import Status
from reviews.timeline import Step, Timeline
from store import Session, Store, steps
from tests.story import START

NUMBERS = "select number from step where review = :review order by number"


def timeline(values: str) -> Timeline:
    """A step for each letter, a minute apart."""
    return Timeline(
        tuple(
            Step(START + timedelta(minutes=number), value, Status.CONFIRMED, None)
            for number, value in enumerate(values)
        )
    )


def numbers(session: Session) -> list[int]:
    return [int(row["number"]) for row in session.rows(NUMBERS, review="one")]


@pytest.mark.parametrize("stored", ["", "a", "ab", "abc", "xbc"])
@pytest.mark.parametrize("new", ["a", "ab", "abc", "abd", "x", "xbc", "xyzabc"])
async def test_the_new_steps_stand_there_and_no_others(store: Store, stored: str, new: str) -> None:
    other = ("other", timeline("abc"), None)
    await store.write(partial(steps.write, timelines=[("one", timeline(stored), None), other]))
    changed = ("one", timeline(new), timeline(stored) if stored else None)
    await store.write(partial(steps.write, timelines=[changed]))
    assert await store.timeline("one") == timeline(new)
    assert await store.timeline("other") == timeline("abc")
    assert await store.read(numbers) == list(range(len(new)))
