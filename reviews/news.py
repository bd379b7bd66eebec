"""What of a review are others told, and in which order? Each piece of news has an identity, so that it is told once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.clicks import Timeline
from reviews.clicks.vouching import denied, waits
from reviews.deeds import FollowUpClosed
from reviews.facts import Comment, Delivery, Message, Settled, SnippetGiven
from reviews.followups import passed_on_at
from reviews.log import Log
from reviews.model import IMPORTED, By, DeliveryKind, Outcome, Person, fact_id
from reviews.notices import RATED
from reviews.storms import untold


class NewsKind(StrEnum):
    """What happened. Of one instant they are told in this order."""

    ASKED = "review.asked"
    RATED = "review.rated"
    CHANGED = "review.changed"
    """Another rating counts, or none does any more."""
    COMMENTED = "review.commented"
    REPLIED = "review.replied"
    ANSWERED = "review.answered"
    """What a member of staff wrote went on to the customer."""
    CLOSED = "review.closed"
    """A member of staff closed the follow-up."""


PLACES = {kind: place for place, kind in enumerate(NewsKind)}


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened in one review; `about` is the id of the fact that tells it, '' for a rating."""

    kind: NewsKind
    review: str
    at: datetime
    about: str = ""

    @property
    def id(self) -> str:
        return fact_id("news", self.review, self.kind, self.about or self.at.isoformat())

    @property
    def place(self) -> int:
        """Where it stands among what happened at the same instant."""
        return PLACES[self.kind]


def news(log: Log, timeline: Timeline) -> tuple[News, ...]:
    """All that is to be told, oldest first. What lies ahead is among it (a vote that settles in ten minutes), and is
    gone when something came between."""
    if log.review.source.startswith(IMPORTED):
        return ()  # it happened long ago, elsewhere
    if waits(log) or denied(log):
        return ()  # a link named its ticket, and its helpdesk has not
    told = (*_asked(log), *_ratings(log, timeline), *_words(log))
    return tuple(sorted(told, key=lambda one: (one.at, one.place)))


def still_so(log: Log, timeline: Timeline, id: str, *, now: datetime) -> News | None:
    """The news with that id, if the log still tells it at `now`."""
    return next((one for one in news(log, timeline) if one.id == id and one.at <= now), None)


def _asked(log: Log) -> Iterator[News]:
    sent = [s for s in log.of(Settled) if s.purpose is DeliveryKind.INVITATION and s.outcome is Outcome.SENT]
    asked: tuple[Settled | SnippetGiven, ...] = (*sent, *log.of(SnippetGiven))
    if asked:
        first = min(asked, key=lambda fact: fact.at)
        yield News(NewsKind.ASKED, log.review.id, first.at, first.id)


def _ratings(log: Log, timeline: Timeline) -> Iterator[News]:
    value: str | None = None
    kind = NewsKind.RATED
    for step in timeline.steps:
        counts = step.value if step.counted else None
        if counts != value:
            yield News(kind, log.review.id, step.at)
            kind = NewsKind.CHANGED
        value = counts


def _words(log: Log) -> Iterator[News]:
    silent = untold(log.of(Message))
    for comment in log.of(Comment):
        yield News(NewsKind.COMMENTED, log.review.id, comment.at, comment.id)
    for message in log.of(Message):
        passed_on = passed_on_at(log, message)
        if message.by is By.CUSTOMER and message.id not in silent:
            yield News(NewsKind.REPLIED, log.review.id, message.at, message.id)
        elif passed_on:
            yield News(NewsKind.ANSWERED, log.review.id, passed_on, message.id)
    for closed in log.of(FollowUpClosed):
        yield News(NewsKind.CLOSED, log.review.id, closed.at, closed.id)


def notice_of(log: Log, timeline: Timeline, one: News, person: Person, *, at: datetime) -> Delivery | None:
    """The mail that tells somebody of it as an agent is told; None where no mail does (a rating that counts no more,
    what we wrote ourselves)."""
    if one.kind in (NewsKind.COMMENTED, NewsKind.REPLIED):
        occasion = one.about
    elif one.kind in (NewsKind.RATED, NewsKind.CHANGED) and (step := timeline.at(one.at)).counted:
        occasion = f"{RATED}:{step.value}:{one.at.isoformat()}"
    else:
        return None
    return Delivery(log.review.id, at, DeliveryKind.NOTICE, occasion, person, at)
