"""How often may somebody ask? A bucket for each name, which all processes share: it empties by what they take out of
it, and refills by itself within a minute (the "generic cell rate algorithm": one instant, when it is full again)."""

from datetime import datetime

from store.engines import Session
from store.rows import micros

MINUTE_MICROS = 60_000_000
# It is written though it stays the same: so the row is there, and nobody else's before we are done.
TAKE = """insert into rate (name, full_at) values (:name, 0)
    on conflict (name) do update set full_at = rate.full_at returning full_at"""
DROP_FULL = "delete from rate where full_at < :now"
SET = "update rate set full_at = :full_at where name = :name"


def take(session: Session, name: str, *, per_minute: int, most: int, now: datetime) -> tuple[int, float]:
    """Take up to `most` of what may be asked under that name; how many were left to take, and if none was, how many
    seconds until there is one."""
    began, each = micros(now), MINUTE_MICROS // per_minute
    kept = int(session.rows(TAKE, name=name)[0]["full_at"])
    full_at = min(max(kept, began), began + MINUTE_MICROS)  # a clock that was set back does not empty it for longer
    taken = min(most, (began + MINUTE_MICROS - full_at) // each)
    session.run(SET, name=name, full_at=full_at + taken * each)
    return taken, 0.0 if taken else (full_at + each - MINUTE_MICROS - began) / 1e6


def drop_full(session: Session, *, now: datetime) -> int:
    """Forget buckets that are full again, as those are of whom nothing is known; how many."""
    return session.run(DROP_FULL, now=micros(now))
