"""How is a visit recorded? Of its review only the doorstep is read, and all that wait are one query and one write."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviews.doorstep import HITS_MAX, Doorstep, doorstep
from reviews.facts import Fact, Hit, Settled, SnippetGiven, Vote
from reviews.log import Log
from reviews.rules import Rules
from reviews.suspects import Suspicion
from store import trails
from store.engines import Session, Value
from store.errors import UnknownReviewError
from store.facts import add_facts, load
from store.rows import instant, micros

COLUMNS = ("review", "brand", "at", "asks_at", "slots", "first_sent", "last_sent", "rated", "languages", "facts")
FIND = """select review.id as review, doorstep.brand, doorstep.at, doorstep.asks_at, doorstep.slots,
        doorstep.first_sent, doorstep.last_sent, doorstep.rated, doorstep.languages,
        (select count(*) from fact where fact.review = review.id) as facts
    from review left join doorstep on doorstep.review = review.id
    where review.id in (select asked.value ->> 0 from {each}) order by review.id {for_update_of_review}"""
PUT = """insert into doorstep (review, brand, at, asks_at, slots, first_sent, last_sent, rated, languages)
    values (:review, :brand, :at, :asks_at, :slots, :first_sent, :last_sent, :rated, :languages)
    on conflict (review) do update set first_sent = excluded.first_sent, last_sent = excluded.last_sent,
        rated = excluded.rated"""
MOVE = """update doorstep set first_sent = cast(asked.value ->> 1 as bigint),
        last_sent = cast(asked.value ->> 2 as bigint), rated = cast(asked.value ->> 3 as bigint)
    from {each} where doorstep.review = asked.value ->> 0"""
BETWEEN_SLOTS, BETWEEN_LANGUAGES = ",", " "

Rule = Callable[[Doorstep, Sequence[Suspicion]], Sequence[Fact]]
"""Says which hit a visit means, with what it shows of its client at that review."""


@dataclass(frozen=True, slots=True)
class Visited:
    """The doorstep as the visitor found it, what was kept of the visit, and what it shows of its client at reviews that
    are still to be told of it; None as long as the client's trail is another's."""

    seen: Doorstep
    facts: tuple[Fact, ...] = ()
    shows: tuple[Suspicion, ...] | None = ()

    @property
    def hit(self) -> Hit | None:
        """The visit, or None where no more are kept."""
        return next((fact for fact in self.facts if isinstance(fact, Hit)), None)


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that opens one of a review's links, and the rule that says which hit this is."""

    review: str
    client: str
    at: datetime
    rule: Rule


def record(session: Session, visits: Sequence[Caller], *, rules: Rules) -> list[Visited | UnknownReviewError]:
    """Record visits, in order. Who visits a review that is none is told so; the others do not mind."""
    doorsteps = _find(session, {visit.review for visit in visits})
    known = [visit for visit in visits if visit.review in doorsteps]
    taken = trails.take(session, (visit.client for visit in known))
    visited: list[Visited | UnknownReviewError] = []
    last: dict[str, datetime] = {}
    for visit in visits:
        seen = doorsteps.get(visit.review)
        if seen is None:
            visited.append(UnknownReviewError(visit.review))
            continue
        trail = taken.get(visit.client)
        shows = trail.visited(visit.review, at=visit.at, rules=rules) if trail else None
        visited.append(_visited(seen, visit, shows))
        if trail:
            last[visit.client] = visit.at
    trails.put(session, ((taken[client], at) for client, at in last.items()))
    add_facts(session, [fact for one in visited if isinstance(one, Visited) for fact in one.facts])
    return visited


def put(session: Session, logs: Iterable[Log]) -> None:
    """Keep the doorsteps of logs."""
    if rows := [_row(doorstep(log)) for log in logs]:
        session.run_each(PUT, rows)


def move(session: Session, logs: Sequence[Log]) -> None:
    """Keep what changes in the doorsteps of logs. One that is not there yet is made when it is visited."""
    if logs:
        asked = json.dumps([_moving(doorstep(log)) for log in logs])
        session.run(MOVE.format(each=session.dialect.each), asked=asked)


def changed(before: Log, new: Sequence[Fact]) -> bool:
    """Whether new facts change the doorstep of a log: a question that went out does, and the first vote."""
    asked = (Settled, SnippetGiven)
    return any(isinstance(fact, asked) or (isinstance(fact, Vote) and not before.of(Vote)) for fact in new)


def kept(session: Session, review: str) -> Doorstep | None:
    """The doorstep as it is kept, or None."""
    return _find(session, {review}, mend=False).get(review)


def _moving(seen: Doorstep) -> tuple[str, int | None, int | None, int]:
    first, last = (_micros(seen.sends[0]), _micros(seen.sends[-1])) if seen.sends else (None, None)
    return seen.review, first, last, int(seen.rated)


def _row(seen: Doorstep) -> dict[str, Value]:
    review, first, last, rated = _moving(seen)
    return {
        "review": review,
        "brand": seen.brand,
        "at": micros(seen.at),
        "asks_at": _micros(seen.asks_at),
        "slots": BETWEEN_SLOTS.join(seen.slots),
        "first_sent": first,
        "last_sent": last,
        "rated": rated,
        "languages": BETWEEN_LANGUAGES.join(seen.languages),
    }


def _visited(seen: Doorstep, visit: Caller, shows: Sequence[Suspicion] | None) -> Visited:
    if seen.rated:  # it is weighed against the votes: `Store.visit` does
        return Visited(seen, (), None if shows is None else tuple(shows))
    return told(seen, visit, shows)


def told(seen: Doorstep, visit: Caller, shows: Sequence[Suspicion] | None) -> Visited:
    """A visit with what it shows of its client at this review, which is kept with it."""
    here = tuple(one for one in shows or () if one.review == visit.review)
    elsewhere = None if shows is None else tuple(one for one in shows if one.review != visit.review)
    return Visited(seen, tuple(visit.rule(seen, here)), elsewhere)


def _find(session: Session, reviews: set[str], *, mend: bool = True) -> dict[str, Doorstep]:
    taken = session.dialect.for_update_of("review") if mend else ""  # who only looks takes nothing for themselves
    sql = FIND.format(each=session.dialect.each, for_update_of_review=taken)
    found = session.table(sql, COLUMNS, asked=json.dumps([[review] for review in reviews]))
    return {row[0]: seen for row in found if (seen := _doorstep(session, row, mend=mend))}


def _doorstep(session: Session, row: Sequence[Any], *, mend: bool) -> Doorstep | None:
    """One of a review from before there were doorsteps is made now; one that many have visited is counted anew."""
    review, brand, at, asks_at, slots, first, last, rated, languages, facts = row
    if brand is None or facts >= HITS_MAX:
        return _looked_up(session, review) if mend else None
    sends = () if first is None else (instant(first), instant(last))
    told, spoken = tuple(slots.split(BETWEEN_SLOTS)), tuple(languages.split(BETWEEN_LANGUAGES)) if languages else ()
    asked = _instant(asks_at)
    return Doorstep(review, brand, instant(at), asked, told, sends, rated=bool(rated), languages=spoken)


def _looked_up(session: Session, review: str) -> Doorstep | None:
    log = load(session, review)
    if log is None:
        return None
    put(session, [log])
    return doorstep(log)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def _instant(value: int | None) -> datetime | None:
    return None if value is None else instant(value)
