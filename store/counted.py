"""How many, per day? The folded counts and what is due beside them, added up by spans of days."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import compress
from operator import itemgetter
from typing import Any

from reviews.counting import Measure
from store.engines import Session, Value
from store.rollups import A_DAY, A_WEEK, DAY, MEASURES, Cell, Cells, as_of, due

COUNTED = """select name, scale, (day - :since) / :span as span, {measures} from rollup
    where facet = :facet and days = :days and day >= :first and day < :last {filters} {group}"""
GROUP = "group by name, scale, span"
NAMES = """and name in (with recursive named(name) as (
        select min(name) from rollup where facet = :facet and days = :days
        union all select (select min(name) from rollup where facet = :facet and days = :days and name > named.name)
            from named where named.name is not null)
    select name from named)"""
"""Every name, by a leap from one to the next: each one's days lie side by side, those of others are not read."""
NAME, BRAND = "and name = :name", "and brand = :brand"
SOME = "and name in (select asked.value ->> 0 from {each})"
EVERY_NAME = """with recursive named(name) as (
        select min(name) from rollup where facet = :facet and days = :days and name > :after
        union all select (select min(name) from rollup where facet = :facet and days = :days and name > named.name)
            from named where named.name is not null)
    select name from named where name is not null limit :most"""
HOW_MANY = f"select count(*) as number from ({EVERY_NAME}) as every"  # noqa: S608 - our own words
SOME_NAMES = """select distinct name from rollup where facet = :facet and days = :days
    and name in (select asked.value ->> 0 from {each})"""
NAMES_MAX = 20_000
"""Of one facet: more are not looked at together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which counts: by which facet of a review (reviews/counting.py), on the days from `since` to before `until`, added
    up by spans of so many days; of one name and one brand alone, or with None of all."""

    facet: str
    since: date
    until: date
    span_days: int = 1
    name: str | None = None
    brand: str | None = None
    names: frozenset[str] | None = None
    """Of these alone, where there are too many for one look."""
    measures: tuple[Measure, ...] = MEASURES
    """What of it is looked at: each one more costs as much as another name."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one name on the days from `since` on; a measure that is not there is nought, as some that are."""

    name: str
    scale: str
    since: date
    numbers: Counter[Measure]


def counted(session: Session, asked: Asked, *, now: datetime) -> list[Counted]:
    """The counts as of `now`, by name and span; what was folded by a clock ahead of ours is in them."""
    return together(session, asked, due(session, now=as_of(session, now), facets=(asked.facet,)))


def together(session: Session, asked: Asked, unfolded: Cells) -> list[Counted]:
    """What is folded, and what of it is due beside, which was read before."""
    found: dict[tuple[str, str, int], Counter[Measure]] = {}
    for days, first, last in _stretches(asked):
        for row in _sums(session, asked, days, first, last):
            key, sums = (row[0], row[1], row[2]), row[3:]
            told = zip(compress(asked.measures, sums), filter(None, sums), strict=True)
            if key in found:
                found[key].update(dict(told))
            else:  # thousands of them: what a Counter does to begin with costs as much as all the rest
                dict.update(found.setdefault(key, Counter.__new__(Counter)), told)
    for cell, numbers in unfolded.items():
        if _wanted(cell, asked):
            span = (cell.day - asked.since).days // asked.span_days
            found.setdefault((cell.name, cell.scale, span), Counter()).update(
                {measure: number for measure, number in numbers.items() if measure in asked.measures}
            )
    return [
        Counted(name, scale, asked.since + span * asked.span_days * DAY, numbers)
        for (name, scale, span), numbers in sorted(found.items(), key=itemgetter(0))
        if any(numbers.values())
    ]


def names(session: Session, facet: str, unfolded: Cells, *, after: str, most: int) -> list[str]:
    """The names beyond that one that were ever counted there, in order, at most `most`."""
    asked: dict[str, Value] = {"facet": facet, "days": A_WEEK}
    rows = session.table(EVERY_NAME, ("name",), **asked, after=after, most=most)
    return sorted({name for (name,) in rows} | {name for name in _waiting(facet, unfolded) if name > after})[:most]


def how_many(session: Session, facet: str, unfolded: Cells) -> int:
    """How many names were ever counted there, at most some more than NAMES_MAX: gone through one by one."""
    waiting = _waiting(facet, unfolded)
    asked: dict[str, Value] = {"facet": facet, "days": A_WEEK}
    folded = session.rows(HOW_MANY, **asked, after="", most=NAMES_MAX)[0]["number"]
    listed = json.dumps([[name] for name in waiting])
    known = session.rows(SOME_NAMES.format(each=session.dialect.each), **asked, asked=listed) if waiting else []
    return int(folded) + len(waiting) - len(known)


def _waiting(facet: str, unfolded: Cells) -> set[str]:
    return {cell.name for cell in unfolded if cell.facet == facet and cell.days == A_WEEK}


def _stretches(asked: Asked) -> Iterator[tuple[int, date, date]]:
    """Which rows answer it: those of weeks, where no span ends within one, and of days for what is left; each with
    the first day and the one after the last."""
    monday = asked.since + -asked.since.weekday() % A_WEEK * DAY
    last_monday = asked.until - asked.until.weekday() * DAY
    whole = asked.span_days % A_WEEK == 0 and monday == asked.since
    if monday >= last_monday or not (whole or asked.span_days >= (asked.until - asked.since).days):
        monday = last_monday = asked.until
    for days, first, last in (
        (A_DAY, asked.since, monday),
        (A_WEEK, monday, last_monday),
        (A_DAY, last_monday, asked.until),
    ):
        if first < last:
            yield days, first, last


def _sums(session: Session, asked: Asked, days: int, first: date, last: date) -> list[Sequence[Any]]:
    """Name, scale, number of the span, and every measure."""
    only = {name: value for name, value in (("name", asked.name), ("brand", asked.brand)) if value is not None}
    some = SOME.format(each=session.dialect.each)
    which = NAME if asked.name is not None else NAMES if asked.names is None else some
    filters = f"{which} {BRAND if 'brand' in only else ''}"
    if asked.names is not None:
        only["asked"] = json.dumps([[name] for name in asked.names])
    summed = days != asked.span_days  # else hardly two rows are of one name and span, and sorting them costs as much
    return session.table(
        COUNTED.format(measures=_told(asked.measures, summed), filters=filters, group=GROUP if summed else ""),
        ("name", "scale", "span", *asked.measures),
        facet=asked.facet,
        since=asked.since.toordinal(),
        span=asked.span_days,
        days=days,
        first=first.toordinal(),
        last=last.toordinal(),
        **only,
    )


@cache
def _told(measures: tuple[Measure, ...], summed: bool) -> str:
    return ", ".join(f"cast(sum({one}) as bigint) as {one}" if summed else one for one in measures)


def _wanted(cell: Cell, asked: Asked) -> bool:
    return (
        (cell.facet, cell.days) == (asked.facet, A_DAY)
        and asked.since <= cell.day < asked.until
        and asked.name in (None, cell.name)
        and (asked.names is None or cell.name in asked.names)
        and asked.brand in (None, cell.brand)
    )
