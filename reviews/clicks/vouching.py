"""Is there such a ticket at all? Where a link named it and nobody told of it, its helpdesk is asked.

Until the helpdesk has said so no rating of it counts, and none ever does where it knows no such ticket. Whoever rated
is not told of this: their page says what it always says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from reviews.facts import Vouched
from reviews.log import Log
from reviews.model import Status
from reviews.timeline import HOLD, Step

CHECKED_LINK = "checked link"
"""The closing of a review that the first use of such a link began."""
UNVOUCHED, NO_TICKET = "unvouched", "no_ticket"
"""The reasons of a rating that waits for the helpdesk's word, or has it against it."""
PATIENCE = timedelta(days=7)
"""A helpdesk is asked for three days; what staff would be told waits no longer than this."""


def vouched(log: Log) -> Vouched | None:
    """What the helpdesk said, None as long as it has not, or need not."""
    return next(iter(log.of(Vouched)), None)


def waits(log: Log) -> bool:
    """Whether the helpdesk has yet to say that there is such a ticket."""
    return log.review.closing == CHECKED_LINK and vouched(log) is None


def denied(log: Log) -> bool:
    """Whether it knows no such ticket."""
    word = vouched(log)
    return word is not None and not word.known


def held_back(log: Log, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps as they are with the helpdesk's word: what would count waits for it."""
    told = tuple(steps)
    if log.review.closing != CHECKED_LINK:
        return told
    found: list[Step] = []
    for step in _with_the_word(log, told):
        if not found or step.essence != found[-1].essence:
            found.append(step)
    return tuple(found)


def _with_the_word(log: Log, steps: tuple[Step, ...]) -> Iterator[Step]:
    word = vouched(log)
    for step in steps:
        if word is None or step.at < word.at:
            yield _waiting(step)
    if word is not None:
        before = [step for step in steps if step.at <= word.at]
        since = [replace(before[-1], at=word.at), *(step for step in steps if step.at > word.at)] if before else steps
        yield from since if word.known else map(_none, since)


def _waiting(step: Step) -> Step:
    return replace(step, status=Status.PROVISIONAL, grade=None, reasons=(HOLD, UNVOUCHED)) if step.counted else step


def _none(step: Step) -> Step:
    return replace(step, value=None, status=Status.VOIDED, grade=None, reasons=(NO_TICKET,)) if step.value else step
