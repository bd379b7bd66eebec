"""How are the steps of a rating kept? A row each, the projection that lists are read from."""

import json
from collections.abc import Iterable, Sequence

from reviews.timeline import Step, Timeline
from store.engines import Session
from store.rows import micros, read_step, write_step

LOAD = "select body from step where review = :review order by number"
DROP = """delete from step where (review, number) in (
    select step.review, step.number from {each} join step
        on step.review = asked.value ->> 0 and step.number >= cast(asked.value ->> 1 as bigint))"""
ADD = """insert into step (review, number, at, status, value, grade, body)
    select asked.value ->> 0, cast(asked.value ->> 1 as bigint), cast(asked.value ->> 2 as bigint),
        asked.value ->> 3, asked.value ->> 4, asked.value ->> 5, asked.value ->> 6 from {each}"""


def load(session: Session, review: str) -> Timeline:
    """The stored timeline of a review."""
    return Timeline(tuple(read_step(row["body"]) for row in session.rows(LOAD, review=review)))


def write(session: Session, timelines: Iterable[tuple[str, Timeline, Timeline | None]]) -> None:
    """Write timelines of reviews, each with the one that is stored, None for none. The steps are written from the first
    on that is another; what was before it stays."""
    each = session.dialect.each
    stale, rows = [], []
    for review, timeline, stored in timelines:
        steps, known = timeline.steps, stored.steps if stored else ()
        first = _same(steps, known)
        if first < len(known):
            stale.append([review, first])
        rows += [_row(review, first + number, step) for number, step in enumerate(steps[first:])]
    if stale:
        session.run(DROP.format(each=each), asked=json.dumps(stale))
    if rows:
        session.run(ADD.format(each=each), asked=json.dumps(rows))


def _same(steps: Sequence[Step], known: Sequence[Step]) -> int:
    """How many steps at the beginning of both are the same."""
    together = enumerate(zip(steps, known, strict=False))
    return next((number for number, (one, other) in together if one != other), min(len(steps), len(known)))


def _row(review: str, number: int, step: Step) -> Sequence[object]:
    return (review, number, micros(step.at), step.status, step.value, step.grade, write_step(step))
