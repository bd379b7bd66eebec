"""What is still to be told to whom, who is telling it, and what became of it? The outbox of news.

A review whose facts grew is noted in `untold` in the same transaction, where anybody is to be told at all; what it
means is found out later, and once. Of one review an endpoint is told in order: a later call waits for the earlier one.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import decide
from reviews.clicks.vouching import waits
from reviews.log import Log
from reviews.model import fact_id
from reviews.news import News, news
from store.endpoints import CHATS, Endpoint, all_endpoints
from store.engines import Row, Session
from store.engines.dialect import storable_text
from store.paging import NEWEST, Cursor, page_size
from store.records import Recorder
from store.rows import instant, micros

DUE, CLAIMED, DONE, FAILED, DROPPED = "due", "claimed", "done", "failed", "dropped"
TEST = "endpoint.test"
"""The news that is none: somebody wants to see whether an endpoint hears."""
ASKING = "ticket.asked"
"""The other: a helpdesk is asked whether there is a ticket that only a link named."""
SOURCE = "source"
"""The option of a helpdesk that says by which source its tickets come."""
REASON_CHARS_MAX = 500
KEPT = timedelta(days=30)
"""How long it is kept what was told to whom."""

TAKE = """delete from untold where seq in (select seq from untold order by seq limit :most {skip_locked})
    returning review"""
ANY_UNTOLD = "select 1 as untold from untold limit 1"
ADD = """insert into call (id, endpoint, review, news, kind, at, place, status, due_at)
    select asked.value ->> 0, asked.value ->> 1, asked.value ->> 2, asked.value ->> 3, asked.value ->> 4,
        cast(asked.value ->> 5 as bigint), cast(asked.value ->> 6 as bigint), 'due', cast(asked.value ->> 7 as bigint)
    from {each} where true on conflict (id) do nothing"""
OPEN = "((call.status = 'due' and call.due_at <= :now) or (call.status = 'claimed' and call.lease_until <= :now))"
BUSY = "and endpoint not in (select asked.value ->> 0 from {each})"
WAITING = f"""{OPEN} and exists (select 1 from endpoint where endpoint.id = call.endpoint and disabled_at is null)
    and not exists (select 1 from call as before where before.review = call.review and call.review <> ''
        and before.endpoint = call.endpoint and before.status in ('due', 'claimed')
        and (before.at < call.at or (before.at = call.at and before.place < call.place)))"""  # noqa: S608 - our own constants
COUNT_DUE = f"select 1 as due from call where {WAITING} limit 1"  # noqa: S608 - made of this file's own constants
CLAIM = f"""with taken as materialized (
        select id from call where {WAITING} {{busy}} order by due_at limit :most {{skip_locked}})
    update call set status = 'claimed', lease_until = :lease_until, attempts = attempts + 1
    where id in (select id from taken) returning *"""  # noqa: S608 - made of this file's own constants
SETTLE = """update call set status = :status, due_at = :due_at, lease_until = 0, reason = :reason,
    settled_at = :settled_at where id = :id"""
REPLAY = """update call set status = 'due', due_at = :now, attempts = 0, reason = '', settled_at = null
    where id = :id and status in ('done', 'failed', 'dropped')"""
REPLAY_FAILED = """update call set status = 'due', due_at = :now, attempts = 0, reason = '', settled_at = null
    where endpoint = :endpoint and status = 'failed'"""
ONE = "select * from call where id = :id"
PAGE = """select * from call where (:endpoint = '' or endpoint = :endpoint) and (:status = '' or status = :status)
    and (at < :edge_at or (at = :edge_at and id < :edge_id)) order by at desc, id desc limit :most"""
COUNTS = "select endpoint, status, count(*) as calls from call group by endpoint, status"
FORGET = "delete from call where settled_at < :before"
OURS = """select endpoint.options from call
    join endpoint on endpoint.id = call.endpoint join review on review.id = call.review
    where review.source = :source and review.ticket = :ticket and review.id <> :besides
    and endpoint.kind not in (select asked.value ->> 0 from {each})
    and (call.status = 'claimed' or (call.status = 'done' and call.settled_at between :since and :until))"""
USER, OWN_NAME, KEY_SUFFIX = "user", "self", "/token"
"""The options of a helpdesk that say as whom we write there; a user of Zendesk has the suffix."""


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of news for one endpoint, and its fate. `news` is its identity, `kind` what happened, `at` when."""

    id: str
    endpoint: str
    review: str
    news: str
    kind: str
    at: datetime
    status: str
    due_at: datetime
    attempts: int
    reason: str
    settled_at: datetime | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Asking:
    """A call that tells nothing: it asks whether there is such a ticket, before all that is told of it."""

    id: str
    review: str
    at: datetime
    kind: str = ASKING
    place: int = -1


@dataclass(frozen=True, slots=True)
class Fate:
    """How an attempt ended: `done`, `failed` or `dropped` for good, or `due` again at `retry_at`."""

    status: str
    reason: str
    retry_at: datetime | None = None


def spread(session: Session, recorder: Recorder, *, now: datetime, most: int) -> int:
    """Find out what the next reviews in line have to tell, and list it for everybody who is to hear; how many were in
    line. Not told are news of the time before an endpoint was there, and those so old that nobody knows any more
    whether they were told."""
    taken = session.rows(TAKE.format(skip_locked=session.dialect.skip_locked), most=page_size(most))
    known = recorder.current(session, sorted({row["review"] for row in taken}))
    endpoints = all_endpoints(session) if known else []
    rows = [row for one in known.values() for row in _calls(one.log, recorder, endpoints, since=now - KEPT)]
    _add(session, rows)
    return len(taken)


