"""What do the counts say of each name and span: the raw figures, and the adjusted ones beside them?"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from reviews.comparing import Difference, with_the_rest
from reviews.counting import AGENT, EXCLUDED, NOT_THEIRS, Measure, beside
from reviews.scoring import Figures, figures
from store.counted import Asked, Counted, together
from store.engines import Session
from store.rollups import Cells, as_of, due


@dataclass(frozen=True, slots=True)
class Scored:
    """The figures of one name on the days from `since` on, on one scale; what they are made of beside them."""

    name: str
    scale: str
    since: date
    numbers: Counter[Measure]
    excluded: Counter[Measure]
    not_theirs: Counter[Measure]

    @property
    def figures(self) -> Figures:
        return figures(self.numbers, self.scale, excluded=self.excluded, not_theirs=self.not_theirs)


@dataclass(frozen=True, slots=True)
class Table:
    """The figures that were asked for, as of a moment."""

    as_of: datetime
    scored: list[Scored]

    def compared(self, *, every: int = 0) -> list[tuple[Scored, Difference]]:
        """Each, with how its adjusted share of the happy compares to that of all others on its scale. Where these are
        only some, `every` is how many there are: so many are compared."""
        lines: list[tuple[Scored, Difference]] = []
        for scale in dict.fromkeys(one.scale for one in self.scored):
            alike = [one for one in self.scored if one.scale == scale]
            shares = [one.figures.adjusted.happy for one in alike]
            lines += zip(alike, with_the_rest(shares, every=every), strict=True)
        return lines


def scored(session: Session, asked: Asked, *, now: datetime) -> Table:
    """The figures as of `now`, by name and span. Names that have nothing on these days are not among them."""
    at = as_of(session, now)
    return table(session, asked, due(session, now=at, facets=every_facet(asked.facet)), at=at)


def every_facet(facet: str) -> tuple[str, ...]:
    """A facet, and those of what is left out of its adjusted figures."""
    left_out = (beside(facet, EXCLUDED), *((beside(facet, NOT_THEIRS),) if facet == AGENT else ()))
    return (facet, *left_out)


def table(session: Session, asked: Asked, unfolded: Cells, *, at: datetime) -> Table:
    """The figures, where what is due of these facets was read before."""
    numbers, *left_out = (
        {(one.name, one.scale, one.since): one for one in together(session, replace(asked, facet=facet), unfolded)}
        for facet in every_facet(asked.facet)
    )
    excluded, not_theirs = (*left_out, {})[:2]
    return Table(
        at,
        [Scored(*key, one.numbers, _of(excluded.get(key)), _of(not_theirs.get(key))) for key, one in numbers.items()],
    )


def _of(found: Counted | None) -> Counter[Measure]:
    return found.numbers if found else Counter()
