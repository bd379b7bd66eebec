"""What does a sum of counts say, and how surely? Every figure with what it rests on.

CSAT is the share of the happy among all that count, each scale by itself; a five-point scale also has a mean. Around a
share stands the interval of Wilson (1927): by it, of a hundred shares told so, some 95 are where they are said to be,
however few answers there are, and none leaves the range from nought to one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

from reviews.counting import ANSWERED_AFTER, RATED, Measure
from reviews.deeds import WHOLE
from reviews.feedback import BOUNDS
from reviews.model import SCALES, Grade, score_of

LEVEL = 0.95
"""How surely an interval holds what it tells of."""
RANK_MIN = 30
"""Answers below which nobody is set before or after anybody: only the interval is told."""
HAPPY = frozenset({"very_happy", "happy"})
UNASKED = (
    Measure.WAITING,
    Measure.NEVER,
    Measure.OLD,
    Measure.UNSUBSCRIBED,
    Measure.BOUNCED,
    Measure.SKIPPED,
    Measure.REFUSED,
)
"""What became of those who were not asked: with `asked` and `embedded` these are all that were closed."""
_ANSWERS = {
    scale: tuple((answer, RATED[answer, Grade.SOFT], RATED[answer, Grade.HARD]) for answer in answers)
    for scale, answers in SCALES.items()
}
Numbers = Mapping[Measure, float]
"""Of each measure how many; hundredths of one where credit is shared."""
NONE: Numbers = {}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the interval around what they show; `low` and `high` are 0 and 1 for none of none."""

    of: float
    part: float
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself, None where there is nothing to share."""
        return self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """What the ratings of one scale say. `ratings` has the number of each answer, best first."""

    scale: str
    happy: Share
    ratings: tuple[tuple[str, float], ...]
    soft: float
    hard: float

    @property
    def n(self) -> float:
        return self.happy.of

    @property
    def ranked(self) -> bool:
        """Whether it rests on enough to be set beside others."""
        return self.n >= RANK_MIN

    @property
    def mean(self) -> float | None:
        """The mean of the answers as numbers from 1, the worst; None without one."""
        total = sum(score_of(self.scale, answer) * number for answer, number in self.ratings)
        return total / self.n if self.n else None


@dataclass(frozen=True)
class Figures:
    """All that the counts of one name on one scale say, each figure made when it is asked for. `left_out` is what was
    excluded, `not_own` of an agent what was about neither the person nor the fix."""

    numbers: Numbers
    scale: str
    left_out: Numbers = field(default_factory=dict)
    not_own: Numbers = field(default_factory=dict)

    @cached_property
    def raw(self) -> Score:
        """Of all that count."""
        return score(self.numbers, self.scale)

    @cached_property
    def adjusted(self) -> Score:
        """Without what was excluded and, of an agent, without what was about neither the person nor the fix."""
        if not self.left_out and not self.not_own:
            return self.raw
        return _without(self.raw, score(self.left_out, self.scale), score(self.not_own, self.scale))

    @cached_property
    def excluded(self) -> float:
        return score(self.left_out, self.scale).n

    @cached_property
    def not_theirs(self) -> float:
        return score(self.not_own, self.scale).n

    @property
    def provisional(self) -> float:
        return self.numbers.get(Measure.PROVISIONAL, 0)

    @property
    def voided(self) -> float:
        return self.numbers.get(Measure.VOIDED, 0)

    @property
    def imported(self) -> float:
        """Of the ratings those that another system had asked for, and exported."""
        return self.numbers.get(Measure.IMPORTED, 0)

    @property
    def closed(self) -> float:
        return plain(self.asked + self.embedded + sum(number for _, number in self.unasked))

    @property
    def asked(self) -> float:
        return self.numbers.get(Measure.ASKED, 0)

    @property
    def embedded(self) -> float:
        return self.numbers.get(Measure.EMBEDDED, 0)

    @property
    def unasked(self) -> tuple[tuple[Measure, float], ...]:
        return tuple((measure, self.numbers.get(measure, 0)) for measure in UNASKED)

    @cached_property
    def response(self) -> Share:
        return share(min(self.numbers.get(Measure.ANSWERED, 0), self.asked), self.asked)

    @property
    def low(self) -> float:
        """What the share of the happy would be, had all of the silent been unhappy; 0 of nobody."""
        every = self.raw.n + self.silent
        return self.raw.happy.part / every if every else 0.0

    @property
    def high(self) -> float:
        """And had they all been happy; 1 of nobody."""
        every = self.raw.n + self.silent
        return (self.raw.happy.part + self.silent) / every if every else 1.0

    @cached_property
    def answered(self) -> Share:
        """How much of what customers said a person has answered."""
        return share(sum(self.first_answers), self.numbers.get(Measure.FEEDBACK, 0))

    @cached_property
    def first_answers(self) -> tuple[float, ...]:
        """How many first answers came in each class of feedback.BOUNDS, the soonest first."""
        return tuple(self.numbers.get(measure, 0) for measure in ANSWERED_AFTER)

    @cached_property
    def recovered(self) -> Share:
        """How many of those who were unhappy once are happy now."""
        return share(self.numbers.get(Measure.RECOVERED, 0), self.numbers.get(Measure.UNHAPPY_ONCE, 0))

    @property
    def exclusion(self) -> Share:
        """How many of the ratings that count are left out of the adjusted figures because somebody granted it."""
        return share(self.excluded, self.raw.n)

    @property
    def half_answered(self) -> tuple[timedelta, timedelta | None] | None:
        """In which class the median of the time to the first answer lies: after so long, and within so long, None for
        longer than all; None where there is no answer."""
        every, summed = sum(self.first_answers), 0.0
        for number, (low, high) in enumerate(pairwise((timedelta(0), *BOUNDS, None))):
            summed += self.first_answers[number]
            if low is not None and 2 * summed >= every > 0:
                return low, high
        return None

    @property
    def skipped(self) -> Share:
        """How many of those that were closed were not asked, those that wait left out."""
        not_asked = sum(number for measure, number in self.unasked if measure is not Measure.WAITING)
        return share(not_asked, not_asked + self.asked + self.embedded)

    @property
    def silent(self) -> float:
        """Who was asked and has not answered."""
        return plain(self.response.of - self.response.part)


def score(numbers: Numbers, scale: str) -> Score:
    """The ratings among these counts."""
    ratings, every_soft, every_hard = [], 0.0, 0.0
    for answer, soft, hard in _ANSWERS[scale]:
        ratings.append((answer, plain(numbers.get(soft, 0) + numbers.get(hard, 0))))
        every_soft += numbers.get(soft, 0)
        every_hard += numbers.get(hard, 0)
    return _score(scale, tuple(ratings), soft=every_soft, hard=every_hard)


def plain(number: float) -> float:
    """A number as it is told: a whole one as such, one with shares to the hundredth."""
    if isinstance(number, int):
        return number
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def with_parts(numbers: Numbers, shared: Numbers) -> Numbers:
    """Counts, with those beside them that are in hundredths."""
    return {
        measure: plain(numbers.get(measure, 0) + shared.get(measure, 0) / WHOLE)
        for measure in Measure
        if measure in numbers or measure in shared
    }


def share(part: float, of: float, *, level: float = LEVEL) -> Share:
    """So many of so many, with Wilson's interval."""
    if of <= 0:
        return Share(0, 0, 0.0, 1.0)
    z = normal(level)
    p, spread = part / of, z * z / of
    middle = (p + spread / 2) / (1 + spread)
    half = z * sqrt(max(p * (1 - p), 0.0) / of + spread / (4 * of)) / (1 + spread)
    return Share(plain(of), plain(part), max(0.0, middle - half), min(1.0, middle + half))


