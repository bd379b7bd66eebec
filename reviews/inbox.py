"""Where does a review stand in the inbox? Decided from the log alone, without `now`, so that it can be kept in a table
and read back in the order of a list; whoever reads says which instants have passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.clicks import Timeline
from reviews.facts import Comment, Message, Review, StaffAction, Vote
from reviews.followups import OWED_FOR, passed_on_at
from reviews.log import Log
from reviews.model import DECOY, NOTHING_TO_ANSWER, READ, UNREAD, By, Cause
from reviews.timeline import Step

TAG, CAUSE = "tag", "cause"
"""Of what a review may have several."""


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
    """Whose it is to answer, or ''."""
    unread_from: datetime | None
    """Since when something in it was opened by nobody."""
    owed_from: datetime | None
    """Since when the customer waits for an answer."""
    answered_at: datetime | None
    """Since when we wait for theirs."""
    labels: tuple[tuple[str, str], ...]
    """Its tags, and what it was about, each with its kind, in order."""


def place(log: Log, timeline: Timeline) -> Place:
    """The line of that review."""
    review, step = log.review, timeline.steps[-1]
    said = list(_said(log))
    owed = _owed_from(log, step)
    return Place(
        review=review.id,
        brand=review.brand,
        at=max((review.at, *said, *_voted(log))),
        face=step.value or "" if step.counted else "",
        rated_at=_since(timeline),
        agent=_folded(review.agent.email if review.agent else ""),
        team=review.team,
        company=review.contact.company.lower(),
        owner=owner(review),
        unread_from=_unread_from(log, timeline, said),
        owed_from=owed,
        answered_at=_answered_at(log) if owed is None else None,
        labels=tuple(sorted({*_tags(review), *_causes(log)})),
    )


def owner(review: Review) -> str:
    """Whose it is to answer: who did the work."""
    return _folded(review.agent.email if review.agent else "")


def _said(log: Log) -> Iterator[datetime]:
    """When the customer spoke in words."""
    yield from (comment.at for comment in log.of(Comment) if comment.words)
    yield from (message.at for message in log.of(Message) if message.by is By.CUSTOMER)


def _voted(log: Log) -> Iterator[datetime]:
    return (vote.at for vote in log.of(Vote) if not vote.machine and vote.answer != DECOY)


def _unread_from(log: Log, timeline: Timeline, said: list[datetime]) -> datetime | None:
    """The first that was said, or counted as a rating, after somebody last opened the record."""
    rated = [_since(timeline)] if timeline.steps[-1].counted else []
    looks = [done for done in log.of(StaffAction) if done.action in (READ, UNREAD)]
    if looks and looks[-1].action == UNREAD:
        return looks[-1].at
    return min((at for at in (*said, *rated) if not looks or at > looks[-1].at), default=None)


def _owed_from(log: Log, step: Step) -> datetime | None:
    """The first mail of theirs, or a rating that was not happy, after what we last did about it."""
    wrote = [message.at for message in log.of(Message) if message.by is By.CUSTOMER]
    rated = [step.at] if step.counted and step.value in OWED_FOR else []
    settled = max(_settled(log), default=None)
    return min((at for at in (*wrote, *rated) if settled is None or at > settled), default=None)


def _settled(log: Log) -> Iterator[datetime]:
    """When somebody answered, or said that there is nothing to answer."""
    yield from (at for message in log.of(Message) if (at := passed_on_at(log, message)))
    yield from (done.at for done in log.of(StaffAction) if done.action == NOTHING_TO_ANSWER)


def _answered_at(log: Log) -> datetime | None:
    return max((at for message in log.of(Message) if (at := passed_on_at(log, message))), default=None)


def _since(timeline: Timeline) -> datetime:
    """Since when what holds in the end has held: a better grade is no other answer."""
    last, since = timeline.steps[-1], timeline.steps[-1].at
    for step in reversed(timeline.steps):
        if (step.value, step.counted) != (last.value, last.counted):
            break
        since = step.at
    return since


def _tags(review: Review) -> Iterator[tuple[str, str]]:
    return ((TAG, tag) for tag in review.tags if tag)


def _causes(log: Log) -> Iterator[tuple[str, str]]:
    chosen = {cause for comment in log.of(Comment) for cause in comment.causes}
    return ((CAUSE, cause) for cause in Cause if cause in chosen)


def _folded(email: str) -> str:
    return email.lower()
