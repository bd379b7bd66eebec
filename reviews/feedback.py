"""Was feedback answered by a person, how soon, and is who was unhappy happy now?

Feedback begins with the customer's first words, or with the instant from which on their rating has counted without a
break, whichever is earlier. Its answer is the first mail of a person that went to them after it. Who rates happy by
now and was unhappy before has recovered, as the record says (`followups.recovered_at`).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.answering import UNHAPPY
from reviews.clicks import Step
from reviews.facts import Comment, Message
from reviews.followups import HAPPY, passed_on_at
from reviews.handling import spoken
from reviews.log import Log, once

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY)
"""Up to which a first answer is counted together; what is later is one class more. Each is about twice the last."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """How it stands from an instant on: since when there is feedback, how long its first answer took, since when they
    were unhappy and whether they are happy now; None where that is not so."""

    since: datetime | None = None
    answered_after: timedelta | None = None
    unhappy_since: datetime | None = None
    recovered: bool = False

    @property
    def answered_class(self) -> int | None:
        """The class of BOUNDS that its answer is in; len(BOUNDS) for later than all, None without an answer."""
        return None if self.answered_after is None else bisect_left(BOUNDS, self.answered_after)


@once
def moments(log: Log) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
    """When the customer wrote, and when a person's mail went to them, oldest first each."""
    words: tuple[Message | Comment, ...] = (*log.of(Message), *log.of(Comment))
    said = (fact.at for fact in words if spoken(fact))
    answers = (at for message in log.of(Message) if (at := passed_on_at(log, message)))
    return tuple(sorted(said)), tuple(sorted(answers))


def standings(log: Log, held: Sequence[Step]) -> Iterator[tuple[datetime, Feedback]]:
    """How it stands from each instant on at which that may change, oldest first; nothing where there is none. `held`
    are the steps of the rating that ever hold."""
    said, answers = moments(log)
    if not said and not any(step.counted for step in held):
        return
    for at in sorted({*(step.at for step in held), *said, *answers}):
        yield at, _standing(at, [step for step in held if step.at <= at], said, answers)


def _standing(now: datetime, held: Sequence[Step], said: Sequence[datetime], answers: Sequence[datetime]) -> Feedback:
    since = min((at for at in (_rated_since(held), *said[:1]) if at and at <= now), default=None)
    if since is None:
        return Feedback()
    answered = next((at for at in answers if since <= at <= now), None)
    unhappy = _unhappy_since(held)
    recovered = unhappy is not None and held[-1].value in HAPPY
    return Feedback(since, answered - since if answered else None, unhappy, recovered)


def _rated_since(held: Sequence[Step]) -> datetime | None:
    """Since when the rating has counted without a break; None where it does not."""
    since: datetime | None = None
    for step in reversed(held):
        if not step.counted:
            break
        since = step.at
    return since


def _unhappy_since(held: Sequence[Step]) -> datetime | None:
    """Since when they were unhappy first; None where they never were, or where nothing counts by now."""
    if not held or not held[-1].counted:
        return None
    return next((step.at for step in held if step.counted and step.value in UNHAPPY), None)
