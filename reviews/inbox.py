"""Where does a review stand in the inbox? Decided from the log alone, without `now`, so that it can be kept in a table
and read back in the order of a list; whoever reads says which instants have passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.clicks import Timeline
from reviews.deeds import Read
from reviews.facts import Message, Vote
from reviews.followups import OPEN, may_owe, passed_on_at
from reviews.handling import Handling, handling, spoken
from reviews.log import Log
from reviews.model import DECOY

TAG, CAUSE, WATCHER, EXCLUSION, KUDOS, FOLLOW_UP = "tag", "cause", "watcher", "exclusion", "kudos", "follow up"
"""Of what a review may have several, or what few have."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the inbox. An instant is None where it never comes; one that is still to come counts from then on."""

    review: str
    brand: str
    at: datetime
    """When the customer last said something, else when the review began: lists are in this order."""
    face: str
    """The answer that counts in the end, or ''."""
    rated_at: datetime
    """Since when it does."""
    agent: str
    team: str
    company: str
    owner: str
    """Whose it is to care for, or ''."""
    unread_from: datetime | None
    """Since when something in it was opened by nobody."""
    owed_from: datetime | None
    """Since when the customer's words wait for an answer."""
    answered_at: datetime | None
    """Since when we wait for the customer."""
    snoozed_until: datetime | None
    labels: tuple[tuple[str, str], ...]
    """Its tags, what it was about, who watches and what few reviews have, each with its kind, in order."""


def place(log: Log, timeline: Timeline) -> Place:
    """The line of that review."""
    review, step, stands = log.review, timeline.steps[-1], handling(log)
    answered = max((at for message in log.of(Message) if (at := passed_on_at(log, message))), default=None)
    return Place(
        review=review.id,
        brand=review.brand,
        at=max((review.at, *(fact.at for fact in log.facts if spoken(fact)), *_voted(log))),
        face=step.value or "" if step.counted else "",
        rated_at=_since(timeline),
        agent=review.agent.email.lower() if review.agent else "",
        team=review.team,
        company=review.contact.company.lower(),
        owner=stands.owner.email.lower() if stands.owner else "",
        unread_from=_unread_from(log, timeline),
        owed_from=stands.waiting_since,
        answered_at=None if stands.waiting_since or stands.closed else answered,
        snoozed_until=stands.snoozed_until,
        labels=tuple(sorted({*_labels(log, stands), *([(FOLLOW_UP, OPEN)] if may_owe(log, timeline) else [])})),
    )


def _voted(log: Log) -> Iterator[datetime]:
    return (vote.at for vote in log.of(Vote) if not vote.machine and vote.answer != DECOY)


def _unread_from(log: Log, timeline: Timeline) -> datetime | None:
    """The first that was said, or counted as a rating, after a named person last opened the record."""
    instants: list[datetime] = []
    for fact in log.facts:
        if isinstance(fact, Read):
            instants = [fact.at] if fact.undone else []
        elif spoken(fact):
            instants.append(fact.at)
        elif isinstance(fact, Vote) and timeline.steps[-1].counted:
            instants.append(max(fact.at, _since(timeline)))
    return min(instants, default=None)


def _since(timeline: Timeline) -> datetime:
    """Since when what holds in the end has held: a better grade is no other answer."""
    last, since = timeline.steps[-1], timeline.steps[-1].at
    for step in reversed(timeline.steps):
        if (step.value, step.counted) != (last.value, last.counted):
            break
        since = step.at
    return since


def _labels(log: Log, stands: Handling) -> Iterator[tuple[str, str]]:
    yield from ((TAG, tag) for tag in stands.tags if tag)
    yield from ((CAUSE, cause) for cause in stands.causes)
    yield from ((WATCHER, person.email.lower()) for person in log.review.watchers)
    if stands.exclusion:
        yield EXCLUSION, stands.exclusion.state
    if stands.kudos:
        yield KUDOS, "marked"
