"""Who writes an answer at this moment? So that two do not answer one customer: a row for a minute or two."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.engines import Session
from store.rows import instant, micros

LASTING = timedelta(minutes=2)
"""Who has written nothing for so long has gone away."""
BEGAN = """insert into writing (review, email, name, at) values (:review, :email, :name, :at)
    on conflict (review, email) do update set at = excluded.at"""
STOPPED = "delete from writing where review = :review and email = :email"
STALE = "delete from writing where at < :before"
NOW = "select email, name, at from writing where review = :review and email <> :but and at >= :since order by at"


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes, and when they last did."""

    email: str
    name: str
    at: datetime


def began(session: Session, *, review: str, email: str, name: str, at: datetime) -> None:
    """Somebody writes."""
    session.run(STALE, before=micros(at - LASTING))
    session.run(BEGAN, review=review, email=email.lower(), name=name, at=micros(at))


def stopped(session: Session, *, review: str, email: str) -> None:
    """They have sent it."""
    session.run(STOPPED, review=review, email=email.lower())


def others(session: Session, *, review: str, email: str, now: datetime) -> list[Writer]:
    """Who else writes."""
    rows = session.rows(NOW, review=review, but=email.lower(), since=micros(now - LASTING))
    return [Writer(row["email"], row["name"], instant(row["at"])) for row in rows]
