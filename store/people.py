"""Who may come in? Staff with their sign-ins and sessions, and the keys of the API. Secrets are kept as hashes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import instant, micros

ROLES = ("agent", "lead", "manager")

SET_STAFF = """insert into staff (email, name, role, team, at) values (:email, :name, :role, :team, :at)
    on conflict (email) do update set
        name = excluded.name, role = excluded.role, team = excluded.team, left_at = null"""
DROP_STAFF = "update staff set left_at = :at where email = :email and left_at is null"
ONE_STAFF = "select * from staff where email = :email and left_at is null"
ALL_STAFF = "select * from staff where left_at is null order by email"
HAS_LEFT = "select email from staff where email = :email and left_at is not null"
WHO_LEFT = """select email from staff
    where email in (select asked.value ->> 0 from {each}) and left_at is not null"""
ADD_KEY = "insert into api_key (name, sha256, at) values (:name, :sha256, :at) on conflict (name) do nothing"
CHANGE_KEY = "update api_key set sha256 = :sha256, at = :at where name = :name and revoked_at is null"
REVOKE_KEY = "update api_key set revoked_at = :at where name = :name and revoked_at is null"
ALL_KEYS = "select name, at, used_at, revoked_at from api_key order by name"
KEY = "select name from api_key where sha256 = :sha256 and revoked_at is null"
ADD_SIGN_IN = "insert into sign_in (id, email, client, expires_at) values (:id, :email, :client, :expires_at)"
COUNT_SIGN_INS = """select count(*) as open from sign_in
    where email = :email and client = :client and used_at is null and expires_at > :now"""
USE_SIGN_IN = """update sign_in set used_at = :now where id = :id and used_at is null and expires_at > :now
    returning email"""
ADD_SESSION = "insert into session (id, email, expires_at) values (:id, :email, :expires_at)"
SESSION = """select staff.* from session join staff on staff.email = session.email
    where session.id = :id and session.expires_at > :now and staff.left_at is null"""
DROP_SESSION = "delete from session where id = :id"
DROP_STALE = "delete from session where expires_at <= :now"
DROP_SESSIONS = "delete from session where email = :email"
DROP_SIGN_INS = "delete from sign_in where email = :email"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who may sign in."""

    email: str
    name: str
    role: str
    team: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the API, without its secret."""

    name: str
    at: datetime
    revoked_at: datetime | None


def secret_hash(secret: str) -> str:
    """What is kept of a random secret of 128 bits or more: no salt is needed where nothing can be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def set_staff(session: Session, staff: Staff, *, at: datetime) -> None:
    """Add a member of staff, or change what is known of them."""
    row = {"email": staff.email.lower(), "name": staff.name, "role": staff.role, "team": staff.team}
    session.run(SET_STAFF, **row, at=micros(at))


def drop_staff(session: Session, email: str, *, at: datetime) -> bool:
    """Take a member of staff out; whether there was one. Their sessions and sign-in links end with them, and so do the
    record links and signed addresses in the notices they got: `has_left` is asked before each is honoured."""
    for statement in (DROP_SESSIONS, DROP_SIGN_INS):
        session.run(statement, email=email.lower())
    return session.run(DROP_STAFF, email=email.lower(), at=micros(at)) > 0


def has_left(session: Session, email: str) -> bool:
    """Whether this person was taken out of the staff. An agent only the helpdesk knows has not."""
    return bool(session.rows(HAS_LEFT, email=email.lower()))


def who_left(session: Session, emails: Iterable[str]) -> set[str]:
    """Those of some people who were taken out of the staff, by address in lower case."""
    asked = json.dumps([[email.lower()] for email in emails])
    return {str(row["email"]) for row in session.rows(WHO_LEFT.format(each=session.dialect.each), asked=asked)}


def staff(session: Session, email: str) -> Staff | None:
    """The member of staff with that address."""
    return next((_staff(row) for row in session.rows(ONE_STAFF, email=email.lower())), None)


def all_staff(session: Session) -> list[Staff]:
    """Everybody who may sign in, by address."""
    return [_staff(row) for row in session.rows(ALL_STAFF)]


def add_key(session: Session, name: str, secret: str, *, at: datetime) -> bool:
    """Add a key of the API; False when the name is taken."""
    return session.run(ADD_KEY, name=name, sha256=secret_hash(secret), at=micros(at)) > 0


def change_key(session: Session, name: str, secret: str, *, at: datetime) -> bool:
    """Give a valid key another secret, at once; whether there was one."""
    return session.run(CHANGE_KEY, name=name, sha256=secret_hash(secret), at=micros(at)) > 0


def revoke_key(session: Session, name: str, *, at: datetime) -> bool:
    """End a key; whether it was valid until now."""
    return session.run(REVOKE_KEY, name=name, at=micros(at)) > 0


def all_keys(session: Session) -> list[ApiKey]:
    """Every key by name."""
    rows = session.rows(ALL_KEYS)
    return [ApiKey(r["name"], instant(r["at"]), instant(r["revoked_at"]) if r["revoked_at"] else None) for r in rows]


def key_name(session: Session, secret: str) -> str | None:
    """The name of a valid key, or None."""
    return next((str(row["name"]) for row in session.rows(KEY, sha256=secret_hash(secret))), None)


def add_sign_in(session: Session, id: str, email: str, *, client: str, expires_at: datetime) -> None:
    """Remember that a sign-in link was mailed; `id` is what the link carries, `client` a key of who asked for it."""
    session.run(ADD_SIGN_IN, id=secret_hash(id), email=email.lower(), client=client, expires_at=micros(expires_at))


def count_sign_ins(session: Session, email: str, *, client: str, now: datetime) -> int:
    """How many sign-in links to that address are still good, of those this client asked for."""
    return int(session.rows(COUNT_SIGN_INS, email=email.lower(), client=client, now=micros(now))[0]["open"])


def use_sign_in(session: Session, id: str, *, session_id: str, expires_at: datetime, now: datetime) -> bool:
    """Trade an unused sign-in for a session; False when it was used, ran out, or never was."""
    used = session.rows(USE_SIGN_IN, id=secret_hash(id), now=micros(now))
    if not used:
        return False
    session.run(DROP_STALE, now=micros(now))
    session.run(ADD_SESSION, id=secret_hash(session_id), email=used[0]["email"], expires_at=micros(expires_at))
    return True


def session_staff(session: Session, session_id: str, *, now: datetime) -> Staff | None:
    """Who is signed in under a session, or None."""
    return next((_staff(row) for row in session.rows(SESSION, id=secret_hash(session_id), now=micros(now))), None)


def drop_session(session: Session, session_id: str) -> None:
    """Sign out."""
    session.run(DROP_SESSION, id=secret_hash(session_id))


def _staff(row: dict[str, str]) -> Staff:
    return Staff(row["email"], row["name"], row["role"], row["team"])
