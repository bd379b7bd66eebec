"""Which ways out are down? What each mailer has found, for whoever looks at it from another process."""

from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import instant, micros

DOWN = """insert into route (name, since, until, failures, reason) values (:name, :at, :until, :failures, :reason)
    on conflict (name) do update set until = excluded.until, failures = excluded.failures, reason = excluded.reason"""
UP = "delete from route where name = :name"
ALL = "select name, since, until, failures, reason from route order by name"


@dataclass(frozen=True, slots=True)
class Down:
    """A route that takes nothing: since when, when it is tried again, and what it said last."""

    name: str
    since: datetime
    until: datetime
    failures: int
    reason: str


def set_down(session: Session, name: str, *, at: datetime, until: datetime, failures: int, reason: str) -> None:
    """A route takes nothing, and is left alone until then."""
    session.run(DOWN, name=name, at=micros(at), until=micros(until), failures=failures, reason=reason)


def set_up(session: Session, name: str) -> None:
    """It takes mails again."""
    session.run(UP, name=name)


def down(session: Session) -> list[Down]:
    """Every route that is down, by name."""
    return [
        Down(row["name"], instant(row["since"]), instant(row["until"]), int(row["failures"]), row["reason"])
        for row in session.rows(ALL)
    ]
