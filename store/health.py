"""How does the memory do? What waits, since when, and what nobody has looked at."""

from dataclasses import dataclass
from datetime import datetime

from reviews.notices import LEAD, MANAGER
from store import lists, mails, people, sources
from store.engines import Session
from store.rows import instant, micros

HEADS = (LEAD, MANAGER)
WAITING = """select count(*) as waiting, coalesce(sum(case when due_at <= :now then 1 else 0 end), 0) as overdue,
    min(due_at) as oldest from outbox where status in ('due', 'deferred', 'claimed')"""


@dataclass(frozen=True, slots=True)
class Health:
    """Counts for an operator. `oldest_due_at` is when the mail that waits longest should have gone, None for none."""

    reviews: int
    waiting: int
    overdue: int
    oldest_due_at: datetime | None
    arrivals: dict[str, int]
    paused: tuple[str, ...]
    heads: int
    """Leads and managers: who is told where a ticket names no agent."""


def health(session: Session, *, now: datetime) -> Health:
    """How it does at this moment."""
    outbox = session.rows(WAITING, now=micros(now))[0]
    return Health(
        reviews=lists.count(session),
        waiting=int(outbox["waiting"]),
        overdue=int(outbox["overdue"]),
        oldest_due_at=instant(outbox["oldest"]) if outbox["overdue"] else None,
        arrivals=mails.counts(session),
        paused=tuple(brake.brand for brake in sources.all_brakes(session) if brake.paused_at),
        heads=sum(one.role in HEADS for one in people.all_staff(session)),
    )
