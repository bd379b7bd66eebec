"""Are two shares different, or do they only look so? Nobody is called better or worse by chance alone.

The interval of the difference is Newcombe's (1998, method 10), made of Wilson's two. Who is compared with many is
compared the more strictly: each of m comparisons at a level of 1 - `ERROR` / m (Bonferroni), so that where all are
alike, no more than one table in twenty calls anybody different.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot

from reviews.scoring import RANK_MIN, Share, share

ERROR = 0.04
"""How often two that are alike may be called different. Newcombe's interval oversteps what it promises by some tenths
of a percent; so a promise of five in a hundred is kept by asking for four."""


class Verdict(StrEnum):
    """What a comparison shows."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "no difference shown"
    TOO_FEW = "too few answers to compare"


@dataclass(frozen=True, slots=True)
class Difference:
    """One share minus another, from `low` to `high` at the level that the number of comparisons asks for."""

    low: float
    high: float
    verdict: Verdict


def compared(one: Share, other: Share, *, comparisons: int = 1) -> Difference:
    """How far one share is from another, where so many such questions are asked at once."""
    if min(one.of, other.of) < RANK_MIN:
        return Difference(-1.0, 1.0, Verdict.TOO_FEW)
    level = 1 - ERROR / max(comparisons, 1)
    first, second = share(one.part, one.of, level=level), share(other.part, other.of, level=level)
    p, q = one.part / one.of, other.part / other.of
    low = p - q - hypot(p - first.low, second.high - q)
    high = p - q + hypot(first.high - p, q - second.low)
    verdict = Verdict.HIGHER if low > 0 else Verdict.LOWER if high < 0 else Verdict.NONE
    return Difference(low, high, verdict)


def with_the_rest(shares: Sequence[Share], *, every: int = 0) -> list[Difference]:
    """Each of several set beside all the others together; where they are only a part, of so many in all."""
    total, happy = sum(one.of for one in shares), sum(one.part for one in shares)
    comparable = max(every, sum(one.of >= RANK_MIN for one in shares))
    return [compared(one, share(happy - one.part, total - one.of), comparisons=comparable) for one in shares]