@cache
def normal(level: float) -> float:
    """How many standard deviations to either side hold that part of a normal distribution: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def without(numbers: Numbers, some: Numbers) -> Numbers:
    """The counts without some of them, as of one cause."""
    return {measure: plain(number - some.get(measure, 0)) for measure, number in numbers.items()}


def added(several: Iterable[Numbers]) -> Numbers:
    """Counts of several days or names as one."""
    total: dict[Measure, float] = {}
    for numbers in several:
        for measure, number in numbers.items():
            total[measure] = plain(total.get(measure, 0) + number)
    return total


def _score(scale: str, ratings: tuple[tuple[str, float], ...], *, soft: float, hard: float) -> Score:
    happy = sum(number for answer, number in ratings if answer in HAPPY)
    return Score(scale, share(happy, sum(number for _, number in ratings)), ratings, plain(soft), plain(hard))


def _without(raw: Score, *gone: Score) -> Score:
    left = dict(raw.ratings)
    for one in gone:
        for answer, number in one.ratings:
            left[answer] = plain(left.get(answer, 0) - number)
    ratings = tuple((answer, max(left[answer], 0)) for answer, _ in raw.ratings)
    return _score(
        raw.scale,
        ratings,
        soft=max(raw.soft - sum(one.soft for one in gone), 0),
        hard=max(raw.hard - sum(one.hard for one in gone), 0),
    )
