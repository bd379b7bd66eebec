"""Which ways out are down? What the mailers have found together: how often in a row each came to nothing, and until
when it is left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from store.engines import Row, Session
from store.rows import instant, micros

# It is written though it stays the same: so the row is there, and nobody else's before we are done.
TAKE = """insert into route (name, since, until, failures, reason) values (:name, :at, 0, 0, '')
    on conflict (name) do update set until = route.until returning since, until, failures, reason"""
PUT = """update route set since = :since, until = :until, failures = :failures, reason = :reason where name = :name"""
DROP = "delete from route where name = :name"
ALL = "select name, since, until, failures, reason from route order by name"

Standing = tuple[int, datetime | None]
"""How often in a row a route came to nothing, and until when it is left alone; None where it is not."""
Rule = Callable[[Standing], Standing]
UNTRIED: Standing = (0, None)


@dataclass(frozen=True, slots=True)
class Down:
    """A route that takes nothing: since when, when it is tried again, and what it said last."""

    name: str
    since: datetime
    until: datetime
    failures: int
    reason: str


def changed(session: Session, name: str, rule: Rule, *, at: datetime, reason: str = "") -> tuple[Standing, Standing]:
    """Something was found out about a route, or somebody tries it: how it stood, and how it does by that rule."""
    row = session.rows(TAKE, name=name, at=micros(at))[0]
    before = _standing(row)
    failures, until = after = rule(before)
    if after == UNTRIED:
        session.run(DROP, name=name)
    elif after != before:
        since = int(row["since"]) if before[1] else micros(at)
        told = {"until": micros(until) if until else 0, "failures": failures, "reason": reason or row["reason"]}
        session.run(PUT, name=name, since=since, **told)
    return before, after


def standings(session: Session) -> dict[str, Standing]:
    """How each route stands of which anything is known."""
    return {row["name"]: _standing(row) for row in session.rows(ALL)}


def down(session: Session) -> list[Down]:
    """Every route that is down, by name."""
    return [
        Down(row["name"], instant(row["since"]), instant(row["until"]), int(row["failures"]), row["reason"])
        for row in session.rows(ALL)
        if row["until"]
    ]


def _standing(row: Row) -> Standing:
    return int(row["failures"]), instant(row["until"]) if row["until"] else None
