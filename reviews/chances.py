"""How often would chance alone show as much? Exact tests of counts, and what is left of many of them.

Two shares are held against one another by Fisher's exact test: given how many there are on either side and how many
are so in all, the number on one side is hypergeometric. Of many tests at once, those that could never show anything,
however their answers fell, are not counted (Tarone 1990); the others are each held to a level of `error` divided by how
many they are (Bonferroni). So where nothing is the matter, no more than that part of all looks shows anything at all.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt

from reviews.scoring import Share


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely chance alone shows as much or more, and the least that these numbers could have shown."""

    p: float
    least: float


def more(one: Share, other: Share) -> Chance:
    """How likely chance alone gives the one a share as high, where both are alike (Fisher, one-sided). Of whole
    numbers: what is credited in parts is rounded."""
    of, others, so = round(one.of), round(other.of), round(one.part)
    part = so + round(other.part)
    highest = min(of, part)
    tail = sum(_likely(number, of, others, part) for number in range(so, highest + 1))
    return Chance(min(1.0, tail), _likely(highest, of, others, part))


def apart(one: Share, other: Share) -> Chance:
    """How likely chance alone sets them as far apart, either way (Fisher, twice the smaller side)."""
    up, down = more(one, other), more(_rest(one), _rest(other))
    return Chance(min(1.0, 2 * min(up.p, down.p)), min(1.0, 2 * min(up.least, down.least)))


def shown(chances: Sequence[Chance], *, error: float) -> list[bool]:
    """Which of these are more than chance, where so many are looked at together (Tarone and Bonferroni)."""
    least, tests = sorted(chance.least for chance in chances), 1
    while bisect_right(least, error / tests) > tests:
        tests += 1
    return [chance.p <= error / tests for chance in chances]


def uneven(shares: Sequence[Share]) -> float:
    """How likely chance alone makes several shares so unequal (Pearson's chi-squared); 1 where fewer than two have
    enough to tell: five expected of either kind."""
    total, part = sum(one.of for one in shares), sum(one.part for one in shares)
    if not 0 < part < total:
        return 1.0
    usual = part / total
    told = [one for one in shares if one.of * min(usual, 1 - usual) >= 5]
    if len(told) < 2:
        return 1.0
    usual = sum(one.part for one in told) / sum(one.of for one in told)
    if not 0 < usual < 1:
        return 1.0
    squared = sum((one.part - one.of * usual) ** 2 / (one.of * usual * (1 - usual)) for one in told)
    return _beyond(squared, len(told) - 1)


def _rest(one: Share) -> Share:
    return Share(one.of, one.of - one.part, 1 - one.high, 1 - one.low)


def _likely(number: int, of: int, others: int, part: int) -> float:
    """How likely so many of `part` fall among `of`, where there are `others` besides."""
    if number < 0 or number > of or part - number < 0 or part - number > others:
        return 0.0
    return exp(_choose(of, number) + _choose(others, part - number) - _choose(of + others, part))


def _choose(of: int, number: int) -> float:
    return lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)


def _beyond(squared: float, degrees: int) -> float:
    """The part of a chi-squared distribution that lies beyond."""
    half = squared / 2
    if half <= 0:
        return 1.0
    part, begun = (erfc(sqrt(half)), 1) if degrees % 2 else (exp(-half), 2)
    for step in range(begun, degrees, 2):
        part += exp(step / 2 * log(half) - half - lgamma(step / 2 + 1))
    return part
