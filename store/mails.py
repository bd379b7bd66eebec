"""Where is every mail that we said 250 to, and how far was it read? Raw bytes once, an arrival per envelope.

The bytes have a table of their own, which no list and no claim reads: its rows are as large as mails are. They are not
files, so that one commit holds bytes and envelope, one backup holds everything, and any machine can read them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.model import Envelope
from store.engines import Row, Session
from store.paging import page_size
from store.rows import micros, read_envelope, write_envelope

PENDING, READ, QUARANTINED, UNREADABLE = "pending", "read", "quarantined", "unreadable"

ADD_MAIL = """insert into mail (sha256, size_bytes, raw) values (:sha256, :size_bytes, :raw)
    on conflict (sha256) do update set size_bytes = excluded.size_bytes"""
"""The row is touched, and thereby held, so that nobody forgets bytes that come a second time at this moment."""
ADD_ARRIVAL = """insert into arrival (id, mail, at, envelope, status, due_at)
    values (:id, :mail, :at, :envelope, 'pending', :at) on conflict (id) do nothing"""
CLAIM = """with taken as materialized (
        select id from arrival where status = 'pending' and due_at <= :now order by due_at limit :most {skip_locked})
    update arrival set tries = tries + 1, due_at = :again where id in (select id from taken)
    returning id, mail, envelope, tries, reason, review"""
COUNT_PENDING = "select count(*) as waiting from arrival where status = 'pending' and due_at <= :now"
MARK = "update arrival set status = :status, review = :review, reason = :reason, due_at = :due_at where id = :id"
RAW = "select size_bytes, substr(raw, :start, :length) as slice from mail where sha256 = :sha256"
SLICE_BYTES = 4 * 1024 * 1024
"""A large mail is read in pieces of this size, so that an engine's driver never holds it whole beside us."""
COUNTS = "select status, count(*) as mails from arrival group by status"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One arrival of one mail; `mail` is the SHA-256 of its bytes. One that is to be read and names a review was filed
    there by hand, and `reason` says by whom."""

    id: str
    mail: str
    envelope: Envelope
    tries: int
    reason: str = ""
    review: str = ""


def keep(session: Session, *, id: str, envelope: Envelope, raw: bytes) -> str:
    """Store a mail before anything is parsed; the SHA-256 of its bytes."""
    sha256 = hashlib.sha256(raw).hexdigest()
    session.run(ADD_MAIL, sha256=sha256, size_bytes=len(raw), raw=raw)
    session.run(ADD_ARRIVAL, id=id, mail=sha256, at=micros(envelope.at), envelope=write_envelope(envelope))
    return sha256


def count_pending(session: Session, now: datetime) -> int:
    """How many arrivals wait to be read."""
    return int(session.rows(COUNT_PENDING, now=micros(now))[0]["waiting"])


def claim(session: Session, *, now: datetime, most: int, lease: timedelta) -> list[Arrival]:
    """Take arrivals to read, in the order they came; one that is not marked within `lease` is taken again."""
    sql = CLAIM.format(skip_locked=session.dialect.skip_locked)
    rows = session.rows(sql, now=micros(now), again=micros(now + lease), most=page_size(most))
    return sorted(map(_arrival, rows), key=lambda arrival: (arrival.envelope.at, arrival.id))


def mark(session: Session, id: str, *, status: str, at: datetime, review: str = "", reason: str = "") -> None:
    """Say how far an arrival was read; a pending one is taken up again at `at`."""
    session.run(MARK, id=id, status=status, review=review, reason=reason, due_at=micros(at))


def raw_mail(session: Session, sha256: str) -> bytes | None:
    """The bytes of a mail as they stood on the wire."""
    slices: list[bytes] = []
    while found := session.rows(RAW, sha256=sha256, start=len(slices) * SLICE_BYTES + 1, length=SLICE_BYTES):
        slices.append(found[0]["slice"] or b"")  # a part of nothing is NULL in SQLite
        if len(slices) * SLICE_BYTES >= found[0]["size_bytes"]:
            return b"".join(slices)
    return None


def counts(session: Session) -> dict[str, int]:
    """How many arrivals there are of each status."""
    return {row["status"]: int(row["mails"]) for row in session.rows(COUNTS)}


def _arrival(row: Row) -> Arrival:
    return Arrival(row["id"], row["mail"], read_envelope(row["envelope"]), row["tries"], row["reason"], row["review"])
