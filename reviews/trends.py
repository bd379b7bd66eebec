"""Since when is it otherwise? A change is marked only where the answers show one.

The series is cut where two shares explain it best, by the ratio of their likelihoods (twice its logarithm, as in Wilks'
test). The best of many cuts looks good by chance alone, so it must exceed not Wilks' 3.84 but `SURE`: of a hundred
series in which nothing changed, no more than five are then marked (tests/test_trends.py counts them). What a cut leaves
on either side is looked at again in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import log

from reviews.scoring import Share, share

SURE = 9.8
"""Twice the logarithm of the likelihood ratio from which on a cut is a change."""
SIDE_MIN = 20
"""Answers that there must be on either side of a cut: fewer tell of single customers."""
CHANGES_MAX = 8
"""Of one series: more say that it is restless, no more of when."""


@dataclass(frozen=True, slots=True)
class Point:
    """What came on one day, or in the span that begins on it: so many of so many."""

    since: date
    part: float
    of: float


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on, what was `before` is `after`."""

    at: date
    before: Share
    after: Share
    strength: float
    """Twice the logarithm of the likelihood ratio."""

    @property
    def up(self) -> bool:
        return self.after.part * self.before.of > self.before.part * self.after.of


def changes(points: Sequence[Point]) -> tuple[Change, ...]:
    """Where the share changed, in order of time; none where chance explains it."""
    cuts = _cuts(points, 0, len(points), CHANGES_MAX)
    while found := _between(points, cuts):
        weakest = min(range(len(found)), key=lambda number: found[number].strength)
        if found[weakest].strength > SURE:
            return found
        del cuts[weakest]  # sure as long as a cut beside it was not known
    return ()


def by_weekday(points: Sequence[Point]) -> tuple[Share, ...]:
    """The share of each weekday, from Monday."""
    return tuple(share(*_sum([point for point in points if point.since.weekday() == day])) for day in range(7))


def _between(points: Sequence[Point], cuts: Sequence[int]) -> tuple[Change, ...]:
    """What changed at each cut, from the stretch before it to the one after."""
    edges = [0, *cuts, len(points)]
    found = []
    for first, cut, last in zip(edges, cuts, edges[2:], strict=False):
        before, after = _sum(points[first:cut]), _sum(points[cut:last])
        found.append(Change(points[cut].since, share(*before), share(*after), _strength(before, after)))
    return tuple(found)


def _cuts(points: Sequence[Point], first: int, last: int, most: int) -> list[int]:
    """The indexes at which something new begins, the surest of this stretch and those on either side of it."""
    cut, strength = _best(points[first:last])
    if strength <= SURE or most <= 0:
        return []
    at = first + cut
    left = _cuts(points, first, at, most - 1)
    right = _cuts(points, at, last, most - 1 - len(left))
    return [*left, at, *right]


def _best(points: Sequence[Point]) -> tuple[int, float]:
    """The cut that explains most, and how well."""
    happy = list(accumulate((point.part for point in points), initial=0))
    all_of = list(accumulate((point.of for point in points), initial=0))
    part, of, whole = happy[-1], all_of[-1], _likelihood(happy[-1], all_of[-1])
    best, strongest = 0, 0.0
    for cut in range(1, len(points)):
        if min(all_of[cut], of - all_of[cut]) >= SIDE_MIN:
            apart = _likelihood(happy[cut], all_of[cut]) + _likelihood(part - happy[cut], of - all_of[cut])
            if 2 * (apart - whole) > strongest:
                best, strongest = cut, 2 * (apart - whole)
    return best, strongest


def _strength(before: tuple[float, float], after: tuple[float, float]) -> float:
    together = (before[0] + after[0], before[1] + after[1])
    return 2 * (_likelihood(*before) + _likelihood(*after) - _likelihood(*together))


def _likelihood(part: float, of: float) -> float:
    """The logarithm of how likely that is under the share it shows itself."""
    rest = of - part
    return (part * log(part / of) if part > 0 else 0.0) + (rest * log(rest / of) if rest > 0 else 0.0)


def _sum(points: Sequence[Point]) -> tuple[float, float]:
    return sum(point.part for point in points), sum(point.of for point in points)
