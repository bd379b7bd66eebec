"""Which five reviews are worth talking about in a meeting, and by which rule was each chosen?

Of the reviews of which customers said something in these days, none that was excluded, each at most once. What is
rarer is chosen first: unanswered, recovered, surprising, product, great. Where two fit alike, the lesser id decides,
so that everybody who asks gets the same five.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import log2

from reviews.clicks import Timeline
from reviews.facts import Message
from reviews.followups import OPEN, follow_up, passed_on_at, recovered_at
from reviews.handling import causes, handling
from reviews.heard import Heard, words_in
from reviews.log import Log
from reviews.model import SCALES, Cause, Grade
from reviews.regular import Span
from reviews.scoring import HAPPY, Share

USUAL_MIN = 5
"""Earlier answers of a company from which on one of its answers may surprise."""
SURPRISE_MIN = 2.0
"""Bits: by what the company had answered before, no more than one in four was to be expected so."""


class Why(StrEnum):
    """The rules, in the order in which a meeting hears of them."""

    GREAT = "great"
    """The best answer of its scale, with words: a hard rating before a soft one, then the most words."""
    RECOVERED = "recovered"
    """Somebody was unhappy and became happy in these days: whoever had the most answers from us."""
    UNANSWERED = "unanswered"
    """Somebody still waits for an answer: whoever has waited longest."""
    PRODUCT = "product"
    """It was about the product, with words: one that an opportunity was made of, then the most words."""
    SURPRISING = "surprising"
    """The answer that was least to be expected by what its company had answered before."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A review to talk about, by which rule it was chosen, and the figure that rule went by: the waiting since, the
    answers of ours, or the company's earlier answers."""

    why: Why
    heard: Heard
    since: datetime | None = None
    answers: int = 0
    usual: Share | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the rules go by, beside the review."""

    span: Span
    now: datetime
    usual: Callable[[Log], Share | None]


def five(
    heard: Iterable[Heard], *, span: Span, now: datetime, usual: Callable[[Log], Share | None]
) -> tuple[Talk, ...]:
    """The reviews to talk about, at most one by each rule. `usual` tells how a review's company had answered before
    these days, on the same scale, None where that is not known."""
    asked, left = _Asked(span, now, usual), [one for one in heard if not handling(one[0]).excluded]
    found: dict[Why, Talk] = {}
    for why, rule in _RULES:
        fitting = [(place, talk) for one in left if (talk := rule(one, asked)) and (place := _place(talk, asked))]
        if fitting:
            found[why] = min(fitting, key=lambda pair: pair[0])[1]
            left = [one for one in left if one is not found[why].heard]
    return tuple(found[why] for why in Why if why in found)


def _unanswered(heard: Heard, asked: _Asked) -> Talk | None:
    owed = follow_up(*heard, asked.now)
    return Talk(Why.UNANSWERED, heard, since=owed.since) if owed and owed.status == OPEN else None


def _recovered(heard: Heard, asked: _Asked) -> Talk | None:
    log, timeline = heard
    at = recovered_at(timeline, asked.now)
    answers = sum(passed_on_at(log, message) is not None for message in log.of(Message))
    return Talk(Why.RECOVERED, heard, since=at, answers=answers) if at and asked.span.holds(at) else None


def _surprising(heard: Heard, asked: _Asked) -> Talk | None:
    usual = asked.usual(heard[0])
    if usual is None or usual.of < USUAL_MIN or not _rated_in(heard[1], asked):
        return None
    return Talk(Why.SURPRISING, heard, usual=usual) if _bits(heard, usual, asked) >= SURPRISE_MIN else None


def _product(heard: Heard, asked: _Asked) -> Talk | None:
    about = Cause.PRODUCT in causes(heard[0]) and words_in(heard[0], asked.span)
    return Talk(Why.PRODUCT, heard) if about else None


def _great(heard: Heard, asked: _Asked) -> Talk | None:
    log, timeline = heard
    best = timeline.at(asked.now).value == SCALES[log.review.scale][0] and _rated_in(timeline, asked)
    return Talk(Why.GREAT, heard) if best and words_in(log, asked.span) else None


_RULES: Sequence[tuple[Why, Callable[[Heard, _Asked], Talk | None]]] = (
    (Why.UNANSWERED, _unanswered),
    (Why.RECOVERED, _recovered),
    (Why.SURPRISING, _surprising),
    (Why.PRODUCT, _product),
    (Why.GREAT, _great),
)


def _place(talk: Talk, asked: _Asked) -> tuple[float, float, str]:
    """Where one stands among those that fit the same rule: the least comes first."""
    log, timeline = talk.heard
    words = -float(len(words_in(log, asked.span)))
    if talk.why is Why.UNANSWERED and talk.since:
        return talk.since.timestamp(), words, log.review.id
    if talk.why is Why.RECOVERED:
        return -float(talk.answers), words, log.review.id
    if talk.why is Why.SURPRISING and talk.usual:
        return -_bits(talk.heard, talk.usual, asked), words, log.review.id
    if talk.why is Why.PRODUCT:
        return float(not handling(log).links), words, log.review.id
    return float(timeline.at(asked.now).grade is not Grade.HARD), words, log.review.id


def _bits(heard: Heard, usual: Share, asked: _Asked) -> float:
    """How little the answer was to be expected: Laplace's rule of succession, in bits."""
    happy = (usual.part + 1) / (usual.of + 2)
    return -log2(happy if heard[1].at(asked.now).value in HAPPY else 1 - happy)


def _rated_in(timeline: Timeline, asked: _Asked) -> bool:
    """Whether the rating that counts began to count in these days."""
    step = timeline.at(asked.now)
    return step.counted and asked.span.holds(step.at)
