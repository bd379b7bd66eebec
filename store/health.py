"""How does the memory do? What waits, since when, and what nobody has looked at."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from reviews.canaries import SOURCE, Rate
from reviews.counting import EVERYTHING, Measure
from reviews.roles import Role
from store import lists, mails, people, presence, rollups, routes, sources
from store.engines import Session, versions
from store.engines.dialect import POSTGRES, SQLITE
from store.presence import Process
from store.rows import instant, micros

HEADS = (Role.LEAD, Role.ADMIN)
WAITING = """select count(*) as waiting, coalesce(sum(case when due_at <= :now then 1 else 0 end), 0) as overdue,
    min(due_at) as oldest from outbox where status in ('due', 'deferred', 'claimed')"""

BY_STATUS = "select status, count(*) as mails from outbox group by status"
ENGINES = {
    SQLITE.name: "select 'SQLite ' || sqlite_version() as version",
    POSTGRES.name: "select 'PostgreSQL ' || current_setting('server_version') as version",
}
CANARIES = """select count(*) as asked, coalesce(sum(case when exists (
        select 1 from step where step.review = review.id and step.status = 'confirmed' and step.at <= :now
    ) then 1 else 0 end), 0) as wrong
    from review where source = :source and exists (
        select 1 from outbox where outbox.review = review.id and outbox.purpose = 'invitation'
            and outbox.status = 'sent')"""
SUMS = ", ".join(f"sum({measure}) as {measure}" for measure in Measure)
TOTALS = f"select {SUMS} from rollup where facet = '' and days = {rollups.A_WEEK}"  # noqa: S608 - our own names
APPLIED = {
    SQLITE.name: "select name from _sqlite_migrations",
    POSTGRES.name: "select name from afterword_migration",
}


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
    """Leads and admins: who is told where a ticket names no agent."""
    routes_down: tuple[routes.Down, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured all the time: mails by their fate, reviews by what became of them."""

    outbox: dict[str, int]
    oldest_due_at: datetime | None
    arrivals: dict[str, int]
    reviews: dict[str, int]
    routes_down: tuple[str, ...]
    processes: tuple[Process, ...]
    canaries: Rate
    """Ratings that count though nobody gave them, of the askings of mailboxes that nobody reads."""
    engine: str
    """The database's, with its version."""


def figures(session: Session, *, now: datetime) -> Figures:
    """The figures of this moment; of all there ever was, counted from indexes and sums."""
    waits = session.rows(WAITING, now=micros(now))[0]
    folded = session.rows(TOTALS)[0]
    due: Counter[str] = Counter()
    for cell, numbers in rollups.due(session, now=now, facets=(EVERYTHING,)).items():
        if cell.days == rollups.A_WEEK:
            due.update({str(measure): number for measure, number in numbers.items()})
    return Figures(
        outbox={str(row["status"]): int(row["mails"]) for row in session.rows(BY_STATUS)},
        oldest_due_at=instant(waits["oldest"]) if waits["overdue"] else None,
        arrivals=mails.counts(session),
        routes_down=tuple(route.name for route in routes.down(session)),
        processes=tuple(presence.every(session)),
        canaries=_canaries(session, now),
        engine=engine(session),
        reviews={str(measure): int(folded[measure] or 0) + due[measure] for measure in Measure},
    )


def engine(session: Session) -> str:
    """Which engine remembers, in which version."""
    return str(session.rows(ENGINES[session.dialect.name])[0]["version"])


def _canaries(session: Session, now: datetime) -> Rate:
    row = session.rows(CANARIES, source=SOURCE, now=micros(now))[0]
    return Rate(int(row["wrong"]), int(row["asked"]))


def standing(session: Session, *, now: datetime) -> tuple[datetime | None, bool]:
    """When the mail that waits longest should have gone, None for none; and whether the schema was added to since this
    process began. SchemaError when the schema is no longer one that this version works with."""
    newer = versions.check_running({str(row["name"]) for row in session.rows(APPLIED[session.dialect.name])})
    waits = session.rows(WAITING, now=micros(now))[0]
    return instant(waits["oldest"]) if waits["overdue"] else None, newer


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
        routes_down=tuple(routes.down(session)),
    )
