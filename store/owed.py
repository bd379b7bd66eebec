"""To whom is an answer owed? Found by the mails that would remind of it, decided by the rules from each log."""

from dataclasses import dataclass
from datetime import datetime

from reviews.followups import OPEN, FollowUp, follow_up
from reviews.log import Log
from store.engines import Session
from store.known import Known
from store.records import Recorder
from store.rows import micros

CANDIDATES = """select review, min(due_at) as due_at from outbox
    where purpose = 'overdue' and due_at > :since group by review order by 2, 1 limit :most"""
"""More than are owed: those that were answered have such a mail as well, dropped or about to be."""
READ_MAX = 5_000
LOOKED_BACK_MICROS = 90 * 86_400 * 1_000_000
"""An answer that is owed for longer than a quarter is not found here: nobody waits any more."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Owed:
    """A review to whose customer an answer is owed."""

    log: Log
    owed: FollowUp


def open_ones(session: Session, *, recorder: Recorder, now: datetime, most: int) -> list[Owed]:
    """At most so many, the one that is due first at the head."""
    rows = session.rows(CANDIDATES, since=micros(now) - LOOKED_BACK_MICROS, most=READ_MAX)
    ids = [str(row["review"]) for row in rows]
    found: list[Owed] = []
    for begin in range(0, len(ids), BATCH):
        logs = recorder.current(session, ids[begin : begin + BATCH])
        found += [one for known in logs.values() if (one := _owed(known, recorder, now))]
    return sorted(found, key=lambda one: (one.owed.due_at, one.log.review.id))[:most]


def _owed(known: Known, recorder: Recorder, now: datetime) -> Owed | None:
    owed = follow_up(known.log, recorder.timeline(known), now)
    return Owed(known.log, owed) if owed and owed.status == OPEN else None
