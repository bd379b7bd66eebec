"""Which mailboxes does nobody read, when were they asked, and what did machines make of it?"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import SystemRandom

import structlog

from reviews import flow
from reviews.canaries import EVERY, SOURCE, Canary, Rate, asked_twice, asking
from reviews.clicks import decide
from reviews.facts import Hit
from reviews.model import SLOTS, Person
from store import steps
from store.engines import Session
from store.errors import StoreUnavailableError
from store.facts import load
from store.records import Recorder
from store.rows import micros
from store.store import Store

LOOK_SECONDS = 300
ADD = """insert into canary (address, product, brand, at, left_at) values (:address, :product, :brand, :at, null)
    on conflict (address) do update set product = excluded.product, brand = excluded.brand, left_at = null"""
DROP = "update canary set left_at = :at where address = :address and left_at is null"
ALL = "select address, product, brand from canary where left_at is null order by product, address"
DUE = """update canary set asked_at = :now where left_at is null and asked_at <= :before
    returning address, product, brand"""
REVIEWS = "select id from review where source = :source order by at"
RATED = """select distinct review from step where status = 'confirmed'
    and review not in (select id from review where source = :source)"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the askings of one product's mailboxes."""

    product: str
    asked: int
    visited: int
    false: Rate
    """Ratings that count, though nobody gave them."""


def add(session: Session, canary: Canary, *, at: datetime) -> None:
    """Ask this mailbox from now on."""
    row = {"address": canary.address.lower(), "product": canary.product, "brand": canary.brand}
    session.run(ADD, **row, at=micros(at))


def drop(session: Session, address: str, *, at: datetime) -> bool:
    """Ask it no more; whether it was asked."""
    return session.run(DROP, address=address.lower(), at=micros(at)) > 0


def every(session: Session) -> list[Canary]:
    """The mailboxes that are asked."""
    return [Canary(row["address"], row["product"], row["brand"]) for row in session.rows(ALL)]


def ask_due(session: Session, recorder: Recorder, *, now: datetime, operator: str) -> int:
    """Ask every mailbox whose day has come; how many. The operator hears of a rating, as staff do of a customer's."""
    due = [Canary(*row.values()) for row in session.rows(DUE, now=micros(now), before=micros(now - EVERY))]
    for canary in due:
        slots = tuple(SystemRandom().sample(SLOTS, k=len(SLOTS)))
        told = (Person(operator),) if operator else ()
        facts = flow.ticket_closed(asking(canary, at=now), at=now, slots=slots, rules=recorder.rules, watchers=told)
        recorder.record_new(session, facts)
    return len(due)


def found(session: Session, recorder: Recorder, *, now: datetime) -> list[Found]:
    """What became of the askings, by product, and of all together last."""
    seen: dict[str, list[tuple[bool, bool, bool]]] = {}
    for row in session.rows(REVIEWS, source=SOURCE):
        known = load(session, row["id"])
        if known:
            counted = any(step.counted for step in decide(known, recorder.rules).steps if step.at <= now)
            told = (bool(known.sends), bool(known.of(Hit)), counted)
            seen.setdefault(known.review.contact.company, []).append(told)
    products = [_found(product, told) for product, told in sorted(seen.items())]
    everything = [one for told in seen.values() for one in told]
    return [*products, _found("all", everything)] if len(products) > 1 else products


def second_taps(session: Session) -> Rate:
    """Of the people whose ratings count, how many had to tap a second time."""
    rated = (steps.load(session, row["review"]) for row in session.rows(RATED, source=SOURCE))
    asked = [twice for twice in map(asked_twice, rated) if twice is not None]
    return Rate(sum(asked), len(asked))


async def keep_asking(store: Store, clock: Callable[[], datetime], stop: asyncio.Event, *, operator: str) -> None:
    """Ask when it is time, until told to stop."""
    while not stop.is_set():
        try:
            if await store.read(every):
                ask = partial(ask_due, recorder=store.recorder, now=clock(), operator=operator)
                log.info("canaries asked", number=await store.write(ask))
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


def _found(product: str, told: list[tuple[bool, bool, bool]]) -> Found:
    asked = [one for one in told if one[0]]
    return Found(
        product,
        asked=len(asked),
        visited=sum(one[1] for one in asked),
        false=Rate(sum(one[2] for one in asked), len(asked)),
    )
