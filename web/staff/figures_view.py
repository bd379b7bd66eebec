"""What stands on a page of figures? Its headline, its chart, and every table as it is shown and taken out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from reviews.chances import uneven
from reviews.comparing import ERROR
from reviews.counting import CAUSE, OPPORTUNITY, WAIT, WAIT_NAMES
from reviews.scoring import RANK_MIN, Figures, Share, added, share, without
from reviews.trends import Point, by_weekday, changes
from reviews.wordings import reworded
from store.dashboards import Dashboard
from store.scored import Scored
from templates import figures as words
from templates.charts import Chart, chart
from web.staff.sheets import SHARES, Sheet, asking_sheet, many, name_sheet, share_cells

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNEVEN = ERROR / 3
"""How likely chance alone may make shares so unequal that it is told: three such questions are asked of a page."""
CAPTIONS = {
    CAUSE: "What it was about, and the score without it",
    OPPORTUNITY: "Requests and problems it speaks for, and the score without them",
    WAIT: "By how long after the closing the question went out",
}


@dataclass(frozen=True, slots=True)
class View:
    """The figures of one name on one scale; `scales` are the others it was asked on, with their answers."""

    scale: str
    scales: tuple[tuple[str, float], ...]
    whole: Figures
    chart: Chart
    changes: tuple[str, ...]
    asked_otherwise: tuple[str, ...]
    """Since when the question, its answers or the scale were others."""
    sheets: tuple[Sheet, ...]


def view(found: Dashboard, *, since: date, until: date, by: str, scale: str = "", after: str = "") -> View:
    """What the page shows of what the store found: of that scale, else of the one with the most answers. `after` is the
    name that its names go on from."""
    whole = _of_scale(found.whole, scale)
    scale = whole.scale if whole else scale or "faces3"
    days = {one.since: one for one in found.days if one.scale == scale}
    points = [_point(day, days.get(day)) for day in _days(since, until)]
    changed = changes(points)
    otherwise = [change for change in reworded(found.wordings) if change.at.date() >= since]
    weeks = _weeks(days, since, until)
    sheets = [_week_sheet(weeks), _weekday_sheet(days, points)]
    if by:
        lines = found.names.compared(every=_comparable(found, after))
        sheets = [name_sheet(by, lines), asking_sheet(by, [one for one, _ in lines]), *sheets]
    if whole:
        sheets += [_about_sheet(facet, whole, one.scored) for facet, one in found.about.items() if one.scored]
    return View(
        scale,
        tuple((one.scale, one.figures.raw.n) for one in found.whole if one.scale != scale and one.figures.closed),
        whole.figures if whole else Figures({}, scale),
        chart(
            [(monday, one.adjusted.happy, _said(monday, one)) for monday, one in weeks],
            [
                *((change.at.date(), words.mark(change), words.asked_otherwise(change)) for change in otherwise),
                *((change.at, words.CHANGED, words.changed(change)) for change in changed),
            ],
        ),
        tuple(words.changed(change) for change in changed),
        tuple(words.asked_otherwise(change) for change in otherwise),
        tuple(sheets),
    )


def _of_scale(whole: Sequence[Scored], scale: str) -> Scored | None:
    told = [one for one in whole if one.scale == scale] if scale else whole
    return max(told, key=lambda one: one.figures.raw.n, default=None)


def _comparable(found: Dashboard, after: str) -> dict[str, int]:
    """How many names may be compared on each scale, where a page has but some. It takes RANK_MIN answers to be one of
    them: where a review has one name alone, there are no more of them than all answers hold that many."""
    if not after and not found.next_after:
        return {}
    return {one.scale: found.every or int(one.figures.raw.n // RANK_MIN) for one in found.whole}


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
    return Figures(numbers, several[0].scale if several else "faces3", excluded, not_theirs)


def _week_sheet(weeks: Iterable[tuple[date, Figures]]) -> Sheet:
    rows = (
        (str(monday), *share_cells(one.adjusted.happy), one.response.value, many(one.asked)) for monday, one in weeks
    )
    return Sheet("week", "By week, from Monday, adjusted", ("week", *SHARES, "response", "asked"), tuple(rows))


def _weekday_sheet(days: dict[date, Scored], points: Sequence[Point]) -> Sheet:
    """How they rate by the day they answer, and how many answer by the day their ticket was closed."""
    rows, responses, happy_days = [], [], by_weekday(points)
    by_day = {number: list(some) for number, some in groupby(sorted(days, key=date.weekday), key=date.weekday)}
    for number, happy in enumerate(happy_days):
        closed = _together([days[day] for day in by_day.get(number, [])])
        responses.append(closed.response)
        rows.append((WEEKDAYS[number], *share_cells(happy), closed.response.value, many(closed.asked)))
    return Sheet(
        "weekday", "By weekday: of the answer, and of the closing for the response",
        ("weekday", *SHARES, "response", "asked"), tuple(rows),
        (_evenness("How happy they are", "the day they answer", happy_days),
         _evenness("Who answers", "the day the ticket was closed", responses)),
    )  # fmt: skip


def _about_sheet(facet: str, whole: Scored, several: Sequence[Scored]) -> Sheet:
    """Every cause, opportunity or wait: how many reviews, the score with it, and the score of all without it."""
    rows, told = [], sorted((one for one in several if one.scale == whole.scale), key=_place)
    for one in told:
        with_it, rest = one.figures, Figures(without(whole.numbers, one.numbers), whole.scale).raw.happy
        response = (with_it.response.value, many(with_it.asked))
        happy, reviews = share_cells(with_it.raw.happy), many(with_it.closed)
        rows.append((one.name, reviews, *happy, rest.value, many(rest.of), *response))
    columns = (facet, "reviews", *SHARES, "happy without it", "answers without it", "response", "asked")
    waits = [one.figures.response for one in told]
    notes = (_evenness("Who answers", "how long the question waited", waits),) if facet == WAIT else ()
    return Sheet(facet, CAPTIONS[facet], columns, tuple(rows), notes)


def _place(one: Scored) -> tuple[int, str]:
    return (WAIT_NAMES.index(one.name) if one.name in WAIT_NAMES else 0, one.name)


def _evenness(what: str, by: str, shares: Sequence[Share]) -> str:
    p = uneven(shares)
    if p > UNEVEN:
        return f"{what} does not differ by {by}, as far as these numbers show."
    return (
        f"{what} differs by {by}: chance alone would show as much in fewer than one of {int(1 / max(p, 1e-6)):,} looks."
    )


def _said(monday: date, one: Figures) -> str:
    return f"week of {monday}: {words.told(one.adjusted.happy)}"
