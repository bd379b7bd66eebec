"""Which regular mails are due, and to whom? Listed in the outbox in one transaction, each once for its days and reader.

What a mail tells is put together when it goes out (store/gathering.py); here it is only found out whether there is
anything. That a brand's mail was put together for some days is kept, so that an empty week is looked at once.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import structlog

from reviews.answering import USUAL_ANSWERING
from reviews.facts import Delivery
from reviews.gathered import Gathered, worth_a_mail
from reviews.model import DeliveryKind, Person
from reviews.regular import About, Regular, Span, due_span, last_span, readers
from reviews.sending import Drop
from store import heard, people
from store.engines import Session
from store.errors import StoreUnavailableError
from store.gathering import Reader, gathered
from store.records import Recorder
from store.rows import instant, micros
from store.store import Store

LOOK_SECONDS = 60
KEPT = "select since, until, at, listed from regular where brand = :brand and kind = :kind and team = :team"
KEEP = """insert into regular (brand, kind, team, since, until, at, listed)
    values (:brand, :kind, :team, :since, :until, :at, :listed)
    on conflict (brand, kind, team) do update set since = excluded.since, until = excluded.until,
        at = excluded.at, listed = excluded.listed"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """About which days a regular mail was last put together, when, and to how many it went."""

    span: Span
    at: datetime
    listed: int


def last_kept(session: Session, brand: str, regular: Regular) -> Kept | None:
    """When that mail was last put together; None for never."""
    for row in session.rows(KEPT, brand=brand, kind=regular.kind, team=regular.team):
        span = Span(date.fromisoformat(row["since"]), date.fromisoformat(row["until"]))
        return Kept(span, instant(row["at"]), int(row["listed"]))
    return None


def to_whom(
    session: Session, recorder: Recorder, *, brand: str, regular: Regular, now: datetime
) -> tuple[Person, ...] | None:
    """Who is to get a brand's regular mail now: its readers of whom there is something to tell. None where it is not
    due, or was put together for these days before."""
    span, kept = due_span(regular, now), last_kept(session, brand, regular)
    if span is None or (kept and kept.span == span):
        return None
    about = About(brand, span, regular.team)
    figures = recorder.desks.answering.get(brand, USUAL_ANSWERING).figures
    return tuple(
        person
        for person in _readers(session, regular, about)
        if worth_a_mail(
            regular.kind,
            gathered(session, recorder, Reader(regular.kind, about, person.email, figures), now=now),
        )
    )


def put_together(
    session: Session, recorder: Recorder, *, brand: str, regular: Regular, people: tuple[Person, ...], now: datetime
) -> None:
    """List the mail that is due to these, and keep that it was. What is listed is not listed twice."""
    span = last_span(regular, now)
    for person in people:
        mail = Delivery("", now, regular.kind, str(About(brand, span, regular.team)), person, due_at=now)
        recorder.post(session, delivery=mail, brand=brand)
    days = {"since": str(span.since), "until": str(span.until)}
    which = {"brand": brand, "kind": regular.kind, "team": regular.team}
    session.run(KEEP, **which, **days, at=micros(now), listed=len(people))


async def keep_mailing(
    store: Store, clock: Callable[[], datetime], stop: asyncio.Event, brands: Mapping[str, tuple[Regular, ...]]
) -> None:
    """List the regular mails when it is time, until told to stop. Several processes may: a mail is listed once."""
    while not stop.is_set():
        for brand, several in brands.items():
            for regular in several:
                await _listed(store, clock(), brand, regular)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


async def _listed(store: Store, now: datetime, brand: str, regular: Regular) -> None:
    """Looked for among readers, written in a moment: nobody else waits for it."""
    look = partial(to_whom, recorder=store.recorder, brand=brand, regular=regular, now=now)
    try:
        whom = await store.read(look)
        if whom is not None:
            keep = partial(put_together, recorder=store.recorder, brand=brand, regular=regular, people=whom, now=now)
            await store.write(keep)
            log.info("regular mails listed", brand=brand, kind=regular.kind, team=regular.team, number=len(whom))
    except StoreUnavailableError as error:
        log.warning("store unavailable", why=str(error))


def collected(session: Session, recorder: Recorder, *, mail: Delivery, now: datetime) -> Gathered | Drop:
    """What a listed mail tells, as it is known now; or why it need not go out any more."""
    about, email = About.read(mail.occasion), mail.recipient.email.lower()
    known = people.staff(session, email)
    if known is None and people.has_left(session, email):
        return Drop("they have left")
    if known and not (known.wants(mail.purpose) and known.sees_brand(about.brand)):
        return Drop("they do not want it")
    figures = recorder.desks.answering.get(about.brand, USUAL_ANSWERING).figures
    found = gathered(session, recorder, Reader(mail.purpose, about, email, figures), now=now)
    return found if worth_a_mail(mail.purpose, found) else Drop("there is nothing to tell any more")


def _readers(session: Session, regular: Regular, about: About) -> Iterable[Person]:
    told = readers(regular, about.brand, people.all_staff(session))
    told = tuple(person for person in told if not people.has_left(session, person.email))
    if regular.kind is not DeliveryKind.AGENTS:
        return told
    known = heard.people_of(session, about.brand, about.span)
    return [person for person in told if person.email.lower() in known]
