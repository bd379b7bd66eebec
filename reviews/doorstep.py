"""What must be known of a review to answer whoever opens one of its links? Little, so that it costs little: most who
come are machines, and what they do is weighed when somebody votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.facts import Delivery, Hit, Settled, Vote
from reviews.log import Log
from reviews.model import AGAIN, Outcome

HITS_MAX = 1_000
"""Hits kept of one review, of pages that can vote and of all others apart, so that the one cannot crowd out the
other: more come from machines alone, and each is read back on every event."""


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A review as a visitor finds it: `review` is its id, `sends` when the question was first and last handed
    over; one that was asked once more after it was put right begins anew."""

    review: str
    brand: str
    at: datetime
    asks_at: datetime | None
    slots: tuple[str, ...]
    sends: tuple[datetime, ...] = ()
    crowded: frozenset[bool] = frozenset()
    """Of which pages, able to vote or not, no more visits are kept."""
    rated: bool = False
    """Whether there are votes, which a visit may speak for or against."""
    languages: tuple[str, ...] = ()
    """In which to speak to whoever comes, the first that we can."""


def doorstep(log: Log) -> Doorstep:
    """The doorstep of a log."""
    review, sends = log.review, log.sends
    hits = log.of(Hit)
    crowded = _crowded(hits) if len(hits) >= HITS_MAX else frozenset()
    ends = (_again(log) or sends[0], sends[-1]) if sends else ()
    rated = bool(log.of(Vote))
    return Doorstep(
        review.id, review.brand, review.at, review.asks_at, review.slots, ends, crowded, rated, review.languages
    )


def _crowded(hits: Sequence[Hit]) -> frozenset[bool]:
    pages = [hit.page for hit in hits]
    return frozenset(page for page in (True, False) if pages.count(page) >= HITS_MAX)


def _again(log: Log) -> datetime | None:
    """When the question was handed over once more, after it was put right."""
    again = {mail.id for mail in log.of(Delivery) if mail.occasion.startswith(AGAIN)}
    if not again:
        return None
    sent = (done.at for done in log.of(Settled) if done.delivery in again and done.outcome is Outcome.SENT)
    return next(sent, None)
