"""What does a page of figures show? The days of one name, every name beside it, and what it was about: in one look."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from reviews.counting import CAUSE, EVERYTHING
from store.counted import Asked, names
from store.engines import Session
from store.rollups import Cells, as_of, due
from store.scored import Scored, Table, every_row, shared_rows, table

ALL = 100_000
"""Days of a span that holds everything."""


@dataclass(frozen=True, slots=True)
class Wished:
    """Whose figures: of one name of a facet, on the days from `since` to before `until`, of a brand or with None of
    all; and beside them those of every name of the facet `by`, '' for none."""

    facet: str
    name: str
    since: date
    until: date
    brand: str | None = None
    by: str = EVERYTHING
    after: str = ""
    """After which name to go on."""
    most: int = 0
    """How many names one look may take; 0 for all."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of a page, as of a moment. `whole` has a row for each scale, `days` one for each day and scale."""

    as_of: datetime
    whole: list[Scored]
    days: list[Scored]
    names: Table
    causes: Table
    every: int = 0
    """How many names there are; 0 where all are looked at."""
    next_after: str = ""
    """After which name there are more, or ''."""


def dashboard(session: Session, wished: Wished, *, now: datetime) -> Dashboard:
    """All figures of a page, as of the same moment."""
    at = as_of(session, now)
    one = Asked(wished.facet, wished.since, wished.until, ALL, wished.name, wished.brand)
    facets = {*every_row(wished.facet), *every_row(wished.by), *every_row(CAUSE)}
    unfolded = due(session, now=at, facets=facets)
    nothing = Table(at, [])
    every = _names(session, wished.by, unfolded) if wished.by and wished.most else []
    beyond = [name for name in every if name > wished.after]
    page = beyond[: wished.most]
    by_name = replace(one, facet=wished.by, name=None, names=frozenset(page) if wished.most else None)
    by_cause = replace(one, facet=CAUSE, name=None)
    return Dashboard(
        at,
        table(session, one, unfolded, at=at).scored,
        table(session, replace(one, span_days=1), unfolded, at=at).scored,
        table(session, by_name, unfolded, at=at) if wished.by else nothing,
        table(session, by_cause, unfolded, at=at) if wished.facet == EVERYTHING else nothing,
        len(every),
        page[-1] if len(beyond) > len(page) else "",
    )


def _names(session: Session, facet: str, unfolded: Cells) -> list[str]:
    """Every name of a facet, those included who have but a share of anything."""
    found = {name for row in (facet, *shared_rows(facet)) for name in names(session, row, unfolded)}
    return sorted(found)
