"""How are millions of reviews written in minutes? In bulk, with all that the store derives.

One file of SQLite, without the safety that a store needs: whoever is interrupted begins anew. Other processes make the
reviews, this one writes. Each life is told `TWINS` times, of as many tickets and companies on the same day: to think of
a life costs more than to write it down. Left out are the raw mails and the outbox: those mails went out long ago.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from bench.years.lives import END, RULES, TWINS, Years, twin_of
from reviews.addresses import folded
from reviews.clicks import Timeline, decide
from reviews.counting import Measure, counts
from reviews.doorstep import doorstep
from reviews.facts import Review
from reviews.inbox import place
from reviews.log import Log
from store import inbox, migrate_store, rollups
from store.doorsteps import BETWEEN_LANGUAGES, BETWEEN_SLOTS
from store.engines.sqlite import SqliteSession, connect, immediate
from store.rollups import A_DAY, A_WEEK, MEASURES, SET_MARK
from store.rows import micros, write_fact, write_step
from store.search import words_of
from store.words import words

TABLES = {
    "review": (
        "id",
        "brand",
        "source",
        "ticket",
        "contact",
        "agent",
        "team",
        "person",
        "company",
        "closed_at",
        "at",
        "body",
    ),
    "fact": ("id", "review", "kind", "at", "body"),
    "step": ("review", "number", "at", "status", "value", "grade", "body"),
    "searchable": ("review", "words"),
    "doorstep": ("review", "brand", "at", "asks_at", "slots", "first_sent", "last_sent", "rated", "languages"),
    "inbox": inbox.COLUMNS,
    "inbox_label": ("kind", "name", "at", "review"),
}
"""What is written, in this order of columns; the counts are added up first."""
BATCH = 1_000
"""Lives made at a time."""
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
APART = "\x1e"
"""Between the texts of a life; in none of them."""
KEY = ("facet", "days", "name", "day", "brand", "scale")

Line = tuple[str | int | None, ...]
Key = tuple[str, int, str, int, str, str]
Place = tuple[str, str, int, str, str, Measure]


@dataclass
class Batch:
    """The rows of some reviews, by table."""

    rows: dict[str, list[Line]] = field(default_factory=lambda: {table: [] for table in TABLES})
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
            told(len(batch.rows["review"]))
        with immediate(db):
            _add(db, counted)
        SqliteSession(db).run(SET_MARK, at=micros(FOLDED))
        db.execute(INDEX_SETS, {"bytes": INDEX_USUAL_BYTES})
        db.execute("pragma journal_mode=wal").fetchall()


def made(years: Years, first: int, last: int) -> Batch:
    """The rows of the lives from the first to before the last, each told as often as TWINS says."""
    batch = Batch()
    for number in range(first, last):
        log = years.life(number)
        told = _Told(log, decide(log, RULES))
        for twin in range(TWINS):
            told.add_to(batch, twin)
    return batch


def _batches(years: Years) -> Iterator[Batch]:
    """In order; the makers are a few batches ahead, no more."""
    lives = years.reviews // TWINS
    with ProcessPoolExecutor(os.cpu_count()) as makers:
        ahead: deque[Future[Batch]] = deque()
        for start in range(0, lives, BATCH):
            ahead.append(makers.submit(made, Years(lives), start, min(start + BATCH, lives)))
            if len(ahead) > 2 * (os.cpu_count() or 1):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


class _Told:
    """A life as rows, as the store writes them."""

    def __init__(self, log: Log, timeline: Timeline) -> None:
        self._log, self._review = log, log.review
        self._facts = [(fact.id, fact.kind, micros(fact.at)) for fact in log.facts]
        self._texts = APART.join([write_fact(log.review), words_of(log), *map(write_fact, log.facts)])
        self._steps = [
            (number, micros(step.at), step.status, step.value, step.grade, write_step(step))
            for number, step in enumerate(timeline.steps)
        ]
        self._place = place(log, timeline)
        seen = doorstep(log)
        self._sends, self._rated = tuple(map(micros, seen.sends)) or (None, None), int(seen.rated)
        self._counts = [
            (day.toordinal(), measure, number) for (day, measure), number in counts(log, timeline, FOLDED).items()
        ]

    def add_to(self, batch: Batch, twin: int) -> None:
        """The rows of that twin: the same happened, to another ticket of another company."""
        was, now = self._review, twin_of(self._review, twin)
        id, who = now.id, now.agent.email if now.agent else ""
        named = (id, now.brand, now.source, now.ticket, now.contact.email, who, now.team)
        company = now.contact.company.lower()
        rows, at = batch.rows, micros(now.at)
        body, told, *bodies = _swapped(self._texts, was, now).split(APART)
        rows["review"].append((*named, folded(now.contact.email), company, micros(now.closed_at), at, body))
        rows["fact"] += ((fact[0], id, *fact[1:], body) for fact, body in zip(self._facts, bodies, strict=True))
        rows["step"] += ((id, *step) for step in self._steps)
        rows["searchable"].append((id, told))
        asks_at = micros(now.asks_at) if now.asks_at else None
        slots, spoken = BETWEEN_SLOTS.join(now.slots), BETWEEN_LANGUAGES.join(now.languages)
        stands = inbox.row_of(replace(self._place, review=id, company=company))
        rows["inbox"].append(tuple(stands))
        rows["inbox_label"] += ((kind, name, micros(self._place.at), id) for kind, name in self._place.labels)
        rows["doorstep"].append((id, now.brand, at, asks_at, slots, *self._sends, self._rated, spoken))
        for facet, name, *part in rollups.keys_of(replace(self._log, review=now)):
            for day, measure, number in self._counts:
                batch.counted[facet, name, day, now.brand, now.scale, measure] += number * int(*(part or [1]))


def _swapped(text: str, was: Review, now: Review) -> str:
    """What is kept of a life, with what is the twin's in the place of what was the life's."""
    for old, new in (
        (was.id, now.id),
        (was.contact.email, now.contact.email),
        (was.contact.name, now.contact.name),
        (was.contact.company, now.contact.company),
        (f'"ticket":"{was.ticket}"', f'"ticket":"{now.ticket}"'),
        (_who(was), _who(now)),
    ):
        text = text.replace(old, new)
    return text


def _who(review: Review) -> str:
    """The words of ticket and customer, as they follow one another in what a review is found by."""
    contact = review.contact
    return " ".join(words(f"{review.ticket}\n{contact.name}\n{contact.email}\n{contact.company}"))


def _write(db: Database, batch: Batch) -> None:
    for table, columns in TABLES.items():
        slots = ", ".join("?" for _ in columns)
        sql = f"insert into {table} ({', '.join(columns)}) values ({slots})"  # noqa: S608 - our own names
        db.conn.executemany(sql, batch.rows[table])


def _add(db: Database, counted: Counter[Place]) -> None:
    """Add to the counts; the store's own statement, for many rows at once."""
    rows: dict[Key, dict[str, str | int]] = {}
    for (facet, name, day, brand, scale, measure), number in counted.items():
        for days, first in ((A_DAY, day), (A_WEEK, day - (day - 1) % A_WEEK)):
            key = (facet, days, name, first, brand, scale)
            if key not in rows:
                rows[key] = NOUGHT.copy()
                rows[key].update(zip(KEY, key, strict=True))
            rows[key][measure] = int(rows[key][measure]) + number
    db.conn.executemany(rollups.adding(MEASURES), (rows[key] for key in sorted(rows)))
