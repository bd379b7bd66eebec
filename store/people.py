"""Who may come in? Staff with their sign-ins and sessions. Secrets are kept as hashes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from reviews.roles import Staff
from store import audit
from store.audit import OPERATOR
from store.engines import Row, Session, Value
from store.engines.dialect import storable_text
from store.rows import instant, micros
from store.sessions import CLIENT_CHARS_MAX

SET_STAFF = """insert into staff (email, name, role, team, at, brands, choice, confirmed_at)
    values (:email, :name, :role, :team, :at, :brands, :choice, :confirmed_at)
    on conflict (email) do update set name = excluded.name, role = excluded.role, team = excluded.team,
        brands = excluded.brands, confirmed_at = excluded.confirmed_at, left_at = null"""
MEET_STAFF = """insert into staff (email, name, role, team, at, brands, choice)
    values (:email, :name, :role, :team, :at, :brands, :choice) on conflict (email) do nothing"""
DROP_STAFF = "update staff set left_at = :at where email = :email and left_at is null"
CONFIRM = "update staff set confirmed_at = :at where email = :email and confirmed_at is null and left_at is null"
CHOOSE = "update staff set choice = :choice where email = :email and left_at is null and choice <> :choice"
UNWANTED = """update staff set unwanted = :unwanted
    where email = :email and left_at is null and unwanted is distinct from :unwanted"""
SET_AWAY = """update staff set away_until = :until
    where email = :email and left_at is null and away_until is distinct from :until"""
SET_BOUNCED = """update staff set bounced_at = :at
    where email = :email and left_at is null and (bounced_at is null) <> (cast(:at as bigint) is null)"""
ONE_STAFF = "select * from staff where email = :email and left_at is null and confirmed_at is not null"
ALL_STAFF = "select * from staff where left_at is null and confirmed_at is not null order by email"
EVERYBODY = "select * from staff where left_at is null order by email"
ANYBODY = "select * from staff where email = :email and left_at is null"
HAS_LEFT = "select email from staff where email = :email and left_at is not null"
SHUT_OUT = """select email, brands, left_at from staff
    where email in (select asked.value ->> 0 from {each}) and (left_at is not null or brands <> '[]')"""
ADD_SIGN_IN = "insert into sign_in (id, email, client, expires_at) values (:id, :email, :client, :expires_at)"
COUNT_SIGN_INS = """select count(*) as open from sign_in
    where email = :email and client = :client and used_at is null and expires_at > :now"""
USE_SIGN_IN = """update sign_in set used_at = :now where id = :id and used_at is null and expires_at > :now
    returning email"""
ADD_SESSION = """insert into session (id, email, expires_at, at, used_at, client)
    values (:id, :email, :expires_at, :now, :now, :client)"""
SESSION = """select staff.* from session join staff on staff.email = session.email
    where session.id = :id and session.expires_at > :now and staff.left_at is null
        and staff.confirmed_at is not null"""
DROP_SESSION = "delete from session where id = :id"
DROP_STALE = "delete from session where expires_at <= :now"
DROP_SESSIONS = "delete from session where email = :email"
DROP_SIGN_INS = "delete from sign_in where email = :email"


def secret_hash(secret: str) -> str:
    """What is kept of a random secret of 128 bits or more: no salt is needed where nothing can be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def set_staff(session: Session, staff: Staff, *, at: datetime, who: str = OPERATOR) -> None:
    """Add a member of staff, or change what is known of them. What they chose to be mailed stays their choice. Who
    may do something else from now on signs in anew: no session outlives the rights it was opened with."""
    row, known = _row(staff), _member(session, staff.email)
    if known and (known.role, known.brands) != (staff.role, staff.brands):
        session.run(DROP_SESSIONS, email=row["email"])
    session.run(SET_STAFF, **row, at=micros(at), confirmed_at=micros(at) if staff.confirmed else None)
    detail = " ".join(filter(None, (staff.role, staff.team, *staff.brands)))
    audit.note(session, "staff set", str(row["email"]), who=who, at=at, detail=detail)


def met(session: Session, staff: Staff, *, at: datetime) -> bool:
    """A ticket named somebody who is not known: they wait until a lead confirms them. Whether they were new."""
    row = _row(staff)
    new = session.run(MEET_STAFF, **row, at=micros(at)) > 0
    if new:
        audit.note(session, "agent met", str(row["email"]), who="a ticket", at=at, detail=staff.team)
    return new


