"""Who is signed in, from where, since when? Sessions can be looked at and ended, one or all of a person."""

from dataclasses import dataclass
from datetime import datetime

from store import audit
from store.engines import Session
from store.rows import instant, micros

OF_PERSON = """select id, email, at, used_at, expires_at, client from session
    where email = :email and expires_at > :now order by at desc, id"""
ALL = (
    "select id, email, at, used_at, expires_at, client from session where expires_at > :now order by email, at desc, id"
)
END = "delete from session where id = :id and email = :email"
END_ALL = "delete from session where email = :email"
END_OTHERS = "delete from session where email = :email and id <> :keep"
IDLE = "select id from session where id = :id and used_at < :before"
USED = "update session set used_at = :now where id = :id and used_at < :before"
CLIENT_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: `id` is the hash that is kept, good for ending it and for nothing else; `client` what the browser
    called itself."""

    id: str
    email: str
    at: datetime
    used_at: datetime
    expires_at: datetime
    client: str


def of_person(session: Session, email: str, *, now: datetime) -> list[SignedIn]:
    """The sessions of one person that still hold, the newest first."""
    return [_signed_in(row) for row in session.rows(OF_PERSON, email=email.lower(), now=micros(now))]


def every(session: Session, *, now: datetime) -> list[SignedIn]:
    """Everybody's sessions that still hold."""
    return [_signed_in(row) for row in session.rows(ALL, now=micros(now))]


def end(session: Session, id: str, *, email: str, who: str, at: datetime) -> bool:
    """End one session of a person; whether there was one."""
    ended = session.run(END, id=id, email=email.lower()) > 0
    if ended:
        audit.note(session, "session ended", email.lower(), who=who, at=at)
    return ended


def end_all(session: Session, email: str, *, who: str, at: datetime, keep: str = "") -> int:
    """End every session of a person, but for the one whose hash is `keep`; how many."""
    address = email.lower()
    statement = END_OTHERS if keep else END_ALL
    ended = session.run(statement, email=address, **({"keep": keep} if keep else {}))
    if ended:
        audit.note(session, "sessions ended", address, who=who, at=at, detail=str(ended))
    return ended


def idle(session: Session, id: str, *, before: datetime) -> bool:
    """Whether a session was last used before then, as far as was kept."""
    return bool(session.rows(IDLE, id=id, before=micros(before)))


def used(session: Session, id: str, *, now: datetime, before: datetime) -> None:
    """Keep when a session was last used, unless that is newer than `before`: not every page is a write."""
    session.run(USED, id=id, now=micros(now), before=micros(before))


def _signed_in(row: dict[str, str]) -> SignedIn:
    at, used_at, expires_at = (instant(int(row[name])) for name in ("at", "used_at", "expires_at"))
    return SignedIn(row["id"], row["email"], at, used_at, expires_at, row["client"])
