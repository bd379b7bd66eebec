"""Is something owed to this customer, by whom, until when, and what came of it?

A follow-up is opened by rule - a rating that was not happy, words that a brand looks for, a mail of theirs - or by
hand. Its clock stops at a person's mail to the customer and nowhere else; a person closes it with an outcome.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.answering import UNHAPPY
from reviews.clicks import Timeline
from reviews.deeds import FollowUpClosed, FollowUpOpened, NothingToAnswer
from reviews.facts import Comment, Delivery, Message, StaffAction
from reviews.handling import answered_by, calls, owner
from reviews.hours import after_working
from reviews.log import Log
from reviews.model import SEND, By, DeliveryKind, Person

OWED_FOR = ("neutral", "unhappy", "very_unhappy")
"""Whoever rates so is owed an answer, unless the brand says otherwise."""
HAPPY = ("happy", "very_happy")
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
RATED, WORDS, REPLIED, BY_HAND = "rating", "words", "reply", "by hand"
"""Why a follow-up was opened."""
REMINDED, ESCALATED = "reminder", "escalation"
"""The heads of the occasions of mails about one that is late."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed: `open`, `answered` or `closed`, by whom, until when, since when and why, and what came of it."""

    status: str
    owner: Person | None
    due_at: datetime
    since: datetime
    why: str
    ended_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Something by which an answer is owed; `ended_at` is when it was given, or it was closed."""

    since: datetime
    why: str
    ended_at: datetime | None


def follow_up(log: Log, timeline: Timeline, now: datetime) -> FollowUp | None:
    """The follow-up at `now`; None where nothing is owed: of several the one that waits longest, else the last."""
    openings = [
        one for one in _openings(log, timeline) if one.since <= now and not _taken_back(one, log, timeline, now)
    ]
    if not openings:
        return None
    waits = [one for one in openings if one.ended_at is None or one.ended_at > now]
    shown = min(waits, key=lambda one: one.since) if waits else max(openings, key=lambda one: one.since)
    closed = next((end for end in reversed(log.of(FollowUpClosed)) if shown.since <= end.at <= now), None)
    status = OPEN if waits else CLOSED if closed else ANSWERED
    return FollowUp(
        status=status,
        owner=owner(log),
        due_at=_due(log, shown.since),
        since=shown.since,
        why=shown.why,
        ended_at=None if waits else shown.ended_at,
        outcome=closed.outcome if closed and not waits else "",
    )


def may_owe(log: Log, timeline: Timeline) -> bool:
    """Whether something was opened that nobody has ended: told without `now`, so that those few can be found among
    all. Whether an answer is owed is `follow_up`'s to say."""
    return any(one.ended_at is None for one in _openings(log, timeline))


def reminders(log: Log, timeline: Timeline, *, at: datetime) -> Iterator[Delivery]:
    """The mails that go out when an answer is late: to whoever owes it, and later to the lead. Whether it is late is
    looked at when they fall due."""
    answering = log.desk.answering
    for one in _openings(log, timeline):
        if one.ended_at:
            continue
        due_at, mark = _due(log, one.since), one.since.isoformat()
        later = after_working(due_at, answering.escalate_after, hours=answering.hours, timezone=answering.timezone)
        if whose := owner(log):
            yield _mail(log, f"{REMINDED}:{mark}", whose, at, due_at)
        for lead in log.desk.leads(log.review.team):
            if whose is None or lead.email != whose.email:
                yield _mail(log, f"{ESCALATED}:{mark}", lead, at, later)


def not_late(delivery: Delivery, log: Log, timeline: Timeline, now: datetime) -> str:
    """Why a mail about a late answer need not be sent, or ''."""
    owed = follow_up(log, timeline, now)
    head, _, since = delivery.occasion.partition(":")
    if owed is None or owed.status != OPEN or owed.since.isoformat() != since:
        return "it was answered" if owed is None or owed.status != CLOSED else "it was closed"
    if head == REMINDED and owed.owner != delivery.recipient:
        return "it is somebody else's now"
    return ""


def recovered_at(timeline: Timeline, now: datetime) -> datetime | None:
    """Since when a customer who was unhappy has been happy; None where that is not so."""
    held = [step for step in timeline.steps if step.at <= now]
    unhappy = [step.at for step in held if step.counted and step.value in UNHAPPY]
    if not unhappy or not held[-1].counted or held[-1].value not in HAPPY:
        return None
    return next(step.at for step in held if step.counted and step.value in HAPPY and step.at > unhappy[-1])


def passed_on_at(log: Log, message: Message) -> datetime | None:
    """When a staff message was passed to the customer: at once, or when a held one was sent; None when it was not."""
    if message.by is not By.STAFF:
        return None
    if not message.held:
        return message.at
    return next((done.at for done in log.of(StaffAction) if done.about == message.id and done.action == SEND), None)


def _openings(log: Log, timeline: Timeline) -> Iterator[Opening]:
    answered = [at for message in log.of(Message) if (at := passed_on_at(log, message))]
    ends = sorted([*answered, *(end.at for end in log.of(FollowUpClosed))])
    value: str | None = None
    for step in timeline.steps:
        if step.counted and step.value != value and step.value in log.desk.answering.faces:
            yield Opening(step.at, RATED, next((at for at in ends if at >= step.at), None))
        value = step.value if step.counted else None
    yield from _spoken(log)
    for opened in log.of(FollowUpOpened):
        yield Opening(opened.at, BY_HAND, next((at for at in ends if at >= opened.at), None))


def _spoken(log: Log) -> Iterator[Opening]:
    """By words of the customer's: from the first of each stretch that nobody answered, in the order in which they were
    recorded, since a mail may be read later than it came."""
    since: datetime | None = None
    why = ""
    if not log.holds(Message, Comment):
        return
    for fact in log.facts:
        if since is None and calls(log, fact) and (why := _why(fact, log)):
            since = fact.at
        elif since and (answered_by(fact) or isinstance(fact, FollowUpClosed) or _needless(fact)):
            yield Opening(since, why, max(fact.at, since))
            since = None
    if since:
        yield Opening(since, why, None)


def _why(fact: object, log: Log) -> str:
    """Why these words call for an answer, or ''."""
    answering = log.desk.answering
    words = fact.text if isinstance(fact, Message) else fact.words if isinstance(fact, Comment) else ""
    said = words.casefold()
    if any(word in said for word in answering.words):
        return WORDS
    return REPLIED if isinstance(fact, Message) and answering.replies else ""


def _needless(fact: object) -> bool:
    return isinstance(fact, NothingToAnswer) and not fact.undone


def _taken_back(opening: Opening, log: Log, timeline: Timeline, now: datetime) -> bool:
    """Whether the rating that opened it counts no more."""
    if opening.why != RATED:
        return False
    step, opened = timeline.at(now), timeline.at(opening.since)
    return not step.counted or step.value not in log.desk.answering.faces or _since(timeline, now) > opened.at


def _since(timeline: Timeline, now: datetime) -> datetime:
    """Since when the rating that counts at `now` has counted without a break."""
    value = timeline.at(now).value
    since = now
    for step in reversed([step for step in timeline.steps if step.at <= now]):
        if not step.counted or step.value != value:
            break
        since = step.at
    return since


def _due(log: Log, since: datetime) -> datetime:
    answering = log.desk.answering
    return after_working(since, answering.within, hours=answering.hours, timezone=answering.timezone)


def _mail(log: Log, occasion: str, to: Person, at: datetime, due_at: datetime) -> Delivery:
    return Delivery(log.review.id, at, DeliveryKind.OVERDUE, occasion, to, due_at)
