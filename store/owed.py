"""To whom is an answer owed? Found by the labels of the inbox, decided by the rules from each log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reviews.followups import OPEN, FollowUp, follow_up
from reviews.inbox import FOLLOW_UP
from reviews.log import Log
from store.engines import Session
from store.known import Known
from store.records import Recorder

CANDIDATES = "select review from inbox_label where kind = :kind and name = :name order by at desc limit :most"
"""A few more than are owed, such as those whose rating was taken back."""
READ_MAX = 5_000
"""The newest: of so many that wait, whoever waits longest has long given up."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Owed:
    """A review to whose customer an answer is owed."""

    log: Log
    owed: FollowUp


def anybody(_: Owed) -> bool:
    """Whoever asks may see all."""
    return True


def open_ones(
    session: Session, *, recorder: Recorder, now: datetime, most: int, shown: Callable[[Owed], bool] = anybody
) -> list[Owed]:
    """At most so many of those that are `shown`, the one that is due first at the head."""
    rows = session.rows(CANDIDATES, kind=FOLLOW_UP, name=OPEN, most=READ_MAX)
    ids = [str(row["review"]) for row in rows]
    found: list[Owed] = []
    for begin in range(0, len(ids), BATCH):
        logs = recorder.current(session, ids[begin : begin + BATCH])
        found += [one for known in logs.values() if (one := _owed(known, recorder, now)) and shown(one)]
    return sorted(found, key=lambda one: (one.owed.due_at, one.log.review.id))[:most]


def _owed(known: Known, recorder: Recorder, now: datetime) -> Owed | None:
    owed = follow_up(known.log, recorder.timeline(known), now)
    return Owed(known.log, owed) if owed and owed.status == OPEN else None