def confirm(session: Session, email: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """A lead knows this person; whether they waited for that."""
    confirmed = session.run(CONFIRM, email=email.lower(), at=micros(at)) > 0
    if confirmed:
        audit.note(session, "agent confirmed", email.lower(), who=who, at=at)
    return confirmed


def choose(session: Session, email: str, choice: str, *, at: datetime, who: str) -> bool:
    """When somebody wants to be mailed (`reviews.roles.Choice`); whether that is new."""
    changed = session.run(CHOOSE, email=email.lower(), choice=choice) > 0
    if changed:
        audit.note(session, "notices chosen", email.lower(), who=who, at=at, detail=choice)
    return changed


def choose_regular(session: Session, email: str, unwanted: Iterable[str], *, at: datetime, who: str) -> bool:
    """Which kinds of regular mails somebody does not want; whether that is new."""
    kinds = sorted(unwanted)
    changed = session.run(UNWANTED, email=email.lower(), unwanted=json.dumps(kinds)) > 0
    if changed:
        audit.note(session, "regular mails chosen", email.lower(), who=who, at=at, detail=f"not {' '.join(kinds)}")
    return changed


def set_away(session: Session, email: str, until: datetime | None, *, at: datetime) -> bool:
    """Their own mail program says until when they are away; None for back. Whether that is new."""
    changed = session.run(SET_AWAY, email=email.lower(), until=micros(until) if until else None) > 0
    if changed:
        detail = f"until {until:%Y-%m-%d}" if until else "back"
        audit.note(session, "away", email.lower(), who="their mail program", at=at, detail=detail)
    return changed


def set_bounced(session: Session, email: str, *, bounced: bool, at: datetime) -> bool:
    """Mail to them comes back for good, or is taken again; whether that is new."""
    changed = session.run(SET_BOUNCED, email=email.lower(), at=micros(at) if bounced else None) > 0
    if changed:
        audit.note(session, "mail comes back" if bounced else "mail arrives", email.lower(), who="a mail server", at=at)
    return changed


def drop_staff(session: Session, email: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """Take a member of staff out; whether there was one. Their sessions and sign-in links end with them, and so do the
    record links and signed addresses in the notices they got: `has_left` is asked before each is honoured."""
    for statement in (DROP_SESSIONS, DROP_SIGN_INS):
        session.run(statement, email=email.lower())
    dropped = session.run(DROP_STAFF, email=email.lower(), at=micros(at)) > 0
    if dropped:
        audit.note(session, "staff removed", email.lower(), who=who, at=at)
    return dropped


def has_left(session: Session, email: str) -> bool:
    """Whether this person was taken out of the staff. An agent only the helpdesk knows has not."""
    return bool(session.rows(HAS_LEFT, email=email.lower()))


def shut_out(session: Session, told: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of some people, each by address in lower case with a brand, whom nothing of that brand is told: who was
    taken out of the staff, or is behind a wall. An agent only the helpdesk knows is not."""
    pairs = set(told)
    asked = json.dumps([[email] for email in sorted({email for email, _ in pairs})])
    rows = session.rows(SHUT_OUT.format(each=session.dialect.each), asked=asked) if pairs else ()
    walls = {row["email"]: () if row["left_at"] is not None else json.loads(row["brands"]) for row in rows}
    return {(email, brand) for email, brand in pairs if email in walls and brand not in walls[email]}


def staff(session: Session, email: str) -> Staff | None:
    """The member of staff with that address."""
    return _member(session, email)


def anybody(session: Session, email: str) -> Staff | None:
    """The same, confirmed or not."""
    return next((_staff(row) for row in session.rows(ANYBODY, email=email.lower())), None)


def all_staff(session: Session) -> list[Staff]:
    """Everybody who may sign in, by address."""
    return [_staff(row) for row in session.rows(ALL_STAFF)]


def everybody(session: Session) -> list[Staff]:
    """The same, and those whom a ticket named and no lead has confirmed yet."""
    return [_staff(row) for row in session.rows(EVERYBODY)]


def add_sign_in(session: Session, id: str, email: str, *, client: str, expires_at: datetime) -> None:
    """Remember that a sign-in link was mailed; `id` is what the link carries, `client` a key of who asked for it."""
    session.run(ADD_SIGN_IN, id=secret_hash(id), email=email.lower(), client=client, expires_at=micros(expires_at))


def count_sign_ins(session: Session, email: str, *, client: str, now: datetime) -> int:
    """How many sign-in links to that address are still good, of those this client asked for."""
    return int(session.rows(COUNT_SIGN_INS, email=email.lower(), client=client, now=micros(now))[0]["open"])


def use_sign_in(
    session: Session, id: str, *, session_id: str, expires_at: datetime, now: datetime, client: str = ""
) -> bool:
    """Trade an unused sign-in for a session of that browser; False when it was used, ran out, or never was."""
    used = session.rows(USE_SIGN_IN, id=secret_hash(id), now=micros(now))
    if not used:
        return False
    email = str(used[0]["email"])
    set_bounced(session, email, bounced=False, at=now)  # the mail with the link has arrived
    open_session(session, email, session_id=session_id, expires_at=expires_at, now=now, client=client)
    return True


def open_session(
    session: Session, email: str, *, session_id: str, expires_at: datetime, now: datetime, client: str
) -> None:
    """Somebody is signed in from now on, in that browser."""
    session.run(DROP_STALE, now=micros(now))
    row: dict[str, Value] = {"email": email, "expires_at": micros(expires_at), "now": micros(now)}
    session.run(ADD_SESSION, id=secret_hash(session_id), **row, client=storable_text(client)[:CLIENT_CHARS_MAX])


def session_staff(session: Session, session_id: str, *, now: datetime) -> Staff | None:
    """Who is signed in under a session, or None."""
    return next((_staff(row) for row in session.rows(SESSION, id=secret_hash(session_id), now=micros(now))), None)


def drop_session(session: Session, session_id: str) -> None:
    """Sign out."""
    session.run(DROP_SESSION, id=secret_hash(session_id))


def _member(session: Session, email: str) -> Staff | None:
    return next((_staff(row) for row in session.rows(ONE_STAFF, email=email.lower())), None)


def _row(staff: Staff) -> dict[str, Value]:
    return {
        "email": staff.email.lower(),
        "name": staff.name,
        "role": staff.role,
        "team": staff.team,
        "brands": json.dumps(staff.brands),
        "choice": staff.choice,
    }


def _staff(row: Row) -> Staff:
    return Staff(
        row["email"],
        row["name"],
        row["role"],
        row["team"],
        tuple(json.loads(row["brands"])),
        row["choice"],
        confirmed=row["confirmed_at"] is not None,
        away_until=instant(row["away_until"]) if row["away_until"] is not None else None,
        bounced=row["bounced_at"] is not None,
        unwanted=tuple(json.loads(row["unwanted"])) if row["unwanted"] is not None else None,
    )
