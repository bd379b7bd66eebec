"""Which logs does this process know already? The few that were asked for last, each up to a fact that is on disk."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from reviews.clicks import Timeline
from reviews.facts import Message
from reviews.log import Log

LOGS_MAX = 1_000
"""A visit is four events within seconds: so many customers may be answering at once. About 5 MB."""
FACTS_MAX = 100
"""Facts of a log that is kept; a longer one is rare, and read anew."""
CHARS_MAX = 16_000
"""Of the mails in a log that is kept. One mail may have 200,000, and a thousand such logs took 600 MB."""


@dataclass(frozen=True, slots=True)
class Known:
    """A log as it stood: `body` is the review's row, `last` the number of its last fact, `timeline` the steps that are
    stored, or None when they are to be looked at."""

    body: str
    last: int
    log: Log
    timeline: Timeline | None


class KnownLogs:
    """The logs asked for last, by review. Written by the event loops after their commits, read by the writer thread."""

    def __init__(self) -> None:
        self._logs: OrderedDict[str, Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, review: str) -> Known | None:
        """What is known of a review; facts may have been added to it since, by this process or another."""
        return self._logs.get(review)

    def keep(self, known: Known) -> None:
        """Keep a log. It must be committed: a number that was rolled back is given again, to another fact."""
        review = known.log.review.id
        with self._lock:
            self._logs.pop(review, None)
            if _is_small(known.log):
                self._logs[review] = known
            if len(self._logs) > LOGS_MAX:
                self._logs.popitem(last=False)


def _is_small(log: Log) -> bool:
    mails = (len(message.text) + len(message.trimmed) for message in log.of(Message))
    return len(log.facts) <= FACTS_MAX and sum(mails) <= CHARS_MAX
