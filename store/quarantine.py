"""What waits for a person among the mails that came in, and what was found out about their senders?

The verdict on a sender is kept with the arrival it was made of, together with the keys as they stood in the DNS then:
they cannot be had later. A mail that waits is shown by what was read of it, so that nobody parses it again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.addresses import read_addresses
from reviews.facts import Review
from reviews.model import Envelope
from reviews.trust import shut_out
from store import lists, mails
from store.engines import Row, Session, Value
from store.mails import MARK, QUARANTINED, UNREADABLE
from store.paging import NEWEST, Cursor, page_size
from store.rows import micros, read_envelope

OF_BRANDS = """and exists (select 1 from review where review.id = arrival.review
    and review.brand in (select asked.value ->> 0 from {each}))"""
"""Behind a wall: a mail that names no record may be another brand's."""
WAITING = (QUARANTINED, UNREADABLE)
THEIRS_MAX = 3
"""Of a sender's own records as many are named beside their mail; THEIRS_LOOKED_AT of all brands."""
THEIRS_LOOKED_AT = 20
EXPIRED_AT_ONCE = 100
"""Mails thrown away in one transaction: nobody waits for it."""

JUDGE = """insert into judged (arrival, verdict, why, seen, signatures, joined, sender, subject, text)
    values (:arrival, :verdict, :why, :seen, :signatures, :joined, :sender, :subject, :text)
    on conflict (arrival) do update set verdict = excluded.verdict, why = excluded.why,
        seen = case when judged.seen = '' then excluded.seen else judged.seen end,
        signatures = case when judged.seen = '' then excluded.signatures else judged.signatures end,
        joined = judged.joined + excluded.joined, sender = excluded.sender, subject = excluded.subject,
        text = excluded.text"""
JUDGED = "select verdict, why, seen, signatures, sender, subject, text from judged where arrival = :arrival"
SELECT = """select arrival.id, arrival.mail, arrival.envelope, arrival.status, arrival.reason, arrival.review,
    judged.verdict, judged.why, judged.seen, judged.signatures, judged.joined, judged.sender, judged.subject,
    judged.text
    from arrival left join judged on judged.arrival = arrival.id """
ONE = SELECT + "where arrival.id = :id and arrival.status in ('quarantined', 'unreadable') {wall}"
OF_STATUS = """where arrival.status = :status
    and (arrival.at < :edge_at or (arrival.at = :edge_at and arrival.id < :edge_id)) {wall}
    order by arrival.at desc, arrival.id desc limit :most"""
OF_REVIEW = (
    SELECT
    + """where arrival.review = :review and arrival.status in ('quarantined', 'unreadable')
    order by arrival.at, arrival.id limit :most"""
)
BEING_READ = "select count(*) as mails from arrival where review = :review and status = 'pending'"
SHOWN_MAX = 20
"""Of one review: who floods it is seen in the list of all."""
COUNT = "select count(*) as mails from arrival where status in ('quarantined', 'unreadable') {wall}"
KNOWN = "select 1 as known from review where id = :review"
FILE = """update arrival set status = 'pending', review = :review, reason = :reason, tries = 0, due_at = :at
    where id = :id and status in ('quarantined', 'unreadable')"""
OLD = """select arrival.id, arrival.mail, coalesce(judged.joined, 0) as joined
    from arrival left join judged on judged.arrival = arrival.id
    where arrival.status = :status and arrival.at < :before limit :most"""
KEEP_JOINED = "update arrival set status = 'read' where id = :id"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about the sender of one arrival; `seen` are the key records as JSON, as they stood when it was
    read first, and `signatures` how each held by them. Sender, subject and text are kept of a mail that waits for a
    person, and '' for every other."""

    verdict: str = ""
    why: str = ""
    seen: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    signatures: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mail that waits for a person: why, and what is known of it. `mail` is the SHA-256 of its bytes, `review` the
    one it was meant for, where that is known."""

    id: str
    mail: str
    envelope: Envelope
    status: str
    reason: str
    review: str
    judged: Judged

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.envelope.at, self.id)


def settle(
    session: Session,
    id: str,
    *,
    status: str,
    at: datetime,
    review: str = "",
    reason: str = "",
    joined: int = 0,
    judged: Judged | None = None,
) -> None:
    """Say how an arrival ended, how many reviews it joined, and what was found out about its sender."""
    session.run(MARK, id=id, status=status, review=review, reason=reason, due_at=micros(at))
    if judged is not None or joined:
        told = judged or Judged()
        values: dict[str, Value] = {name: getattr(told, name) for name in Judged.__slots__}
        session.run(JUDGE, arrival=id, joined=joined, **values)


