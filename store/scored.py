"""What do the counts say of each name and span: the raw figures, and the adjusted ones beside them?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from reviews.comparing import Difference, with_the_rest
from reviews.counting import AGENT, EXCLUDED, NOT_THEIRS, PARTED, SHARED, beside
from reviews.scoring import NONE, Figures, Numbers, with_parts
from store.counted import Asked, together
from store.engines import Session
from store.rollups import Cells, as_of, due

ALL_HERE: Mapping[str, int] = {}


@dataclass(frozen=True)
class Scored:
    """The figures of one name on the days from `since` on, on one scale; what they are made of beside them."""

    name: str
    scale: str
    since: date
    numbers: Numbers
    excluded: Numbers
    not_theirs: Numbers

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.numbers, self.scale, self.excluded, self.not_theirs)


@dataclass(frozen=True, slots=True)
class Table:
    """The figures that were asked for, as of a moment."""

    as_of: datetime
    scored: list[Scored]

    def compared(self, *, every: Mapping[str, int] = ALL_HERE) -> list[tuple[Scored, Difference]]:
        """Each, with how its adjusted share of the happy compares to that of all others on its scale. Where these are
        only some, `every` is how many may be compared on each scale."""
        lines: list[tuple[Scored, Difference]] = []
        for scale in dict.fromkeys(one.scale for one in self.scored):
            alike = [one for one in self.scored if one.scale == scale]
            shares = [one.figures.adjusted.happy for one in alike]
            lines += zip(alike, with_the_rest(shares, every=every.get(scale, 0)), strict=True)
        return lines


def scored(session: Session, asked: Asked, *, now: datetime) -> Table:
    """The figures as of `now`, by name and span. Names that have nothing on these days are not among them."""
    at = as_of(session, now)
    return table(session, asked, due(session, now=at, facets=every_row(asked.facet)), at=at)


def every_facet(facet: str) -> tuple[str, ...]:
    """A facet, and those of what is left out of its adjusted figures."""
    left_out = (beside(facet, EXCLUDED), *((beside(facet, NOT_THEIRS),) if facet == AGENT else ()))
    return (facet, *left_out)


def every_row(facet: str) -> tuple[str, ...]:
    """The same, and those of what is shared."""
    return tuple(row for one in every_facet(facet) for row in (one, *shared_rows(one)))


def shared_rows(facet: str) -> tuple[str, ...]:
    """The facet whose counts are hundredths of that one's, where there is one."""
    *why, own = facet.rsplit(" ", 1)
    return (" ".join((*why, beside(own, SHARED))),) if own in PARTED else ()


def table(session: Session, asked: Asked, unfolded: Cells, *, at: datetime) -> Table:
    """The figures, where what is due of these facets was read before."""
    numbers, *left_out = (
        _numbers(session, replace(asked, facet=facet), unfolded) for facet in every_facet(asked.facet)
    )
    excluded, not_theirs = (*left_out, {})[:2]
    return Table(
        at,
        [Scored(*key, found, excluded.get(key, NONE), not_theirs.get(key, NONE)) for key, found in numbers.items()],
    )


def _numbers(session: Session, asked: Asked, unfolded: Cells) -> dict[tuple[str, str, date], Numbers]:
    """The counts by name, scale and span, with the parts that are shared."""
    found: dict[tuple[str, str, date], Numbers] = {
        (one.name, one.scale, one.since): one.numbers for one in together(session, asked, unfolded)
    }
    for facet in shared_rows(asked.facet):
        for one in together(session, replace(asked, facet=facet), unfolded):
            key = (one.name, one.scale, one.since)
            found[key] = with_parts(found.get(key, NONE), one.numbers)
    return dict(sorted(found.items()))
