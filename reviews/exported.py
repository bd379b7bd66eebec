"""How is a review, or a reason not to ask somebody, told as one line? As CSV for spreadsheets, or as a line of JSON."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from reviews.redacted import Ours, without_ours

CSV, JSONL = "csv", "jsonl"
FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that a spreadsheet would run: OWASP's list, the full-width signs with it."""
DEFUSED = "'"
"""Put before such a cell, it makes it text."""


class Line(NamedTuple):
    """One review; times are RFC 3339 in UTC, what is not there is ''. The fields are the columns, in this order."""

    review: str
    brand: str
    source: str
    ticket: str
    subject: str
    closed_at: str
    contact: str
    name: str
    company: str
    agent: str
    team: str
    tags: tuple[str, ...]
    not_asked: str
    status: str
    value: str
    grade: str
    rated_at: str
    comment: str


class Held(NamedTuple):
    """A reason not to ask an address; `brand` is '' for all, `until` where it ends by itself."""

    at: str
    address: str
    brand: str
    reason: str
    until: str
    who: str
    why: str


def seen(lines: Iterable[Line], *, without_agents: Collection[str], ours: Ours) -> Iterable[Line]:
    """The lines; of these brands without whose ratings they are, and none with what only the customer may press."""
    return [_seen(line, without_agents, ours) for line in lines]


def _seen(line: Line, without_agents: Collection[str], ours: Ours) -> Line:
    agent = "" if line.brand in without_agents else line.agent
    said = (without_ours(line.subject, ours), without_ours(line.comment, ours) if line.comment else "")
    if (agent, *said) == (line.agent, line.subject, line.comment):
        return line  # as nearly all: to make another costs as much as all the rest
    return line._replace(agent=agent, subject=said[0], comment=said[1])


def csv_lines(lines: Iterable[Line | Held]) -> str:
    """Rows of CSV (RFC 4180); a cell that a spreadsheet would run is defused. Tags are apart by blanks."""
    return _written(_cells(line) for line in lines)


def table_csv(rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """Rows of a table of figures as CSV; what is not there is nothing. A number is no formula."""
    return _written(["" if cell is None else str(cell) for cell in row] for row in rows)


def json_lines(lines: Iterable[Line | Held]) -> str:
    """A JSON object a line, all as it was said; None where there is nothing."""
    return "".join(f"{_encode({name: cell or None for name, cell in line._asdict().items()})}\n" for line in lines)


class Form(NamedTuple):
    """What a file begins with, and how its lines are written."""

    head: str
    lines: Callable[[Iterable[Line | Held]], str]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def forms(columns: Iterable[str]) -> dict[str, Form]:
    """The forms of a file with these columns, by name."""
    return {CSV: Form(",".join(columns) + "\r\n", csv_lines), JSONL: Form("", json_lines)}


FORMS = forms(Line._fields)
HELD_FORMS = forms(Held._fields)


def _cells(line: Line | Held) -> list[str]:
    return [" ".join(cell) if isinstance(cell, tuple) else cell for cell in line]


def _written(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(map(_defused, rows))
    return out.getvalue()


def _defused(row: Sequence[str]) -> Sequence[str]:
    """The row, with every cell that a spreadsheet would run as text; few rows have one."""
    if FORMULA.isdisjoint([cell[:1] for cell in row]):
        return row
    return [DEFUSED + cell if cell[:1] in FORMULA else cell for cell in row]
