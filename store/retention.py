"""What is past its term? Mails as they came, webhooks nobody could read, and the words and names of reviews: each goes
when its time has come, a piece at a time, while everything runs.

Of a review its numbers stay (reviews/forgotten.py), so that no score of earlier years changes. Wishes of people ("do
not ask me again") are kept: they hold for the next ticket, and go with `afterword forget`.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from reviews.facts import Message
from reviews.forgotten import NOWHERE
from reviews.model import By
from reviews.rules import Terms
from store import mails, rates, trails
from store.engines import Session
from store.erasing import KINDS, MARK, erase_visits
from store.errors import StoreUnavailableError
from store.facts import load
from store.forgetting import Person, forget_review, forget_words
from store.records import Recorder
from store.rows import instant, micros
from store.store import Store

PIECE = 100
"""So much goes in one transaction: others write in between."""
AGAIN_SECONDS = 3_600
OLD_MAILS = "select id, mail from arrival where status = 'read' and due_at < :until order by due_at limit :most"
"""Of one that was read, `due_at` is when."""
OLD_LETTERS = """delete from dead_letter where id in (
    select id from dead_letter where at < :until and last_at < :until order by at limit :most)"""
OF_SOMEBODY = f"length(replace(contact, '@{NOWHERE}', '')) >= length(contact)"
"""Whose customer was not forgotten; written as its index has it."""
OLD_REVIEWS = f"""select id, at from review
    where {OF_SOMEBODY} and at < :until and (at > :after_at or (at = :after_at and id > :after))
    and not exists (select 1 from fact where fact.review = review.id and fact.at >= :until)
    order by at, id limit :most"""  # noqa: S608 - our own constant
OLDEST_MAIL = "select due_at as at from arrival where status = 'read' order by due_at limit 1"
OLDEST_LETTER = "select at from dead_letter order by at limit 1"
OLDEST_REVIEW = f"select at from review where {OF_SOMEBODY} order by at, id limit 1"  # noqa: S608 - our own constant
NEXT_VISIT = "select kind, at from fact where seq > :after order by seq limit :most"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Oldest:
    """Since when there is something of each kind; None for nothing."""

    visit: datetime | None
    mail: datetime | None
    review: datetime | None
    letter: datetime | None


async def keep_terms(
    store: Store, terms: Terms, clock: Callable[[], datetime], stop: asyncio.Event, *, new_id: Callable[[], str]
) -> None:
    """Erase what is past its term, now and then until told to stop; several processes may, and one does."""
    while not stop.is_set():
        try:
            erased = {
                "visits": await erase_visits(store, now=clock()),
                "mails": await erase_mails(store, terms, now=clock()),
                "reviews": await erase_reviews(store, terms, now=clock(), new_id=new_id),
                "letters": await erase_letters(store, terms, now=clock()),
                "trails": await erase_trails(store, now=clock()),
                "rates": await store.write(partial(rates.drop_full, now=clock()), urgent=True),
            }
            if any(erased.values()):
                log.info("past its term", **erased)
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)


async def erase_mails(store: Store, terms: Terms, *, now: datetime) -> int:
    """Forget mails that were read, as they came; how many. One that waits for a person has a term of its own."""
    return await _pieces(store, _erase_mails, terms.mails, now)


async def erase_letters(store: Store, terms: Terms, *, now: datetime) -> int:
    """Forget webhooks that nobody could read; how many."""
    return await _pieces(store, _erase_letters, terms.letters, now)


async def erase_trails(store: Store, *, now: datetime) -> int:
    """Forget what clients did that did not come again; how many."""
    erased = 0
    while went := await store.write(partial(trails.drop_stale, before=now - trails.STALE_AFTER), urgent=True):
        erased += went
    return erased


async def erase_reviews(store: Store, terms: Terms, *, now: datetime, new_id: Callable[[], str]) -> int:
    """Take words and names from reviews in which nothing happened for so long; how many."""
    if terms.reviews is None:
        return 0
    recorder = Recorder(store.rules, NOWHERE)
    until, edge, erased = now - terms.reviews, (0, ""), 0
    while True:
        ask = partial(_old_reviews, until=until, after=edge)
        page = await store.read(ask)
        for review, _ in page:
            one = partial(_erase_review, review=review, recorder=recorder, until=until, at=now, new_id=new_id)
            erased += await store.write(one, urgent=True)
        if len(page) < PIECE:
            break
        edge = page[-1][1], page[-1][0]
    if erased:
        await forget_words(store)
    return erased


def oldest(session: Session) -> Oldest:
    """Since when there is something of each kind."""
    return Oldest(
        _oldest_visit(session), *(_first(session, sql) for sql in (OLDEST_MAIL, OLDEST_REVIEW, OLDEST_LETTER))
    )


async def _pieces(store: Store, erase: Callable[..., int], term: timedelta | None, now: datetime) -> int:
    """Erase until there is nothing older than its term; how much went."""
    erased = 0
    while term is not None:
        went = await store.write(partial(erase, until=now - term), urgent=True)
        erased += went
        if went < PIECE:
            break
    return erased


def _erase_mails(session: Session, until: datetime) -> int:
    rows = session.rows(OLD_MAILS, until=micros(until), most=PIECE)
    for row in rows:
        mails.forget(session, row["id"], row["mail"])
    return len(rows)


def _erase_letters(session: Session, until: datetime) -> int:
    return session.run(OLD_LETTERS, until=micros(until), most=PIECE)


def _old_reviews(session: Session, until: datetime, after: tuple[int, str]) -> list[tuple[str, int]]:
    after_at, after_id = after
    rows = session.rows(OLD_REVIEWS, until=micros(until), after_at=after_at, after=after_id, most=PIECE)
    return [(row["id"], int(row["at"])) for row in rows]


def _erase_review(
    session: Session, review: str, *, recorder: Recorder, until: datetime, at: datetime, new_id: Callable[[], str]
) -> int:
    """Forget everybody of the customer's side in one review, unless something happened in it just now; 1 or 0."""
    log = load(session, review, for_update=session.dialect.for_update)
    if log is None or any(fact.at >= until for fact in log.facts):
        return 0
    said = (message.sender for message in log.of(Message) if message.by is By.CUSTOMER)
    for address in dict.fromkeys(address.lower() for address in (log.review.contact.email, *said) if address):
        person = Person(address, f"{new_id()}@{NOWHERE}")
        forget_review(session, review, person=person, recorder=recorder, at=at)
    return 1


def _oldest_visit(session: Session) -> datetime | None:
    """Of those that the job has not come to: it stops at the first that is kept."""
    mark = int(session.rows(MARK.format(for_update=""))[0]["seq"])
    page = session.rows(NEXT_VISIT, after=mark, most=PIECE)
    return next((instant(row["at"]) for row in page if row["kind"] in KINDS), None)


def _first(session: Session, sql: str) -> datetime | None:
    return next((instant(row["at"]) for row in session.rows(sql)), None)