def add_test(session: Session, endpoint: str, *, id: str, at: datetime) -> str:
    """Have an endpoint told a test; the id of the call."""
    call = fact_id("call", endpoint, id)
    _add(session, [(call, endpoint, "", id, TEST, micros(at), 0, micros(at))])
    return call


def anything_due(session: Session, *, now: datetime) -> tuple[bool, bool]:
    """Whether there is news to spread, and whether there are calls to make."""
    return bool(session.rows(ANY_UNTOLD)), bool(session.rows(COUNT_DUE, now=micros(now)))


def claim(session: Session, *, now: datetime, most: int, lease: timedelta, busy: Iterable[str] = ()) -> list[Call]:
    """Take up to `most` calls for `lease`, of each review and endpoint the earliest; none of busy endpoints."""
    sql = CLAIM.format(skip_locked=session.dialect.skip_locked, busy=BUSY.format(each=session.dialect.each))
    asked = json.dumps([[endpoint] for endpoint in busy])
    rows = session.rows(sql, now=micros(now), lease_until=micros(now + lease), most=page_size(most), asked=asked)
    return sorted((_call(row) for row in rows), key=lambda call: call.due_at)


def settle(session: Session, id: str, fate: Fate, *, at: datetime) -> None:
    """Keep how an attempt ended."""
    final = fate.retry_at is None
    reason = storable_text(fate.reason)[:REASON_CHARS_MAX]
    due_at, settled_at = micros(fate.retry_at or at), micros(at) if final else None
    session.run(SETTLE, id=id, status=fate.status, due_at=due_at, reason=reason, settled_at=settled_at)


def replay(session: Session, id: str, *, now: datetime) -> bool:
    """Tell it once more, under the same identity; whether there is such a call that ended."""
    return session.run(REPLAY, id=id, now=micros(now)) > 0


def replay_failed(session: Session, endpoint: str, *, now: datetime) -> int:
    """Tell an endpoint again what it could not be told; how much that is."""
    return session.run(REPLAY_FAILED, endpoint=endpoint, now=micros(now))


def one(session: Session, id: str) -> Call | None:
    """The call with that id."""
    return next((_call(row) for row in session.rows(ONE, id=id)), None)


def page(session: Session, *, endpoint: str = "", status: str = "", most: int, before: Cursor = NEWEST) -> list[Call]:
    """A page of the calls of an endpoint, or of all, newest first."""
    edge_at, edge_id = micros(before.at), before.id
    rows = session.rows(PAGE, endpoint=endpoint, status=status, edge_at=edge_at, edge_id=edge_id, most=page_size(most))
    return [_call(row) for row in rows]


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many calls of each endpoint have each status."""
    return {(row["endpoint"], row["status"]): int(row["calls"]) for row in session.rows(COUNTS)}


def forget_old(session: Session, *, now: datetime) -> int:
    """Drop the log of calls that ended long ago; how many."""
    return session.run(FORGET, before=micros(now - KEPT))


def written_by_us(
    session: Session, *, source: str, ticket: str, since: datetime, until: datetime, besides: str = ""
) -> frozenset[str] | None:
    """As whom we are writing to this ticket in its helpdesk or wrote to it in that time, in lower case; None where we
    did not. News of the review `besides` are not looked at."""
    asked = json.dumps([[kind] for kind in CHATS])
    sql, span = OURS.format(each=session.dialect.each), {"since": micros(since), "until": micros(until)}
    rows = session.rows(sql, source=source, ticket=ticket, asked=asked, besides=besides, **span)
    options = [json.loads(row["options"]) for row in rows]
    names = (one.get(OWN_NAME) or one.get(USER, "").removesuffix(KEY_SUFFIX) for one in options)
    return frozenset(name.casefold() for name in names if name) if rows else None


def _calls(
    log: Log, recorder: Recorder, endpoints: Sequence[Endpoint], *, since: datetime
) -> list[Sequence[str | int]]:
    told = news(log, decide(log, recorder.rules))
    asked = [_row(endpoint, _asking(log)) for endpoint in endpoints if waits(log) and _knows(endpoint, log)]
    return asked + [
        _row(endpoint, one)
        for one in told
        for endpoint in endpoints
        if one.at >= max(endpoint.at, since) and endpoint.hears(one.kind, brand=log.review.brand)
    ]


def _asking(log: Log) -> Asking:
    """What its helpdesk is to be asked of a ticket that only a link named."""
    return Asking(fact_id("asking", log.review.id), log.review.id, log.review.at)


def _knows(endpoint: Endpoint, log: Log) -> bool:
    """Whether that is the helpdesk of this ticket."""
    theirs = endpoint.kind not in CHATS and endpoint.options.get(SOURCE) == log.review.source
    return theirs and endpoint.disabled_at is None and endpoint.brand in ("", log.review.brand)


def _row(endpoint: Endpoint, one: News | Asking) -> Sequence[str | int]:
    id, at = fact_id("call", endpoint.id, one.id), micros(one.at)
    return (id, endpoint.id, one.review, one.id, one.kind, at, one.place, at)


def _add(session: Session, rows: Sequence[Sequence[str | int]]) -> None:
    if rows:
        session.run(ADD.format(each=session.dialect.each), asked=json.dumps(rows))


def _call(row: Row) -> Call:
    settled: int | None = row["settled_at"]
    return Call(
        id=row["id"],
        endpoint=row["endpoint"],
        review=row["review"],
        news=row["news"],
        kind=row["kind"],
        at=instant(row["at"]),
        status=row["status"],
        due_at=instant(row["due_at"]),
        attempts=row["attempts"],
        reason=row["reason"],
        settled_at=instant(settled) if settled is not None else None,
    )
