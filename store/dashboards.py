"""What does a page of figures show? The days of one name, every name beside it, and what it was about: in one look."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from reviews.counting import CAUSE, EVERYTHING, OPPORTUNITY, RATED, TAG, WAIT, Measure
from reviews.wordings import Wording
from store.counted import Asked, how_many, names
from store.engines import Session
from store.rollups import Cells, as_of, due
from store.scored import Scored, Table, every_row, shared_rows, table
from store.wordings import asked_with

OF_A_DAY = (Measure.ASKED, Measure.ANSWERED, *RATED.values())
"""What is told of single days and weeks."""
ABOUT = (CAUSE, OPPORTUNITY, WAIT)
SEVERAL = (CAUSE, OPPORTUNITY, TAG)
"""Of which one review may have several names: so many of any other are compared that their answers add up to all."""
OPPORTUNITIES_MAX = 100
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
    about: dict[str, Table]
    """Of everybody: by cause, by opportunity, and by how long the question waited."""
    every: int = 0
    """How many names there are, where a review may have several of them; 0 where it has one, or all are looked at."""
    next_after: str = ""
    """After which name there are more, or ''."""
    wordings: tuple[Wording, ...] = ()
    """How customers were asked, day by day."""


def dashboard(session: Session, wished: Wished, *, now: datetime) -> Dashboard:
    """All figures of a page, as of the same moment."""
    at = as_of(session, now)
    one = Asked(wished.facet, wished.since, wished.until, ALL, wished.name, wished.brand)
    facets = {row for of in (wished.facet, wished.by, *ABOUT) for row in every_row(of)}
    unfolded = due(session, now=at, facets=facets)
    nothing = Table(at, [])
    paged = wished.by and wished.most
    page = _names(session, wished, unfolded) if paged else []
    more, page = len(page) > wished.most, page[: wished.most]
    part = (more or wished.after) and wished.by in SEVERAL
    by_name = replace(one, facet=wished.by, name=None, names=frozenset(page) if wished.most else None)
    return Dashboard(
        at,
        table(session, one, unfolded, at=at).scored,
        table(session, replace(one, span_days=1, measures=OF_A_DAY), unfolded, at=at).scored,
        table(session, by_name, unfolded, at=at) if wished.by else nothing,
        {facet: _about(session, one, facet, unfolded, at) for facet in ABOUT} if wished.facet == EVERYTHING else {},
        how_many(session, wished.by, unfolded) if part else 0,
        page[-1] if paged and more else "",
        asked_with(session, brand=wished.brand, since=wished.since, until=wished.until),
    )


def some_names(session: Session, wished: Wished, *, now: datetime) -> tuple[list[Scored], str]:
    """The names of a page alone, and after which there are more, or ''."""
    at = as_of(session, now)
    unfolded = due(session, now=at, facets=set(every_row(wished.by)))
    page = _names(session, wished, unfolded)
    some, more = page[: wished.most], len(page) > wished.most
    asked = Asked(wished.by, wished.since, wished.until, ALL, None, wished.brand, frozenset(some))
    return table(session, asked, unfolded, at=at).scored, some[-1] if more else ""


def _names(session: Session, wished: Wished, unfolded: Cells) -> list[str]:
    """The names of a page and one more, those included who have but a share of anything."""
    most = wished.most + 1
    rows = (wished.by, *shared_rows(wished.by))
    told = [names(session, row, unfolded, after=wished.after, most=most) for row in rows]
    return sorted({name for page in told for name in page})[:most]


def _about(session: Session, one: Asked, facet: str, unfolded: Cells, at: datetime) -> Table:
    """Every name of that facet; of opportunities, which may be many, the first ones."""
    asked = replace(one, facet=facet, name=None)
    if facet == OPPORTUNITY:
        some = names(session, facet, unfolded, after="", most=OPPORTUNITIES_MAX)
        asked = replace(asked, names=frozenset(some))
    return table(session, asked, unfolded, at=at)
