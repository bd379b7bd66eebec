"""Which mails are still to be sent, who is sending them, and what became of each?"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from reviews import flow
from reviews.facts import Delivery, Fact, Settled
from reviews.model import Outcome
from store.engines import Row, Session, Value
from store.engines.dialect import storable_text
from store.errors import UnknownReviewError
from store.paging import page_size
from store.records import Recorded, Recorder
from store.rows import instant, micros, read_fact

OPEN = "((status in ('due', 'deferred') and due_at <= :now) or (status = 'claimed' and lease_until <= :now))"
ANY_DUE = f"select 1 from outbox where {OPEN} limit 1"  # noqa: S608 - made of this file's own constants
# Materialized, because a planner may run a plain sub-select with a limit twice, and then takes more than was asked for.
CLAIM = f"""with taken as materialized (
        select id from outbox where {OPEN} {{of_brands}} order by due_at limit :most {{skip_locked}})
    update outbox set status = 'claimed', lease_until = :lease_until, attempts = attempts + 1
    where id in (select id from taken) returning *"""  # noqa: S608 - made of this file's own constants
OF_BRANDS = "and case when brand in (select asked.value ->> 0 from {each}) then 1 else 0 end = :listed"
SETTLE = """update outbox set status = asked.value ->> 1, due_at = cast(asked.value ->> 2 as bigint), lease_until = 0,
    attempts = cast(asked.value ->> 3 as bigint), reason = asked.value ->> 4,
    settled_at = cast(asked.value ->> 5 as bigint), subject = asked.value ->> 6, sent_text = asked.value ->> 7,
    relay_id = asked.value ->> 8
    from {each} where outbox.id = asked.value ->> 0
    and (status not in ('sent', 'refused', 'dropped') or (status <> 'sent' and asked.value ->> 1 = 'sent'))"""
PUT_BACK = """update outbox set status = 'due', due_at = :due_at, lease_until = 0, reason = :reason,
    attempts = attempts - 1 where id = :id and status = 'claimed'"""
COUNT_MADE = """select count(*) as made from outbox where brand = :brand and purpose = :purpose
    and (settled_at is null or settled_at > :since)"""
OF_REVIEW = "select * from outbox where review = :review order by due_at, id"
BY_ID = "select * from outbox where id = :id"
BY_SEAT = "select * from outbox where seat = :seat limit 1"
BY_MESSAGE_ID = "select * from outbox where message_id = :id or relay_id = :id limit 1"
BEGIN = """update outbox set reason = :reason from {each}
    where outbox.id = asked.value ->> 0 and status || '' = 'claimed'"""
BEGUN = "being handed to the mail server"
"""The reason of a claimed mail that a worker has begun to hand over. Who claims it again knows that worker has ended,
maybe just after the relay took the mail."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery and its fate. `due_at` is when it is tried (again); `message_id` is ours, without brackets."""

    delivery: Delivery
    brand: str
    message_id: str
    relay_id: str
    status: str
    due_at: datetime
    attempts: int
    reason: str
    settled_at: datetime | None
    subject: str
    sent_text: str

    @property
    def in_doubt(self) -> bool:
        """Whether somebody who had claimed it before may have sent it, and ended before that could be kept."""
        return self.reason == BEGUN


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be kept of an attempt: the fact, when it is tried again if it is, and what was sent."""

    settled: Settled
    retry_at: datetime | None = None
    subject: str = ""
    sent_text: str = ""
    relay_id: str = ""
    """The Message-ID that a relay says it really put on the wire, where it differs."""
    then: Delivery | None = None
    """The mail that follows this one, as a reminder does."""


@dataclass(frozen=True, slots=True)
class Share:
    """Whose mails are meant: those of these brands, or of all others."""

    brands: tuple[str, ...] = ()
    others: bool = True


EVERYTHING = Share()


@dataclass(frozen=True, slots=True)
class Turn:
    """One connection's turn: how its last attempt ended, if it made one, and the id of the delivery that is next."""

    settlement: Settlement | None
    begun: str = ""


def any_due(session: Session, now: datetime) -> bool:
    """Whether there are deliveries that could be claimed."""
    return bool(session.rows(ANY_DUE, now=micros(now)))


def claim(session: Session, *, now: datetime, most: int, lease: timedelta, share: Share) -> list[Outgoing]:
    """Take up to `most` due deliveries for `lease`; who does not settle them by then loses them to the next."""
    of_brands = "" if share == EVERYTHING else OF_BRANDS.format(each=session.dialect.each)
    sql = CLAIM.format(skip_locked=session.dialect.skip_locked, of_brands=of_brands)
    asked: dict[str, Value] = {}
    if of_brands:
        asked = {"asked": json.dumps([[brand] for brand in share.brands]), "listed": int(not share.others)}
    until = micros(now + lease)
    rows = session.rows(sql, now=micros(now), lease_until=until, most=page_size(most), **asked)
    return sorted((_outgoing(row) for row in rows), key=lambda out: out.due_at)


