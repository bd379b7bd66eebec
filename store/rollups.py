"""How are the counts kept? By agent, team, company, tag, cause and language, exact at every moment without a job.

A ledger. Whoever records an event posts what it changes and from when on (`rollup_change`), touching no row that others
share. Once enough has fallen due, the writer at hand folds it into the counts (`rollup`) and notes up to when
(`rollup_mark`). A query adds what is due but not folded yet. Sums do not mind order, so a change that comes late, or
takes back an earlier one, is a row like any other. The counts are kept by day and by week (from Monday): who asks for
a dozen weeks of everybody reads a seventh.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from reviews.clicks import Timeline
from reviews.counting import Counts, Key, Measure, asking, changes, facets, facets_before
from reviews.facts import Review
from reviews.feedback import moments
from reviews.log import Log
from store.engines import Session, Value
from store.rows import instant, micros

FOLD_EVERY = 512
"""Which of the posted changes has its writer fold what is due: one by one they would cost a write per count each."""
FOLD_MAX = 1_000
"""Changes folded by one writer: it answers after some 20 ms, and others wait for it as long."""
DAY = timedelta(days=1)
MEASURES = tuple(Measure)
A_DAY, A_WEEK = 1, 7
"""What a row of the counts spans, in days."""
_encode = json.JSONEncoder(separators=(",", ":")).encode

ADD_CHANGES = """insert into rollup_change (at, body)
    select cast(asked.value ->> 0 as bigint), asked.value ->> 1 from {each}"""
LAST_CHANGE = "select coalesce(max(seq), 0) as seq from rollup_change"
MANY_DUE = "select 1 from rollup_change where at <= :now order by at limit 1 offset :enough"
DUE = "select body from rollup_change where at <= :now"
TAKE_DUE = """with taken as materialized (
        select seq from rollup_change where at <= :now order by at, seq limit :most)
    delete from rollup_change where seq in (select seq from taken) returning body"""
MARK = "select at from rollup_mark where id = 1"
TAKE_MARK = f"{MARK} {{skip_locked}}"
SET_MARK = "update rollup_mark set at = :at where id = 1 and at < :at"
ADD_COUNTS = """insert into rollup (facet, days, name, day, brand, scale, {measures})
    values (:facet, :days, :name, :day, :brand, :scale, {values})
    on conflict (facet, days, name, day, brand, scale) do update set {sums}"""
PAGE = """select * from rollup
    where (facet, days, name, day, brand, scale) > (:facet, :days, :name, :day, :brand, :scale)
    order by facet, days, name, day, brand, scale limit :most"""
PAGE_MAX = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What one row of the counts is about: the day, or the seven from a Monday on."""

    facet: str
    days: int
    name: str
    day: date
    brand: str
    scale: str


Cells = dict[Cell, Counter[Measure]]


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changes in the counts, from an instant on."""

    at: datetime
    body: str


def posted(log: Log, timeline: Timeline, *, before: tuple[Log, Timeline] | None) -> list[Change]:
    """What an event changes: the log and timeline it left, and those it found, None for a new review. Whose counts it
    joins get all of it, whose it leaves lose all, and all others the difference."""
    keys, known = keys_of(log), _storable(facets_before(log, before[0])) if before else []
    same = before is not None and timeline == before[1] and _like(log, before[0])
    if same and keys == known:
        return []
    after = _numbers(log, timeline)
    if not before:
        return _told(log.review, keys, after)
    found = after if same else _numbers(*before)
    joined, left, kept = _apart(keys, known)
    moved = {place: after.get(place, 0) - found.get(place, 0) for place in (*after, *found)}
    lost = {place: -number for place, number in found.items()}
    return [
        *_told(log.review, kept, moved),
        *_told(log.review, joined, after),
        *_told(before[0].review, left, lost),
    ]


Place = tuple[datetime, date, Measure]


def _like(log: Log, before: Log) -> bool:
    """Whether both count the same, where the rating is the same."""
    return asking(log) == asking(before) and moments(log) == moments(before)


def _numbers(log: Log, timeline: Timeline) -> dict[Place, int]:
    return {(at, day, measure): number for at, day, measure, number in changes(log, timeline)}


def _apart(after: list[Key], before: list[Key]) -> tuple[list[Key], list[Key], list[Key]]:
    """Those that are new, those that are gone, and those that stayed."""
    return (
        [key for key in after if key not in before],
        [key for key in before if key not in after],
        [key for key in after if key in before],
    )


def _told(review: Review, keys: list[Key], numbers: dict[Place, int]) -> list[Change]:
    """What changes in the counts of these, an instant each."""
    by_instant: dict[datetime, list[tuple[int, Measure, int]]] = {}
    for (at, day, measure), number in numbers.items():
        if number and keys:
            by_instant.setdefault(at, []).append((day.toordinal(), measure, number))
    return [Change(at, _encode([review.brand, review.scale, keys, told])) for at, told in by_instant.items()]


def post(session: Session, posting: Sequence[Change], *, now: datetime) -> None:
    """Post what events change. `now` is when they happened: what is due by then may be folded on the occasion."""
    if not posting:
        return
    asked = _encode([[micros(change.at), change.body.replace("\0", "\ufffd")] for change in posting])
    session.run(ADD_CHANGES.format(each=session.dialect.each), asked=asked)
    last = int(session.rows(LAST_CHANGE)[0]["seq"])
    if last // FOLD_EVERY > (last - len(posting)) // FOLD_EVERY:
        fold(session, now=now)


def fold(session: Session, *, now: datetime, most: int = FOLD_MAX) -> int:
    """Add up to `most` due changes to the counts, the oldest first; how many there were. One writer folds at a time:
    who finds another at it leaves it to them."""
    if not session.rows(TAKE_MARK.format(skip_locked=session.dialect.skip_locked)):
        return 0
    due = session.rows(TAKE_DUE, now=micros(now), most=most)
    add(session, added_up(row["body"] for row in due))
    session.run(SET_MARK, at=micros(now))
    return len(due)


def many_due(session: Session, now: datetime) -> bool:
    """Whether so much is due that folding it is worth a write; what is less costs a query some milliseconds."""
    return bool(session.rows(MANY_DUE, now=micros(now), enough=FOLD_EVERY - 1))


def add(session: Session, cells: Cells) -> None:
    """Add to the counts, always in the same order, so that two who add never wait for one another in a ring."""
    for cell, numbers in sorted(cells.items()):
        moved = {str(measure): number for measure, number in numbers.items() if number}
        if moved:
            session.run(adding(tuple(sorted(moved))), **_key(cell), **moved)


@cache
def adding(measures: tuple[str, ...]) -> str:
    """The statement that adds to these measures alone: naming all of them costs twice as much."""
    return ADD_COUNTS.format(
        measures=", ".join(measures),
        values=", ".join(f":{measure}" for measure in measures),
        sums=", ".join(f"{measure} = rollup.{measure} + excluded.{measure}" for measure in measures),
    )


def as_of(session: Session, now: datetime) -> datetime:
    """The moment the counts are told of: `now`, or the latest fold, where another machine's clock is ahead."""
    return max(now, instant(session.rows(MARK)[0]["at"]))


