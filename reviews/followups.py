"""Is something owed to this customer? A rating that was not happy opens a follow-up; a staff answer settles it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import Timeline
from reviews.facts import Message
from reviews.log import Log
from reviews.model import By, Person

ANSWER_WITHIN = timedelta(days=1)
"""A customer who was not happy hears from a person within a day: what leads promise each other to begin with."""
OWED_FOR = ("neutral", "unhappy")


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
    since = next(s.at for s in timeline.steps if s.value == step.value and s.counted)
    answered = any(m.by is By.STAFF and not m.held and since <= m.at <= now for m in log.of(Message))
    owner = log.review.staff[0] if log.review.staff else None
    return FollowUp("answered" if answered else "open", owner, since + ANSWER_WITHIN)
