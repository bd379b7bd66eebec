"""What changed? The share of the happy in these days beside that of the days before, of many names at once; only what
the intervals show is called a change, and of many comparisons each is held the more strictly (reviews/comparing.py)."""

from collections.abc import Iterable
from dataclasses import dataclass

from reviews.comparing import Difference, Verdict, compared
from reviews.scoring import RANK_MIN, Share


@dataclass(frozen=True, slots=True)
class Pair:
    """One name of a facet, with its share in these days and before."""

    facet: str
    name: str
    now: Share
    before: Share


@dataclass(frozen=True, slots=True)
class Changed:
    """A pair whose shares differ, and how far."""

    of: Pair
    difference: Difference

    @property
    def up(self) -> bool:
        return self.difference.verdict is Verdict.HIGHER


def changed(pairs: Iterable[Pair]) -> tuple[Changed, ...]:
    """Those that differ, what fell first, the surest first."""
    known = list(pairs)
    number = sum(min(pair.now.of, pair.before.of) >= RANK_MIN for pair in known)
    found = [Changed(pair, compared(pair.now, pair.before, comparisons=number)) for pair in known]
    shown = [one for one in found if one.difference.verdict in (Verdict.HIGHER, Verdict.LOWER)]
    return tuple(sorted(shown, key=lambda one: (one.up, -_sure(one.difference), one.of.facet, one.of.name)))


def _sure(difference: Difference) -> float:
    """How far the nearer end of the interval is from no difference."""
    return min(abs(difference.low), abs(difference.high))
