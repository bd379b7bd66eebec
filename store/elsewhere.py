"""What do other reviews know that bears on asking about these? Rest, follow-ups, other closings of the same ticket."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.addresses import folded
from reviews.clicks import decide
from reviews.facts import Review
from reviews.followups import OWED_FOR, follow_up
from reviews.log import Log
from reviews.manners import Manners
from reviews.schedule import USUAL
from reviews.sending import Elsewhere
from store.engines import Row, Session
from store.records import Recorder
from store.rows import instant, micros

LOOK_BACK = timedelta(days=90)
"""How long before its question went out a review may have begun: a week of waiting, and all reminders."""
OWED_MAX = 1_000
"""Follow-ups looked at for one batch. A batch has so many people, and hardly one of them waits twice."""

UNHAPPY = tuple(value for value in OWED_FOR if value != "neutral")
"""Who is left in peace until they are answered: an "okay" that nobody wrote back to must not end all asking."""

OTHERS = "review.person = asked.value ->> 1 and review.brand = asked.value ->> 2 and review.id <> asked.value ->> 0"
# `cross join` is SQLite's word for "in this order": its planner would begin with all mails that were ever sent.
ASKED = f"""select asked.value ->> 0 as id, max(outbox.settled_at) as at
    from {{each}} cross join review cross join outbox
    where {OTHERS} and review.at > cast(asked.value ->> 4 as bigint) and outbox.review = review.id
        and outbox.purpose in ('invitation', 'reminder') and outbox.status = 'sent'
        and outbox.settled_at > cast(asked.value ->> 3 as bigint)
    group by 1"""  # noqa: S608 - made of this file's own constants
COMPANY_ASKED = """select outbox.settled_at as at from review cross join outbox
    where review.company = :company and review.company <> '' and review.brand = :brand and review.at > :begun
        and review.id <> :id and outbox.review = review.id and outbox.purpose in ('invitation', 'reminder')
        and outbox.status = 'sent' and outbox.settled_at > :since
    order by review.at desc limit 1"""
OWED = f"""select asked.value ->> 0 as id, review.id as other from {{each}} join review on {OTHERS}
    where exists (select 1 from step where step.review = review.id
        and step.value in ({", ".join(f"'{value}'" for value in UNHAPPY)}))
    order by review.at desc limit {OWED_MAX}"""  # noqa: S608 - made of this file's own constants
CLOSINGS = """select asked.value ->> 0 as id,
        sum(case when review.closed_at < cast(asked.value ->> 4 as bigint) then 1 else 0 end) as before,
        sum(case when review.closed_at > cast(asked.value ->> 4 as bigint) then 1 else 0 end) as after
    from {each} join review on review.ticket = asked.value ->> 1 and review.brand = asked.value ->> 2
        and review.source || '' = asked.value ->> 3 and review.id <> asked.value ->> 0
    group by 1"""
"""`|| ''` keeps SQLite's planner from the index of sources: it would read every review of that helpdesk."""
UNDER_WAY = """select review.id, review.person, review.company, review.brand from outbox
    join review on review.id = outbox.review
    where outbox.status = 'claimed' and outbox.purpose in ('invitation', 'reminder')
    order by outbox.lease_until, outbox.id"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A review whose customer is about to be asked, and how its brand asks."""

    review: Review
    manners: Manners

    @property
    def person(self) -> str:
        return folded(self.review.contact.email)

    @property
    def company(self) -> str:
        return self.review.contact.company.lower()


def elsewhere(
    session: Session, recorder: Recorder, logs: Iterable[Log], manners: Mapping[str, Manners], *, now: datetime
) -> dict[str, Elsewhere]:
    """What bears on asking about each of these reviews, by their ids."""
    batch = [Asking(log.review, manners.get(log.review.brand, USUAL)) for log in logs]
    asked = _asked(session, [one for one in batch if one.manners.rest], now)
    companies = {one.review.id: _company_asked(session, one, now) for one in batch if _minds_company(one)}
    closings = _closings(session, batch)
    owed = _owed(session, recorder, batch, now)
    busy = _under_way(session, batch)
    found = {}
    for one in batch:
        id = one.review.id
        before, again = closings.get(id, (False, False))
        found[id] = Elsewhere(asked.get(id), companies.get(id), id in busy, id in owed, before, again)
    return found


def _asked(session: Session, batch: Sequence[Asking], now: datetime) -> dict[str, datetime]:
    rows = [
        [one.review.id, one.person, one.review.brand, micros(since), micros(since - LOOK_BACK)]
        for one in batch
        for since in [now - one.manners.rest]
    ]
    return {row["id"]: instant(row["at"]) for row in _each(session, ASKED, rows)}


def _company_asked(session: Session, one: Asking, now: datetime) -> datetime | None:
    since = now - one.manners.company_rest
    times = {"since": micros(since), "begun": micros(since - LOOK_BACK)}
    rows = session.rows(COMPANY_ASKED, company=one.company, brand=one.review.brand, id=one.review.id, **times)
    return instant(rows[0]["at"]) if rows else None


def _closings(session: Session, batch: Sequence[Asking]) -> dict[str, tuple[bool, bool]]:
    """Whether a ticket had been closed before this closing, and whether it was after it."""
    reviews = [one.review for one in batch]
    rows = [[each.id, each.ticket, each.brand, each.source, micros(each.closed_at)] for each in reviews]
    return {row["id"]: (bool(row["before"]), bool(row["after"])) for row in _each(session, CLOSINGS, rows)}


def _owed(session: Session, recorder: Recorder, batch: Sequence[Asking], now: datetime) -> set[str]:
    """Which of these reviews are of somebody who waits for an answer about another ticket."""
    rows = _each(session, OWED, [[one.review.id, one.person, one.review.brand] for one in batch])
    others = recorder.current(session, sorted({row["other"] for row in rows}))
    waiting = {id for id, known in others.items() if _is_open(known.log, recorder, now)}
    return {row["id"] for row in rows if row["other"] in waiting}


def _is_open(log: Log, recorder: Recorder, now: datetime) -> bool:
    timeline = decide(log, recorder.rules)
    found = follow_up(log, timeline, now)
    return found is not None and found.status == "open" and timeline.at(now).value in UNHAPPY


def _under_way(session: Session, batch: Collection[Asking]) -> set[str]:
    """Which of these have to wait as another question to the same person, or to somebody of a company that wants rest,
    was claimed before: of several that are claimed together the first has its turn."""
    if not any(one.manners.rest or _minds_company(one) for one in batch):
        return set()
    first: dict[tuple[str, str, str], str] = {}
    for row in session.rows(UNDER_WAY):
        first.setdefault(("person", row["brand"], row["person"]), row["id"])
        first.setdefault(("company", row["brand"], row["company"]), row["id"])
    return {one.review.id for one in batch if any(first.get(key, one.review.id) != one.review.id for key in _keys(one))}


def _keys(one: Asking) -> list[tuple[str, str, str]]:
    person = [("person", one.review.brand, one.person)] if one.manners.rest else []
    return [*person, ("company", one.review.brand, one.company)] if _minds_company(one) else person


def _minds_company(one: Asking) -> bool:
    return bool(one.manners.company_rest and one.company)


def _each(session: Session, sql: str, rows: Sequence[Sequence[object]]) -> list[Row]:
    return session.rows(sql.format(each=session.dialect.each), asked=json.dumps(rows)) if rows else []
