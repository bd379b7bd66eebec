"""How are millions of reviews written in minutes? In bulk, by the store's own statements, with what it derives.

One file of SQLite, without the safety that a store needs: whoever is interrupted begins anew. Two processes make the
reviews, this one writes. Left out are the raw mails and the outbox: those mails went out long ago.
"""

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from bench.years.lives import END, RULES, Years
from reviews.clicks import Timeline, decide
from reviews.counting import Measure, counts
from reviews.log import Log
from store import migrate_store, rollups
from store.engines.sqlite import SqliteSession, connect, immediate
from store.records import ADD_FACT, ADD_REVIEW, ADD_STEP
from store.rollups import SET_MARK
from store.rows import micros, write_fact, write_step
from store.search import PUT, words_of

BATCH = 5_000
FOLDED = END + timedelta(days=40)
"""Up to when the counts are folded: the last answers have come."""
CACHE_KB = 2_000_000
INDEX_PAGE_BYTES = 32 * 1024 * 1024
"""Words gathered before the index of words writes them; it goes back to its own 1 MB."""
INDEX_SETS = "insert into searchable_index (searchable_index, rank) values ('hashsize', :bytes)"
INDEX_USUAL_BYTES = 1024 * 1024
COUNTED_MAX = 1_000_000
"""Numbers gathered before they are added to the counts: most rows are then written once. Some 300 MB."""
NOUGHT: dict[str, str | int] = {str(measure): 0 for measure in Measure}
SLOTS = re.compile(r":[a-z_]+")

Line = tuple[str | int | None, ...]
Place = tuple[str, str, int, str, str, Measure]


@dataclass
class Batch:
    """The rows of some reviews, in the order of the store's statements."""

    reviews: list[Line] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    words: list[Line] = field(default_factory=list)
    counted: Counter[Place] = field(default_factory=Counter)


def fill(file: Path, years: Years, *, told: Callable[[int], None] = lambda number: None) -> None:
    """Make a database there; `told` hears how many reviews were written."""
    migrate_store(f"sqlite:///{file}", affected_allowed=True)
    with closing(connect(file)) as db:
        for pragma in ("journal_mode=off", "synchronous=off", "secure_delete=off", f"cache_size=-{CACHE_KB}"):
            db.execute(f"pragma {pragma}").fetchall()
        db.execute(INDEX_SETS, {"bytes": INDEX_PAGE_BYTES})
        counted: Counter[Place] = Counter()
        for batch in _batches(years):
            counted.update(batch.counted)
            with immediate(db):
                _write(db, batch)
                if len(counted) > COUNTED_MAX:
                    _add(db, counted)
                    counted.clear()
            told(len(batch.reviews))
        with immediate(db):
            _add(db, counted)
        SqliteSession(db).run(SET_MARK, at=micros(FOLDED))
        db.execute(INDEX_SETS, {"bytes": INDEX_USUAL_BYTES})
        db.execute("pragma journal_mode=wal").fetchall()


def made(years: Years, first: int, last: int) -> Batch:
    """The rows of the reviews from the first to before the last."""
    batch = Batch()
    for number in range(first, last):
        log = years.life(number)
        _tell(batch, log, decide(log, RULES))
    return batch


def _batches(years: Years) -> Iterator[Batch]:
    """In order; the makers are a few batches ahead, no more."""
    starts = iter(range(0, years.reviews, BATCH))
    with ProcessPoolExecutor(os.cpu_count()) as makers:
        ahead: deque[Future[Batch]] = deque()
        for start in starts:
            ahead.append(makers.submit(made, years, start, min(start + BATCH, years.reviews)))
            if len(ahead) > 2 * (os.cpu_count() or 1):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _tell(batch: Batch, log: Log, timeline: Timeline) -> None:
    """The rows of one review, as store/records.py writes them."""
    review = log.review
    id, who = review.id, review.agent.email if review.agent else ""
    named = (id, review.brand, review.source, review.ticket, review.contact.email, who, review.team)
    batch.reviews.append((*named, micros(review.closed_at), micros(review.at), write_fact(review)))
    batch.facts += ((fact.id, id, fact.kind, micros(fact.at), write_fact(fact)) for fact in log.facts)
    batch.steps += (
        (id, number, micros(step.at), step.status, step.value, step.grade, write_step(step))
        for number, step in enumerate(timeline.steps)
    )
    batch.words.append((id, words_of(log)))
    keys = rollups.keys_of(review)
    for (day, measure), number in counts(log, timeline, FOLDED).items():
        for facet, name in keys:
            batch.counted[facet, name, day.toordinal(), review.brand, review.scale, measure] += number


def _write(db: Database, batch: Batch) -> None:
    for sql, lines in (
        (ADD_REVIEW, batch.reviews),
        (ADD_FACT.removesuffix(" returning seq"), batch.facts),
        (ADD_STEP, batch.steps),
        (PUT.partition(" on conflict")[0].partition("\n")[0], batch.words),
    ):
        db.conn.executemany(SLOTS.sub("?", sql), lines)


def _add(db: Database, counted: Counter[Place]) -> None:
    """Add to the counts; the store's own statement, for many rows at once."""
    rows: dict[tuple[str, str, int, str, str], dict[str, str | int]] = {}
    for (*place, measure), number in counted.items():
        facet, name, day, brand, scale = place
        key = (facet, name, day, brand, scale)
        if key not in rows:
            rows[key] = dict(zip(("facet", "name", "day", "brand", "scale"), key, strict=True)) | NOUGHT
        rows[key][measure] = number
    db.conn.executemany(rollups.adding(tuple(Measure)), (rows[key] for key in sorted(rows)))
