"""What was decided a moment ago? An event decides on its log to say who hears of it, and the store once more to keep
it: the same but for the mails that were added, which weigh nothing."""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from reviews.facts import Delivery, Fact, Review
from reviews.log import Log
from reviews.model import AGAIN
from reviews.rules import Rules
from reviews.timeline import Timeline

REVIEWS_MAX = 256
"""As many events as are decided together, and some more."""


class _Decision(NamedTuple):
    review: Review
    weighed: tuple[Fact, ...]
    rules: Rules
    timeline: Timeline


_decisions: OrderedDict[str, _Decision] = OrderedDict()


def known_or(log: Log, rules: Rules, decided: Callable[[Log, Rules], Timeline]) -> Timeline:
    """The timeline of a log: as it was decided on the same facts, else as it is decided now."""
    weighed = tuple(fact for fact in log.facts if weighs(fact))
    known = _decisions.get(log.review.id)
    if known and known.weighed == weighed and known.rules == rules and known.review == log.review:
        return known.timeline
    timeline = decided(log, rules)
    _decisions[log.review.id] = _Decision(log.review, weighed, rules, timeline)
    if len(_decisions) > REVIEWS_MAX:
        _decisions.popitem(last=False)
    return timeline


def weighs(fact: Fact) -> bool:
    """Whether a fact may have a part in a decision: any but a mail that is listed, unless it asks once more."""
    return not isinstance(fact, Delivery) or fact.occasion.startswith(AGAIN)
