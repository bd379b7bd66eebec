"""What stands on a page of figures? Its headline, its chart, and every table as it is shown and taken out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from reviews.comparing import Difference, Verdict
from reviews.counting import AGENT
from reviews.scoring import Figures, Share, added, figures, share, without
from reviews.trends import Change, Point, by_weekday, changes
from store.dashboards import Dashboard
from store.scored import Scored
from templates import figures as words
from templates.charts import Chart, chart

Cell = str | int | float | None
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMES_MAX = 500
"""Rows of a page; the export has all."""
SHARES = ("happy", "from", "to", "answers")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what its columns are called, and its rows. A number with a fraction is a share."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def shown(self) -> list[list[str]]:
        """The rows as they are read."""
        return [[_shown(cell) for cell in row] for row in self.rows[:NAMES_MAX]]


@dataclass(frozen=True, slots=True)
class View:
    """The figures of one name on one scale."""

    scale: str
    whole: Figures
    chart: Chart
    changes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def view(found: Dashboard, *, since: date, until: date, by: str) -> View:
    """What the page shows of what the store found: of the scale with the most answers."""
    whole = max(found.whole, key=lambda one: one.figures.raw.n, default=None)
    scale = whole.scale if whole else "faces3"
    days = {one.since: one for one in found.days if one.scale == scale}
    points = [_point(day, days.get(day)) for day in _days(since, until)]
    changed = changes(points)
    weeks = _weeks(days, since, until)
    sheets = [_week_sheet(weeks), _weekday_sheet(days, points)]
    if by:
        sheets.insert(0, _name_sheet(by, found.names.compared(every=found.every)))
    if found.causes.scored and whole:
        sheets.append(_cause_sheet(whole, found.causes.scored))
    return View(
        scale,
        whole.figures if whole else figures({}, scale),
        chart(
            [(monday, one.adjusted.happy, _said(monday, one)) for monday, one in weeks],
            [(change.at, _told(change)) for change in changed],
        ),
        tuple(_told(change) for change in changed),
        tuple(sheets),
    )


def _point(day: date, one: Scored | None) -> Point:
    happy = one.figures.adjusted.happy if one else share(0, 0)
    return Point(day, happy.part, happy.of)


def _days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=number) for number in range((until - since).days)]


def _weeks(days: dict[date, Scored], since: date, until: date) -> list[tuple[date, Figures]]:
    """The figures of each week, from its Monday; `since` is one."""
    return [
        (monday, _together([days[day] for day in _days(monday, monday + timedelta(days=7)) if day in days]))
        for monday in _days(since, until)[::7]
    ]


def _together(several: Sequence[Scored]) -> Figures:
    numbers, excluded, not_theirs = (
        (added(counts) for counts in zip(*((s.numbers, s.excluded, s.not_theirs) for s in several), strict=True))
        if several
        else ({}, {}, {})
    )
    return figures(numbers, several[0].scale if several else "faces3", excluded=excluded, not_theirs=not_theirs)


def _name_sheet(by: str, compared: Iterable[tuple[Scored, Difference]]) -> Sheet:
    """Every name: first those with enough answers to be set side by side, the surest good first; the rest by name."""
    ranked = sorted(compared, key=lambda line: _place(*line))
    left_out = ("excluded", *(("not theirs",) if by == AGENT else ()))
    return Sheet(
        by,
        f"By {by}, adjusted; with fewer answers than are compared, in the order of the names",
        (by, *SHARES, "compared", "all", "hard", "soft", "provisional", "voided", *left_out,
         "response", "asked", "closed", "not asked"),
        tuple(
            (
                one.name, *_cells(told.adjusted.happy), words.verdict(difference), told.raw.n, told.raw.hard,
                told.raw.soft, told.provisional, told.voided, told.excluded,
                *((told.not_theirs,) if by == AGENT else ()),
                told.response.value, told.asked, told.closed, told.skipped.value,
            )
            for one, difference in ranked
            for told in [one.figures]
        ),
    )  # fmt: skip


def _place(one: Scored, difference: Difference) -> tuple[bool, float, str]:
    happy = one.figures.adjusted.happy
    few = difference.verdict is Verdict.TOO_FEW
    return few, 0.0 if few else -happy.low, one.name.lower()


def _week_sheet(weeks: Iterable[tuple[date, Figures]]) -> Sheet:
    rows = ((str(monday), *_cells(one.adjusted.happy), one.response.value, one.asked) for monday, one in weeks)
    return Sheet("week", "By week, from Monday, adjusted", ("week", *SHARES, "response", "asked"), tuple(rows))


def _weekday_sheet(days: dict[date, Scored], points: Sequence[Point]) -> Sheet:
    """How they rate by the day they answer, and how many answer by the day their ticket was closed."""
    rows = []
    by_day = {number: list(some) for number, some in groupby(sorted(days, key=date.weekday), key=date.weekday)}
    for number, happy in enumerate(by_weekday(points)):
        closed = _together([days[day] for day in by_day.get(number, [])])
        rows.append((WEEKDAYS[number], *_cells(happy), closed.response.value, closed.asked))
    return Sheet(
        "weekday", "By weekday: of the answer, and of the closing for the response",
        ("weekday", *SHARES, "response", "asked"), tuple(rows),
    )  # fmt: skip


def _cause_sheet(whole: Scored, causes: Iterable[Scored]) -> Sheet:
    rows = []
    for one in causes:
        if one.scale == whole.scale:
            rest = figures(without(whole.numbers, one.numbers), whole.scale).raw.happy
            rows.append((one.name, *_cells(one.figures.raw.happy), rest.value, rest.of))
    columns = ("cause", *SHARES, "happy without it", "answers without it")
    return Sheet("cause", "What it was about, and the score without it", columns, tuple(rows))


def _cells(one: Share) -> tuple[Cell, ...]:
    return (one.value, one.low, one.high, one.of) if one.of else (None, None, None, 0)


def _said(monday: date, one: Figures) -> str:
    return f"week of {monday}: {words.told(one.adjusted.happy)}"


def _told(change: Change) -> str:
    way = "rose" if change.up else "fell"
    return (
        f"Since {change.at} it {way}: from {words.percent(change.before.value or 0)} of {change.before.of} answers"
        f" to {words.percent(change.after.value or 0)} of {change.after.of}."
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return "\u2013"
    return words.percent(cell) if isinstance(cell, float) else str(cell)
