"""Which staff addresses were tested? A mail went there, and its answer showed whether the sender can be proven."""

from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import instant, micros

ASK = """insert into round_trip (address, asked_at) values (:address, :at)
    on conflict (address) do update set asked_at = excluded.asked_at, answered_at = null, verdict = '', why = ''"""
ANSWER = """update round_trip set answered_at = :at, verdict = :verdict, why = :why
    where address = :address and verdict <> 'verified'"""
ALL = "select address, asked_at, answered_at, verdict, why from round_trip order by address"


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One test of one address: `answered_at` None while no answer came, `verdict` and `why` what it showed."""

    address: str
    asked_at: datetime
    answered_at: datetime | None = None
    verdict: str = ""
    why: str = ""


def ask(session: Session, address: str, *, at: datetime) -> None:
    """A mail that asks for an answer is on its way; what an earlier one showed is forgotten."""
    session.run(ASK, address=address.lower(), at=micros(at))


def answer(session: Session, address: str, *, verdict: str, why: str, at: datetime) -> None:
    """An answer came. One that proves its sender stands against any that comes later: anybody may write to us."""
    session.run(ANSWER, address=address.lower(), verdict=verdict, why=why, at=micros(at))


def all_round_trips(session: Session) -> list[RoundTrip]:
    """Every address that was tested, in order."""
    return [
        RoundTrip(
            row["address"],
            instant(row["asked_at"]),
            instant(row["answered_at"]) if row["answered_at"] is not None else None,
            row["verdict"],
            row["why"],
        )
        for row in session.rows(ALL)
    ]
