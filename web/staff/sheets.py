"""Which tables stand on pages of figures, and as what are they taken out? Rows of a page, and lines of a file."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, repeat

from starlette.responses import Response, StreamingResponse

from reviews.comparing import Difference, Verdict, compared
from reviews.counting import AGENT
from reviews.exported import table_csv
from reviews.scoring import RANK_MIN, UNASKED, Share, share
from store import Store
from store.dashboards import Wished, some_names
from store.scored import Scored
from templates import figures as words
from web.answers.refusals import Refused


class Number(float):
    """How many, where some are credited in part; any other number with a fraction is a share."""


Cell = str | int | float | Number | None
Row = tuple[Cell, ...]
NAMES_MAX = 500
"""Rows of a page; the export has all."""
PAGE = 500
"""Names of a file that are held at once."""
SHARES = ("happy", "from", "to", "answers")
CSV, JSON = "csv", "json"
TYPES = {CSV: "text/csv; charset=utf-8; header=present", JSON: "application/json"}  # RFC 4180 section 3
ASKED_COLUMNS = (
    "closed",
    "asked",
    "asked by the helpdesk",
    *(words.UNASKED_WORDS[one] for one in UNASKED),
    "not asked",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what its columns are called, its rows, and what is said of it. A number with a fraction is a share."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def shown(self) -> list[list[str]]:
        """The rows as they are read."""
        return [[_shown(cell) for cell in row] for row in self.rows[:NAMES_MAX]]


def name_sheet(by: str, lines: Iterable[tuple[Scored, Difference]]) -> Sheet:
    """Every name: first those with enough answers to be set side by side, the surest good first; the rest by name."""
    rows = tuple(_name_row(by, *line) for line in sorted(lines, key=lambda line: _place(*line)))
    caption = f"By {by}, adjusted; with fewer answers than are compared, in the order of the names"
    return Sheet(by, caption, _name_columns(by), rows)


def asking_sheet(by: str, several: Iterable[Scored]) -> Sheet:
    """What became of the asking: closed = asked + each reason not asked, and how many were skipped."""
    rows = tuple(_asking_row(one) for one in sorted(several, key=lambda one: one.name.lower()))
    return Sheet(f"{by}-asking", f"By {by}: closed = asked + each reason not to ask", (by, *ASKED_COLUMNS), rows)


def share_cells(one: Share) -> Row:
    """The cells of SHARES."""
    return (one.value, one.low, one.high, many(one.of)) if one.of else (None, None, None, 0)


def many(number: float) -> Cell:
    """How many, as a cell."""
    return Number(number) if number % 1 else int(number)


def file_of(name: str, form: str, columns: Sequence[str], rows: Iterable[Row], **about: str) -> Response:
    """A table as a file, whose length a browser is told before."""
    head, written, end = _forms(form, columns, about)
    body = "".join([head, *map(written, rows), end])
    return Response(body, media_type=TYPES[form], headers=_saved_as(name, form))


def names_file(store: Store, wished: Wished, form: str, table: str, *, now: datetime) -> StreamingResponse:
    """Every name of a facet as a file, in the order of the names: gone through twice, some hundred names at a time, so
    that each can be compared with all others however many they are."""
    if table == wished.by:
        return _streamed(table, form, _name_columns(wished.by), _name_rows(store, wished, now), {})
    rows = (_asking_row(one) async for one in _every(store, wished, now))
    return _streamed(table, form, (wished.by, *ASKED_COLUMNS), rows, {})


async def _name_rows(store: Store, wished: Wished, now: datetime) -> AsyncIterator[Row]:
    totals: dict[str, tuple[float, float, int]] = {}
    async for one in _every(store, wished, now):
        happy, (part, of, ranked) = one.figures.adjusted.happy, totals.get(one.scale, (0.0, 0.0, 0))
        totals[one.scale] = (part + happy.part, of + happy.of, ranked + (happy.of >= RANK_MIN))
    async for one in _every(store, wished, now):
        happy, (part, of, ranked) = one.figures.adjusted.happy, totals.get(one.scale, (0.0, 0.0, 0))
        rest = share(max(part - happy.part, 0), max(of - happy.of, 0))
        yield _name_row(wished.by, one, compared(happy, rest, comparisons=ranked))


async def _every(store: Store, wished: Wished, now: datetime) -> AsyncIterator[Scored]:
    page, after = replace(wished, most=PAGE), ""
    while True:
        found, after = await store.read(partial(some_names, wished=replace(page, after=after), now=now))
        for one in found:
            yield one
        if not after:
            return


def _streamed(
    name: str, form: str, columns: Sequence[str], rows: AsyncIterator[Row], about: dict[str, str]
) -> StreamingResponse:
    """The rows, written as they come."""
    head, written, end = _forms(form, columns, about)

    async def pieces() -> AsyncIterator[str]:
        yield head
        async for row in rows:
            yield written(row)
        yield end

    return StreamingResponse(pieces(), media_type=TYPES[form], headers=_saved_as(name, form))


def _saved_as(name: str, form: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"'}


def _forms(form: str, columns: Sequence[str], about: dict[str, str]) -> tuple[str, Callable[[Row], str], str]:
    """How a file begins, how each row is written, and how it ends; Refused 404 for a form that there is not."""
    if form == CSV:
        return table_csv([columns]), lambda row: table_csv([row]), ""
    if form != JSON:
        raise Refused(404)
    told = "".join(f"{json.dumps(name)}: {json.dumps(value)}, " for name, value in about.items())
    before = chain([""], repeat(", "))
    return (
        f'{{{told}"rows": [',
        lambda row: next(before) + json.dumps(dict(zip(columns, row, strict=True))),
        "]}",
    )


def _name_columns(by: str) -> tuple[str, ...]:
    left_out = ("excluded", *(("not theirs",) if by == AGENT else ()))
    return (
        by, *SHARES, "compared", "all", "hard", "soft", "provisional", "voided", *left_out, "share excluded",
        "response", "asked", "closed", "not asked", "answered by us", "first answer", "unhappy once", "recovered",
    )  # fmt: skip


def _name_row(by: str, one: Scored, difference: Difference) -> Row:
    told = one.figures
    not_theirs = (told.not_theirs,) if by == AGENT else ()
    counts = (told.raw.n, told.raw.hard, told.raw.soft, told.provisional, told.voided, told.excluded, *not_theirs)
    return (
        one.name, *share_cells(told.adjusted.happy), words.verdict(difference), *map(many, counts),
        told.exclusion.value, told.response.value, many(told.asked), many(told.closed), told.skipped.value,
        told.answered.value, words.half_answered(told) or None, many(told.recovered.of), told.recovered.value,
    )  # fmt: skip


def _asking_row(one: Scored) -> Row:
    told, reasons = one.figures, dict(one.figures.unasked)
    counts = (told.closed, told.asked, told.embedded, *(reasons[reason] for reason in UNASKED))
    return (one.name, *map(many, counts), told.skipped.value)


def _place(one: Scored, difference: Difference) -> tuple[bool, float, str]:
    happy = one.figures.adjusted.happy
    few = difference.verdict is Verdict.TOO_FEW
    return few, 0.0 if few else -happy.low, one.name.lower()


def _shown(cell: Cell) -> str:
    if cell is None:
        return "\u2013"
    if isinstance(cell, Number):
        return f"{cell:g}"
    return words.percent(cell) if isinstance(cell, float) else str(cell)
