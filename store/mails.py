"""Where is every mail that we said 250 to, and how far was it read? Raw bytes once, an arrival per envelope.

The bytes have tables of their own, which no list and no claim reads: what a mail begins with, and of a large one the
pieces after it, so that neither engine's driver ever holds the whole mail beside us. They are not files, so that one
commit holds bytes and envelope, one backup holds everything, and any machine can read them.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.model import Envelope
from store.engines import Row, Session, Value
from store.paging import page_size
from store.rows import micros, read_envelope, write_envelope

PENDING, READ, QUARANTINED, UNREADABLE = "pending", "read", "quarantined", "unreadable"
UNSCANNED = "unscanned"
"""Read, and to be looked at for viruses again: the scanner was away."""

ADD_MAIL = """insert into mail (sha256, size_bytes, raw) values (:sha256, :size_bytes, :raw)
    on conflict (sha256) do update set size_bytes = excluded.size_bytes"""
"""The row is touched, and thereby held, so that nobody forgets bytes that come a second time at this moment."""
ADD_PIECE = """insert into mail_piece (mail, number, raw) values (:mail, :number, :raw)
    on conflict (mail, number) do nothing"""
ADD_ARRIVAL = """insert into arrival (id, mail, at, envelope, status, due_at)
    values (:id, :mail, :at, :envelope, 'pending', :at) on conflict (id) do nothing"""
CLAIM = """with taken as materialized (
        select id from arrival where status = :status and due_at <= :now order by due_at limit :most {skip_locked})
    update arrival set tries = tries + 1, due_at = :again where id in (select id from taken)
    returning id, mail, envelope, tries, reason, review"""
COUNT_PENDING = "select count(*) as waiting from arrival where status = 'pending' and due_at <= :now"
MARK = "update arrival set status = :status, review = :review, reason = :reason, due_at = :due_at where id = :id"
SIZE = "select size_bytes from mail where sha256 = :sha256"
BEGINNING = "select substr(raw, :start, :length) as piece from mail where sha256 = :sha256"
PIECE = "select raw as piece from mail_piece where mail = :mail and number = :number"
PIECE_BYTES = 1024 * 1024
"""A larger mail goes in and comes out in pieces of this size."""
LAST_CAME = "select id, envelope from arrival where mail = :sha256 order by at desc, id desc limit 1"
FORGET_JUDGED = "delete from judged where arrival = :id"
FORGET_ARRIVAL = "delete from arrival where id = :id"
HOLD_MAIL = "select sha256 from mail where sha256 = :mail {for_update}"
FORGET_BYTES = tuple(
    f"delete from {table} where {key} = :mail and not exists (select 1 from arrival where arrival.mail = :mail)"  # noqa: S608 - our own names
    for table, key in (("mail_piece", "mail"), ("mail", "sha256"))
)
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


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as the door took it; `id` is the arrival's."""

    id: str
    envelope: Envelope
    raw: bytes


def keep(session: Session, incoming: Sequence[Incoming]) -> list[str]:
    """Store mails before anything is parsed; the SHA-256 of the bytes of each."""
    hashes = [hashlib.sha256(mail.raw).hexdigest() for mail in incoming]
    found = list(zip(incoming, hashes, strict=True))
    session.run_each(
        ADD_MAIL,
        [{"sha256": sha256, "size_bytes": len(mail.raw), "raw": mail.raw[:PIECE_BYTES]} for mail, sha256 in found],
    )
    for mail, sha256 in found:
        for number, piece in _pieces(mail.raw):
            session.run(ADD_PIECE, mail=sha256, number=number, raw=piece)
    session.run_each(ADD_ARRIVAL, [_arrival(mail, sha256) for mail, sha256 in found])
    return hashes


def _pieces(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """What of a large mail stands beside its beginning, by number from 1, one at a time."""
    for number, start in enumerate(range(PIECE_BYTES, len(raw), PIECE_BYTES), 1):
        yield number, raw[start : start + PIECE_BYTES]


def _arrival(mail: Incoming, sha256: str) -> dict[str, Value]:
    at, envelope = micros(mail.envelope.at), write_envelope(mail.envelope)
    return {"id": mail.id, "mail": sha256, "at": at, "envelope": envelope}


def count_pending(session: Session, now: datetime) -> int:
    """How many arrivals wait to be read."""
    return int(session.rows(COUNT_PENDING, now=micros(now))[0]["waiting"])


def claim(session: Session, *, now: datetime, most: int, lease: timedelta, status: str = PENDING) -> list[Arrival]:
    """Take arrivals to read, in the order they came; one that is not marked within `lease` is taken again."""
    sql = CLAIM.format(skip_locked=session.dialect.skip_locked)
    rows = session.rows(sql, status=status, now=micros(now), again=micros(now + lease), most=page_size(most))
    return sorted(map(_read_arrival, rows), key=lambda arrival: (arrival.envelope.at, arrival.id))


def mark(session: Session, id: str, *, status: str, at: datetime, review: str = "", reason: str = "") -> None:
    """Say how far an arrival was read; a pending one is taken up again at `at`."""
    session.run(MARK, id=id, status=status, review=review, reason=reason, due_at=micros(at))


def raw_mail(session: Session, sha256: str) -> bytes | None:
    """The bytes of a mail as they stood on the wire."""
    found = session.rows(SIZE, sha256=sha256)
    if not found:
        return None
    raw = io.BytesIO()  # its getvalue() hands the bytes over without a second copy
    for piece in _read_pieces(session, sha256, found[0]["size_bytes"]):
        raw.write(piece)
    return raw.getvalue()


def _read_pieces(session: Session, sha256: str, size_bytes: int) -> Iterator[bytes]:
    """The mail piece by piece. What was kept before there were pieces is all in its beginning."""
    read_bytes = 0
    while read_bytes < size_bytes:
        found = session.rows(BEGINNING, sha256=sha256, start=read_bytes + 1, length=PIECE_BYTES)
        if not found[0]["piece"]:  # past its end, where SQLite says NULL
            break
        yield found[0]["piece"]
        read_bytes += PIECE_BYTES
    for number, _ in enumerate(range(read_bytes, size_bytes, PIECE_BYTES), 1):
        yield session.rows(PIECE, mail=sha256, number=number)[0]["piece"]


def forget(session: Session, id: str, mail: str) -> int:
    """Forget an arrival, and the bytes unless another arrival has the same; 0 when it was forgotten already."""
    session.run(FORGET_JUDGED, id=id)
    forgotten = session.run(FORGET_ARRIVAL, id=id)
    # Who stores the same mail at this moment holds the row as well: one of us waits, so its bytes are never taken away.
    session.rows(HOLD_MAIL.format(for_update=session.dialect.for_update), mail=mail)
    for statement in FORGET_BYTES:
        session.run(statement, mail=mail)
    return forgotten


def last_came(session: Session, sha256: str) -> tuple[str, Envelope] | None:
    """The last arrival of a mail: its id and its envelope."""
    return next(((row["id"], read_envelope(row["envelope"])) for row in session.rows(LAST_CAME, sha256=sha256)), None)


def counts(session: Session) -> dict[str, int]:
    """How many arrivals there are of each status."""
    return {row["status"]: int(row["mails"]) for row in session.rows(COUNTS)}


def _read_arrival(row: Row) -> Arrival:
    return Arrival(row["id"], row["mail"], read_envelope(row["envelope"]), row["tries"], row["reason"], row["review"])
