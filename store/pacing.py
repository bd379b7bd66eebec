"""May a mail go to that domain now? Turns that all processes share, for the domains that have a limit.

A mail that comes too early is told its turn, which is kept for it: it asks again then, and once is enough.
"""

from datetime import datetime, timedelta

from store.engines import Session
from store.rows import instant, micros

# It is written though it stays the same: so the row is there, and nobody else's before we are done.
PACE = """insert into domain_pace (domain, free_at) values (:domain, 0)
    on conflict (domain) do update set free_at = domain_pace.free_at returning free_at"""
SET_PACE = "update domain_pace set free_at = :free_at where domain = :domain"
TURN = "select at from domain_turn where delivery = :delivery"
ADD_TURN = "insert into domain_turn (delivery, domain, at) values (:delivery, :domain, :at)"
COUNT = """select count(*) as busy from domain_turn
    where domain = :domain and until > :now and delivery <> :delivery"""
USE_TURN = "update domain_turn set until = :until where delivery = :delivery"
DROP_TURN = "delete from domain_turn where delivery = :delivery"
DROP_PACE = """delete from domain_pace where domain = :domain and free_at <= :now
    and not exists (select 1 from domain_turn where domain = :domain)"""
MINUTE_MICROS = 60_000_000
BUSY_AGAIN = timedelta(seconds=2)
"""How long a mail waits that found all of a domain's connections in use."""


def take(
    session: Session,
    delivery: str,
    *,
    domain: str,
    at_once: int | None,
    a_minute: int | None,
    now: datetime,
    until: datetime,
) -> datetime | None:
    """Take a turn for a mail, `until` when it is over by itself; None when it may go now, else when it asks again."""
    free_at = int(session.rows(PACE, domain=domain)[0]["free_at"])
    known = session.rows(TURN, delivery=delivery)
    turn = int(known[0]["at"]) if known else max(free_at, micros(now))
    if not known:
        session.run(ADD_TURN, delivery=delivery, domain=domain, at=turn)
        if a_minute:
            session.run(SET_PACE, domain=domain, free_at=turn + MINUTE_MICROS // a_minute)
    if turn > micros(now):
        return instant(turn)
    busy = session.rows(COUNT, domain=domain, now=micros(now), delivery=delivery)[0]["busy"] if at_once else 0
    if at_once and busy >= at_once:
        return now + BUSY_AGAIN
    session.run(USE_TURN, delivery=delivery, until=micros(until))
    return None


def give_back(session: Session, delivery: str, *, domain: str, now: datetime) -> None:
    """A mail's turn is over; a domain that nobody waits for is forgotten."""
    session.run(DROP_TURN, delivery=delivery)
    session.run(DROP_PACE, domain=domain, now=micros(now))
