"""Who gets a daily mail, and what is in it? The notices that were kept for it, and who still waits for an answer."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from reviews.clicks import Timeline, decide
from reviews.daily import last_time
from reviews.facts import Delivery
from reviews.followups import follow_up
from reviews.log import Log
from reviews.model import DeliveryKind, Person
from reviews.notices import IN_THE_DIGEST
from store import people
from store.engines import Session
from store.errors import StoreUnavailableError
from store.records import Recorder
from store.rows import instant, micros
from store.store import Store

LOOK_SECONDS = 60
LOOK_BACK = timedelta(days=7)
"""Of a first daily mail, or of one after an outage."""
WAITING_SINCE = timedelta(days=30)
TOLD_MAX = 50
"""Reviews in one mail; the list of reviews has them all."""

KEPT = """from outbox where brand = :brand and purpose = 'notice' and status = 'dropped' and reason = :reason
    and settled_at > :since and settled_at <= :until"""
WHOM = f"select recipient, max(settled_at) as at {KEPT} group by recipient"
LAST = """select max(due_at) as at from outbox where brand = :brand and purpose = 'digest' and recipient = :recipient"""
TOLD = f"""select review, max(settled_at) as at {KEPT} and recipient = :recipient
    group by review order by max(settled_at) desc limit :most"""
WAITING = """select id from review where agent = :agent and brand = :brand and at > :since and exists (
        select 1 from step where step.review = review.id and step.value in ('neutral', 'unhappy', 'very_unhappy'))
    order by at limit :most"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Daily:
    """When a brand's daily mail goes out: minutes after midnight of a zone."""

    minutes: int
    timezone: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What a daily mail tells: reviews of which something came in, newest first, and those that wait, oldest first."""

    since: datetime
    until: datetime
    told: tuple[tuple[Log, Timeline], ...]
    waiting: tuple[tuple[Log, Timeline], ...]


def put_together(session: Session, recorder: Recorder, *, brand: str, until: datetime, now: datetime) -> int:
    """List the daily mails of a brand that are due at `until`; how many. Listed before is not listed twice."""
    rows = session.rows(WHOM, brand=brand, reason=IN_THE_DIGEST, since=micros(until - LOOK_BACK), until=micros(until))
    listed = 0
    for row in rows:
        since = _since(session, brand, row["recipient"], until)
        shut_out = people.shut_out(session, [(row["recipient"].lower(), brand)])
        if since < until and instant(row["at"]) > since and not shut_out:
            known = people.staff(session, row["recipient"])
            person = Person(row["recipient"], known.name if known else "")
            occasion = f"{brand} {micros(since)} {micros(until)}"
            mail = Delivery("", now, DeliveryKind.DIGEST, occasion, person, due_at=until)
            recorder.post(session, delivery=mail, brand=brand)
            listed += 1
    return listed


def collected(session: Session, recorder: Recorder, *, mail: Delivery, now: datetime) -> Collected:
    """What a daily mail tells, as it is known now."""
    brand, since, until = mail.occasion.split(" ")
    person = mail.recipient.email.lower()
    told = session.rows(
        TOLD, brand=brand, recipient=person, reason=IN_THE_DIGEST, since=int(since), until=int(until), most=TOLD_MAX
    )
    waiting = session.rows(WAITING, agent=person, brand=brand, since=micros(now - WAITING_SINCE), most=TOLD_MAX)
    of_told = _known(session, recorder, [row["review"] for row in told])
    of_waiting = _known(session, recorder, [row["id"] for row in waiting])
    open_ = tuple(one for one in of_waiting if _is_open(*one, now))
    return Collected(instant(int(since)), instant(int(until)), of_told, open_)


async def keep_mailing(
    store: Store, clock: Callable[[], datetime], stop: asyncio.Event, brands: Mapping[str, Daily]
) -> None:
    """List the daily mails when it is time, until told to stop. Several processes may: a mail is listed once."""
    while not stop.is_set():
        now = clock()
        for brand, daily in brands.items():
            until = last_time(now, minutes=daily.minutes, timezone=daily.timezone)
            try:
                job = partial(put_together, recorder=store.recorder, brand=brand, until=until, now=now)
                if listed := await store.write(job):
                    log.info("daily mails listed", brand=brand, number=listed)
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


def _since(session: Session, brand: str, recipient: str, until: datetime) -> datetime:
    """Where their last daily mail ended."""
    last = session.rows(LAST, brand=brand, recipient=recipient)[0]["at"]
    return until - LOOK_BACK if last is None else max(instant(last), until - LOOK_BACK)


def _known(session: Session, recorder: Recorder, ids: list[str]) -> tuple[tuple[Log, Timeline], ...]:
    logs = recorder.current(session, sorted(ids))
    return tuple((logs[id].log, decide(logs[id].log, recorder.rules)) for id in ids if id in logs)


def _is_open(log: Log, timeline: Timeline, now: datetime) -> bool:
    found = follow_up(log, timeline, now)
    return found is not None and found.status == "open"