def settle_all(
    recorder: Recorder, session: Session, turns: Sequence[Turn]
) -> list[Recorded | UnknownReviewError | None]:
    """Record how attempts ended, and set the rows by it; note which deliveries are being handed over. None for a mail
    that belongs to no review. A worker that comes back after its lease ran out cannot open again what is final; only
    that it was sent after all is believed."""
    settlements = [turn.settlement for turn in turns if turn.settlement]
    _set_fates(session, settlements)
    events = [(s.settled.review, partial(flow.attempt_ended, settled=s.settled, then=s.then)) for s in settlements]
    recorded = iter(recorder.record_all(session, [event for event in events if event[0]]))
    _begin(session, [turn.begun for turn in turns if turn.begun])
    return [next(recorded) if turn.settlement and turn.settlement.settled.review else None for turn in turns]


def record_past(session: Session, recorder: Recorder, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Record reviews that are over, as a take-over from elsewhere brings them, all or none; those facts that were new.
    A mail whose end is among the facts is not sent again."""
    added = recorder.record_new(session, facts)
    _set_fates(session, [Settlement(fact) for fact in added if isinstance(fact, Settled)])
    return added


def put_back(session: Session, delivery: str, *, until: datetime, reason: str) -> None:
    """Give a claimed delivery back unsent, to be looked at again; this was no attempt."""
    session.run(PUT_BACK, id=delivery, due_at=micros(until), reason=reason)


def of_review(session: Session, review: str) -> list[Outgoing]:
    """Every delivery of a review, in the order they are due."""
    return [_outgoing(row) for row in session.rows(OF_REVIEW, review=review)]


def by_id(session: Session, id: str) -> Outgoing | None:
    """One delivery."""
    return _first(session.rows(BY_ID, id=id))


def by_seat(session: Session, seat: str) -> Outgoing | None:
    """A delivery to the person behind that seat."""
    return _first(session.rows(BY_SEAT, seat=seat))


def by_message_ids(session: Session, ids: tuple[str, ...]) -> Outgoing | None:
    """The delivery that went out under one of these Message-IDs (bare), the first that is known."""
    found = (_first(session.rows(BY_MESSAGE_ID, id=id)) for id in ids if id)
    return next((outgoing for outgoing in found if outgoing), None)


def _set_fates(session: Session, settlements: Sequence[Settlement]) -> None:
    rows = [_fate(settlement) for settlement in settlements]
    if rows:
        session.run(SETTLE.format(each=session.dialect.each), asked=json.dumps(rows))


def _fate(settlement: Settlement) -> list[str | int | None]:
    settled = settlement.settled
    final = settled.outcome is not Outcome.DEFERRED
    told = (settled.reason, settlement.subject, settlement.sent_text, settlement.relay_id)
    reason, subject, sent_text, relay_id = map(storable_text, told)
    return [
        settled.delivery,
        settled.outcome,
        micros(settlement.retry_at or settled.at),
        settled.attempt,
        reason,
        micros(settled.at) if final else None,
        subject,
        sent_text,
        relay_id,
    ]


def _begin(session: Session, deliveries: Sequence[str]) -> None:
    if deliveries:
        asked = json.dumps([[delivery] for delivery in deliveries])
        session.run(BEGIN.format(each=session.dialect.each), asked=asked, reason=BEGUN)


def _first(rows: list[Row]) -> Outgoing | None:
    return _outgoing(rows[0]) if rows else None


def _outgoing(row: Row) -> Outgoing:
    delivery = read_fact(Delivery.kind, row["body"])
    if not isinstance(delivery, Delivery):
        raise TypeError("an outbox row holds a delivery")
    return Outgoing(
        delivery=delivery,
        brand=row["brand"],
        message_id=row["message_id"],
        relay_id=row["relay_id"],
        status=row["status"],
        due_at=instant(row["due_at"]),
        attempts=row["attempts"],
        reason=row["reason"],
        settled_at=instant(row["settled_at"]) if row["settled_at"] is not None else None,
        subject=row["subject"],
        sent_text=row["sent_text"],
    )


def count_made(session: Session, *, brand: str, purpose: str, since: datetime) -> int:
    """How many deliveries of a purpose have ended since then, or are still to be sent."""
    return int(session.rows(COUNT_MADE, brand=brand, purpose=purpose, since=micros(since))[0]["made"])
