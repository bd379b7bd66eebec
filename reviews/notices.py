"""Which mails go to staff, and which of them have nothing left to tell?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.clicks import Step, Timeline
from reviews.facts import Comment, Delivery, Message, Settled
from reviews.log import Log
from reviews.model import By, DeliveryKind, Outcome, Person
from reviews.roles import Role
from reviews.storms import untold

RATED = "rated"


def notices(log: Log, timeline: Timeline, *, at: datetime) -> tuple[Delivery, ...]:
    """Every notice this log calls for. Those recorded before have the same identity and are not recorded twice."""
    return tuple(
        Delivery(log.review.id, at, DeliveryKind.NOTICE, occasion, person, due_at)
        for person in log.review.staff
        for occasion, due_at in _occasions(log, timeline)
    )


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who may be told where no agent is named."""

    person: Person
    role: str
    team: str


def watchers(staff: Iterable[Watcher], team: str, *, operator: str) -> tuple[Person, ...]:
    """Who is told where no agent is named, so that somebody always is: the team's leads, else all leads, else the
    admins, else whoever looks after the installation."""
    known = tuple(staff)
    leads = [one for one in known if one.role == Role.LEAD]
    told = [one for one in leads if one.team == team] or leads or [one for one in known if one.role == Role.ADMIN]
    return tuple(one.person for one in told) or ((Person(operator),) if operator else ())


def nothing_to_tell(notice: Delivery, log: Log, timeline: Timeline, now: datetime) -> str:
    """Why this notice need not be sent any more, or ''."""
    since = _since(notice, log, timeline, now)
    if since is None:
        return "no longer so"
    return "told in an earlier notice" if _told(notice, log, since) else ""


def _occasions(log: Log, timeline: Timeline) -> Iterator[tuple[str, datetime]]:
    for step in _new_values(timeline):
        yield f"{RATED}:{step.value}:{step.at.isoformat()}", step.at
    silent = untold(log.of(Message))
    for fact in log.facts:
        theirs = isinstance(fact, Comment) or (isinstance(fact, Message) and fact.by is By.CUSTOMER)
        if theirs and fact.id not in silent:
            yield fact.id, fact.at


def _new_values(timeline: Timeline) -> Iterator[Step]:
    """The steps at which another rating begins to count."""
    value: str | None = None
    for step in timeline.steps:
        if step.counted and step.value != value:
            yield step
        value = step.value if step.counted else value


def _since(notice: Delivery, log: Log, timeline: Timeline, now: datetime) -> datetime | None:
    """Since when what the notice tells has been so; None when it is so no more."""
    head, _, rest = notice.occasion.partition(":")
    if head != RATED:
        return log.review.at
    step = timeline.at(now)
    if not step.counted or step.value != rest.partition(":")[0]:
        return None
    return [new.at for new in _new_values(timeline) if new.at <= now][-1]


def _told(notice: Delivery, log: Log, since: datetime) -> bool:
    """Whether an earlier notice to the same person told it: put together after `since`, from a log that held what this
    one is about (a notice is recorded together with its cause)."""
    to_them = {d.id for d in log.of(Delivery) if d.recipient == notice.recipient and d.purpose is DeliveryKind.NOTICE}
    place = next((place for place, fact in enumerate(log.facts) if fact.id == notice.id), len(log.facts))
    return any(
        done.delivery in to_them and done.outcome is Outcome.SENT and done.seen > place and done.composed_at >= since
        for done in log.of(Settled)
    )