def due(session: Session, *, now: datetime, facets: Collection[str] | None = None) -> Cells:
    """What is due but not folded; of some facets alone, or with None of all."""
    return added_up((row["body"] for row in session.rows(DUE, now=micros(now))), facets)


def every(session: Session) -> Iterator[tuple[Cell, Counter[Measure]]]:
    """Every row of the counts, as it is folded."""
    last = Cell("", 0, "", date.min, "", "")
    while page := session.rows(PAGE, **_key(last), most=PAGE_MAX):
        for row in page:
            day = date.fromordinal(row["day"])
            last = Cell(row["facet"], row["days"], row["name"], day, row["brand"], row["scale"])
            yield last, Counter({measure: int(row[measure]) for measure in MEASURES if row[measure]})


def cells_of(log: Log, counts: Counts) -> Iterator[tuple[Cell, Measure, int]]:
    """The rows that a review's counts stand in."""
    review, keys = log.review, keys_of(log)
    for (day, measure), number in counts.items():
        for facet, name, *part in keys:
            for days in (A_DAY, A_WEEK):
                cell = Cell(str(facet), days, str(name), _first(day, days), review.brand, review.scale)
                yield cell, measure, number * int(*(part or [1]))


def added_up(bodies: Iterable[str], facets: Collection[str] | None = None) -> Cells:
    """Posted changes, summed by the row they belong to; of some facets alone, or with None of all."""
    sums: dict[tuple[str, str, int, str, str, str], int] = {}
    for body in bodies:
        brand, scale, keys, numbers = json.loads(body)
        for kind, name, *part in keys:
            if facets is None or kind in facets:
                times = part[0] if part else 1
                for day, measure, number in numbers:
                    place = (kind, name, day, brand, scale, measure)
                    sums[place] = sums.get(place, 0) + number * times
    cells: Cells = {}
    for (kind, name, day, brand, scale, measure), number in sums.items():
        for days in (A_DAY, A_WEEK):
            cell = Cell(kind, days, name, _first(date.fromordinal(day), days), brand, scale)
            cells.setdefault(cell, Counter())[Measure(measure)] += number
    return cells


def keys_of(log: Log) -> list[Key]:
    """A review's facets, named as both engines can keep it: PostgreSQL refuses a NUL in text."""
    return _storable(facets(log))


def _storable(keys: Iterable[Key]) -> list[Key]:
    return [(key[0], key[1].replace("\0", "\ufffd"), *key[2:]) if "\0" in key[1] else key for key in keys]


def _first(day: date, days: int) -> date:
    """The day that names the row which this day is counted in."""
    return day if days == A_DAY else day - day.weekday() * DAY


def _key(cell: Cell) -> dict[str, Value]:
    return {
        "facet": cell.facet,
        "days": cell.days,
        "name": cell.name,
        "day": cell.day.toordinal(),
        "brand": cell.brand,
        "scale": cell.scale,
    }
