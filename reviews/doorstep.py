"""What must be known of a review to answer whoever opens one of its links? Little, so that it costs little: most who
come are machines, and what they do is weighed when somebody votes."""

from dataclasses import dataclass
from datetime import datetime

from reviews.facts import Hit, Vote
from reviews.log import Log

HITS_MAX = 1_000
"""Hits kept of one review, of pages that can vote and of all others apart, so that the one cannot crowd out the
other: more come from machines alone, and each is read back on every event."""


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A review as a visitor finds it: `review` is its id, `sends` when an invitation was first and last handed over."""

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
    pages = [hit.page for hit in log.of(Hit)]
    crowded = frozenset(page for page in (True, False) if pages.count(page) >= HITS_MAX)
    ends = (sends[0], sends[-1]) if sends else ()
    rated = bool(log.of(Vote))
    return Doorstep(
        review.id, review.brand, review.at, review.asks_at, review.slots, ends, crowded, rated, review.languages
    )
