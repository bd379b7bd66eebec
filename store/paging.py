"""Where does a page of a list end? By keyset: the next page begins beyond the last row, whatever came meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime

PAGE_MAX = 200
"""Rows of one page."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: the older ones go on below, the newer ones above."""

    at: datetime
    id: str


NEWEST = Cursor(datetime.max.replace(tzinfo=UTC), "")
"""Above everything."""


def page_size(most: int) -> int:
    """How many rows to read where `most` are wanted: a negative limit is none at all to SQLite."""
    return max(0, min(most, PAGE_MAX))
