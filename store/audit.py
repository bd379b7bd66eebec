"""Who changed what about the house itself: its people, keys, sessions, helpdesks? What is done about a review is a
fact of its own; this is the rest. It only grows."""

from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import instant, micros

OPERATOR = "the operator"
"""Who is at the machine's own command line."""
ADD = "insert into audit (at, who, action, about, detail) values (:at, :who, :action, :about, :detail)"
LATEST = "select at, who, action, about, detail from audit order by seq desc limit :most"
LAST = "select seq, at from audit order by seq desc limit 1"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who did what to whom or what."""

    at: datetime
    who: str
    action: str
    about: str
    detail: str


def note(session: Session, action: str, about: str, *, who: str, at: datetime, detail: str = "") -> None:
    """Keep that somebody changed something, in the transaction that changes it."""
    session.run(ADD, at=micros(at), who=who, action=action, about=about, detail=detail)


def latest(session: Session, *, most: int) -> list[Change]:
    """The latest changes, newest first."""
    rows = session.rows(LATEST, most=most)
    return [Change(instant(r["at"]), r["who"], r["action"], r["about"], r["detail"]) for r in rows]


def last(session: Session) -> tuple[int, int]:
    """The latest change by number and instant: who knows the house by it need not look again."""
    return next(((int(row["seq"]), int(row["at"])) for row in session.rows(LAST)), (0, 0))
