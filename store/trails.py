"""What did a client do in the last minute, whichever process it came to? A row for each client, taken with its visits.

Nobody waits for a row that another process has just now, for then one client in a hurry would hold up all others: what
it did is added a moment later (`Store.visit`), so that of a fleet none is overlooked."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from reviews.rules import Rules
from reviews.suspects import Suspicion, Trace, Trail
from store.engines import Session
from store.rows import instant, micros

STALE_AFTER = timedelta(minutes=10)
"""Trails say nothing any more after a minute; another machine's clock may be behind."""
STALE_MAX = 1_000
"""Rows that one writer drops: a guesser of links can leave one for each name it gives itself."""
COMPACT = json.JSONEncoder(separators=(",", ":"))
COLUMNS = ("client", "forged_at", "visits")
FIND = f"""select {", ".join(COLUMNS)} from trail where client in (select asked.value ->> 0 from {{each}})
    order by client {{skip_locked}}"""  # noqa: S608 - our own names
# Where several write at once there must be a row, for one of them to have. One that is there is not tried again:
# PostgreSQL would wait until whoever changes it is done.
ADD = """insert into trail (client, at, visits) select asked.value ->> 0, 0, '' from {each}
    where not exists (select 1 from trail where trail.client = asked.value ->> 0) on conflict (client) do nothing"""
PUT = """insert into trail (client, at, forged_at, visits)
    select asked.value ->> 0, cast(asked.value ->> 1 as bigint), cast(asked.value ->> 2 as bigint), asked.value ->> 3
    from {each} where true
    on conflict (client) do update set at = excluded.at, forged_at = excluded.forged_at, visits = excluded.visits"""
DROP_FORGERS = """delete from trail where client in (
    select client from trail where forged_at < :before order by forged_at limit :most {skip_locked})"""
DROP = """delete from trail where client in (select client from trail where at < :before limit :most {skip_locked})"""

Attempt = tuple[str, datetime]
"""A client that tried a link we did not sign, and when."""
Step = tuple[str, str, datetime]
"""A client that opened a link of a review, which one, and when."""
Shown = list[Suspicion]


def take(session: Session, clients: Iterable[str]) -> dict[str, Trail]:
    """The trails of these clients as they stand, to be `put` back in this transaction; without those that another
    process has just now."""
    wanted, dialect = sorted(set(clients)), session.dialect
    asked = json.dumps([[client] for client in wanted])
    if dialect.skip_locked:
        session.run(ADD.format(each=dialect.each), asked=asked)
    sql = FIND.format(each=dialect.each, skip_locked=dialect.skip_locked)
    rows = session.table(sql, COLUMNS, asked=asked)
    new = {} if dialect.skip_locked else {client: Trail(client) for client in wanted}
    return new | {client: _trail(client, forged_at, visits) for client, forged_at, visits in rows}


def put(session: Session, trails: Iterable[tuple[Trail, datetime]]) -> None:
    """Keep trails, each with when its client came last."""
    rows = [
        [trail.client, micros(at), None if trail.forged_at is None else micros(trail.forged_at), _written(trail)]
        for trail, at in trails
    ]
    if rows:
        session.run(PUT.format(each=session.dialect.each), asked=json.dumps(sorted(rows)))


def forged(session: Session, attempts: Sequence[Attempt], *, rules: Rules) -> list[Shown | None]:
    """Clients tried links that we did not sign: what each shows of the reviews it opened just before; None where its
    trail is another's just now."""
    before = micros(max(at for _, at in attempts) - STALE_AFTER)
    session.run(_each_apart(session, DROP_FORGERS), before=before, most=STALE_MAX)
    trails = take(session, (client for client, _ in attempts))
    shown = [trails[client].forged(at=at, rules=rules) if client in trails else None for client, at in attempts]
    last = {client: at for client, at in attempts if client in trails}
    put(session, ((trails[client], at) for client, at in last.items()))
    return shown


def followed(session: Session, steps: Sequence[Step], *, rules: Rules) -> list[Shown | None]:
    """What clients did at reviews a moment ago: what each shows; None where its trail is another's just now."""
    trails = take(session, (client for client, _, _ in steps))
    shown = [
        trails[client].visited(review, at=at, rules=rules) if client in trails else None for client, review, at in steps
    ]
    last = {client: at for client, _, at in steps if client in trails}
    put(session, ((trails[client], at) for client, at in last.items()))
    return shown


def drop_stale(session: Session, *, before: datetime, most: int = STALE_MAX) -> int:
    """Forget clients that did not come again; how many."""
    return session.run(_each_apart(session, DROP), before=micros(before), most=most)


def _each_apart(session: Session, sql: str) -> str:
    """Rows that another writer has are theirs to drop, or still in use."""
    return sql.format(skip_locked=session.dialect.skip_locked)


def _trail(client: str, forged_at: int | None, visits: str) -> Trail:
    reviews = {
        review: Trace(instant(at), {why: instant(told_at) for why, told_at in told.items()})
        for review, at, told in (json.loads(visits) if visits else ())
    }
    return Trail(client, reviews, None if forged_at is None else instant(forged_at))


def _written(trail: Trail) -> str:
    return COMPACT.encode(
        [
            [review, micros(trace.at), {why: micros(told_at) for why, told_at in trace.told.items()}]
            for review, trace in trail.reviews.items()
        ]
    )
