"""What did a client do in the last minute, whichever process it came to? A row for each client, taken with its visits:
who comes at the same moment by another process waits, so that of a fleet none is overlooked."""

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
COLUMNS = ("client", "forged_at", "visits")
FIND = f"select {', '.join(COLUMNS)} from trail where client in (select asked.value ->> 0 from {{each}})"  # noqa: S608 - our own names
# Where several write at once it is written though it stays the same: so the row is there, and nobody else's.
TAKE = f"""insert into trail (client, at, visits) select asked.value ->> 0, 0, '' from {{each}} where true
    on conflict (client) do update set at = trail.at returning {", ".join(COLUMNS)}"""  # noqa: S608 - our own names
PUT = """insert into trail (client, at, forged_at, visits)
    select asked.value ->> 0, cast(asked.value ->> 1 as bigint), cast(asked.value ->> 2 as bigint), asked.value ->> 3
    from {each} where true
    on conflict (client) do update set at = excluded.at, forged_at = excluded.forged_at, visits = excluded.visits"""
DROP_FORGERS = """delete from trail where client in (
    select client from trail where forged_at < :before order by forged_at limit :most {skip_locked})"""
DROP = """delete from trail where client in (select client from trail where at < :before limit :most {skip_locked})"""

Attempt = tuple[str, datetime]
"""A client that tried a link we did not sign, and when."""


def take(session: Session, clients: Iterable[str]) -> dict[str, Trail]:
    """The trails of these clients as they stand, to be `put` back in this transaction."""
    asked = json.dumps([[client] for client in sorted(set(clients))])
    sql = TAKE if session.dialect.for_update else FIND
    rows = session.table(sql.format(each=session.dialect.each), COLUMNS, asked=asked)
    return {client: _trail(client, forged_at, visits) for client, forged_at, visits in rows}


def put(session: Session, trails: Iterable[tuple[Trail, datetime]]) -> None:
    """Keep trails, each with when its client came last."""
    rows = [
        [trail.client, micros(at), None if trail.forged_at is None else micros(trail.forged_at), _written(trail)]
        for trail, at in trails
    ]
    if rows:
        session.run(PUT.format(each=session.dialect.each), asked=json.dumps(sorted(rows)))


def forged(session: Session, attempts: Sequence[Attempt], *, rules: Rules) -> list[list[Suspicion]]:
    """Clients tried links that we did not sign: what each shows of the reviews it opened just before."""
    before = micros(max(at for _, at in attempts) - STALE_AFTER)
    session.run(_each_apart(session, DROP_FORGERS), before=before, most=STALE_MAX)
    trails = take(session, (client for client, _ in attempts))
    shown, last = [], {}
    for client, at in attempts:
        trail = trails.setdefault(client, Trail(client))
        shown.append(trail.forged(at=at, rules=rules))
        last[client] = at
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
    return json.dumps(
        [
            [review, micros(trace.at), {why: micros(told_at) for why, told_at in trace.told.items()}]
            for review, trace in trail.reviews.items()
        ],
        separators=(",", ":"),
    )