def judged(session: Session, arrival: str) -> Judged | None:
    """What was found out when the arrival was read first, or None."""
    return next((_judged(row) for row in session.rows(JUDGED, arrival=arrival)), None)


def waiting(session: Session, *, most: int, before: Cursor = NEWEST, brands: Sequence[str] = ()) -> list[Waiting]:
    """A page of the mails that wait, newest first: the next ones older than `before`; those meant for reviews of these
    brands alone, where any are given."""
    wall, told = _wall(session, brands)
    place: dict[str, Value] = {"edge_at": micros(before.at), "edge_id": before.id, "most": page_size(most), **told}
    page = SELECT + OF_STATUS.format(wall=wall)
    rows = [row for status in WAITING for row in session.rows(page, status=status, **place)]
    found = sorted(map(_waiting, rows), key=lambda one: (one.envelope.at, one.id), reverse=True)
    return found[: page_size(most)]


def waiting_for(session: Session, review: str) -> list[Waiting]:
    """The first of the mails that wait and were meant for this review, oldest first."""
    return [_waiting(row) for row in session.rows(OF_REVIEW, review=review, most=SHOWN_MAX)]


def being_read(session: Session, review: str) -> int:
    """How many mails were put into this review by hand, and are not read yet."""
    return int(session.rows(BEING_READ, review=review)[0]["mails"])


def theirs(
    session: Session, waiting: Sequence[Waiting], *, now: datetime, brands: Sequence[str] = ()
) -> dict[str, list[Review]]:
    """The latest reviews of whom each mail names as its sender, by the mail's id; none of one that is forged, as that
    is who it does not come from."""
    found: dict[str, list[Review]] = {}
    for one in waiting:
        named = read_addresses(one.judged.sender or one.envelope.mail_from)
        if named and not shut_out(one.judged.verdict):
            wanted = lists.Wanted(contact=named[0].address)
            listed = [line.review for line in lists.reviews(session, wanted=wanted, now=now, most=THEIRS_LOOKED_AT)]
            found[one.id] = [review for review in listed if not brands or review.brand in brands][:THEIRS_MAX]
    return found


def one_waiting(session: Session, id: str, *, brands: Sequence[str] = ()) -> Waiting | None:
    """One mail that waits, or None; `brands` as for `waiting`."""
    wall, told = _wall(session, brands)
    return next((_waiting(row) for row in session.rows(ONE.format(wall=wall), id=id, **told)), None)


def count_waiting(session: Session, *, brands: Sequence[str] = ()) -> int:
    """How many mails wait; `brands` as for `waiting`."""
    wall, told = _wall(session, brands)
    return int(session.rows(COUNT.format(wall=wall), **told)[0]["mails"])


def file(session: Session, id: str, *, review: str, who: str, at: datetime) -> bool:
    """Have a mail that waits read as one of this review; False when it no longer waits, or there is no such review."""
    if not session.rows(KNOWN, review=review):
        return False
    return session.run(FILE, id=id, review=review, reason=who, at=micros(at)) > 0


def drop(session: Session, id: str) -> bool:
    """Throw a mail away that waits; whether it still did."""
    rows = session.rows(ONE.format(wall=""), id=id)
    for row in rows:
        _forget(session, row)
    return bool(rows)


def expire(session: Session, *, before: datetime) -> int:
    """Throw away what came before that and still waits; how many mails, at most EXPIRED_AT_ONCE of each status."""
    old = [
        row
        for status in WAITING
        for row in session.rows(OLD, status=status, before=micros(before), most=EXPIRED_AT_ONCE)
    ]
    for row in old:
        _forget(session, row)
    return len(old)


def _wall(session: Session, brands: Sequence[str]) -> tuple[str, dict[str, Value]]:
    """What a statement adds for who sees these brands alone, none for all; and its parameters."""
    if not brands:
        return "", {}
    return OF_BRANDS.format(each=session.dialect.each), {"asked": json.dumps([[brand] for brand in brands])}


def _forget(session: Session, row: Row) -> None:
    """Forget an arrival. What joined a review stays its own."""
    if row["joined"]:
        session.run(KEEP_JOINED, id=row["id"])
    else:
        mails.forget(session, row["id"], row["mail"])


def _waiting(row: Row) -> Waiting:
    envelope = read_envelope(row["envelope"])
    known = _judged(row) if row["verdict"] is not None else Judged()
    return Waiting(row["id"], row["mail"], envelope, row["status"], row["reason"], row["review"], known)


def _judged(row: Row) -> Judged:
    return Judged(**{name: row[name] for name in Judged.__slots__})
