"""What did customers say in these days? Which reviews were heard of, in which words, and which words were kind."""

from collections.abc import Iterable

from reviews.clicks import Timeline
from reviews.facts import Comment, Message
from reviews.handling import handling, spoken
from reviews.log import Log
from reviews.regular import Span
from reviews.scoring import HAPPY

Heard = tuple[Log, Timeline]
"""A review of which there is something to tell."""
SMILES_MAX = 30


def said_in(one: Heard, span: Span) -> bool:
    """Whether the customer said something in these days, by words or by a rating that counts."""
    log, timeline = one
    return any(spoken(fact) and span.holds(fact.at) for fact in log.facts) or any(
        step.counted and span.holds(step.at) for step in timeline.steps
    )


def words_in(log: Log, span: Span) -> str:
    """The customer's last words of these days; '' for none."""
    said = [fact for fact in log.facts if spoken(fact) and span.holds(fact.at)]
    last = said[-1] if said else None
    return last.text if isinstance(last, Message) else last.words if isinstance(last, Comment) else ""


def smiles(heard: Iterable[Heard], span: Span) -> tuple[Heard, ...]:
    """Kind words: those marked for sharing first, then of whoever is happy, the longest first."""
    kind = [one for one in heard if _is_kind(one, span)]
    kind.sort(key=lambda one: (not handling(one[0]).kudos, -len(words_in(one[0], span)), one[0].review.id))
    return tuple(kind[:SMILES_MAX])


def _is_kind(one: Heard, span: Span) -> bool:
    log, timeline = one
    step, stands = timeline.steps[-1], handling(log)
    happy = step.counted and step.value in HAPPY
    return bool(words_in(log, span)) and not stands.excluded and (stands.kudos or happy)
