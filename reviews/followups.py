"""Is something owed to this customer? A rating that was not happy opens a follow-up; a staff answer settles it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import Timeline
from reviews.facts import Message, StaffAction
from reviews.log import Log
from reviews.model import SEND, By, Person

ANSWER_WITHIN = timedelta(days=1)
"""A customer who was not happy hears from a person within a day: what leads promise each other to begin with."""
OPEN, ANSWERED = "open", "answered"
OWED_FOR = ("neutral", "unhappy", "very_unhappy")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed: `open` or `answered`, by whom, until when."""

    status: str
    owner: Person | None
    due_at: datetime


def follow_up(log: Log, timeline: Timeline, now: datetime) -> FollowUp | None:
    """The follow-up at `now`; None where the rating that counts asks for none."""
    step = timeline.at(now)
    if not step.counted or step.value not in OWED_FOR:
        return None
    since = _since(timeline, now)
    answers = (passed_on_at(log, message) for message in log.of(Message))
    answered = any(at is not None and since <= at <= now for at in answers)
    owner = log.review.staff[0] if log.review.staff else None
    return FollowUp(ANSWERED if answered else OPEN, owner, since + ANSWER_WITHIN)


def passed_on_at(log: Log, message: Message) -> datetime | None:
    """When a staff message was passed to the customer: at once, or when a held one was sent; None when it was not."""
    if message.by is not By.STAFF:
        return None
    if not message.held:
        return message.at
    return next((done.at for done in log.of(StaffAction) if done.about == message.id and done.action == SEND), None)


def _since(timeline: Timeline, now: datetime) -> datetime:
    """Since when the rating that counts at `now` has counted without a break."""
    value = timeline.at(now).value
    since = now
    for step in reversed([step for step in timeline.steps if step.at <= now]):
        if not step.counted or step.value != value:
            break
        since = step.at
    return since
