"""How is a person forgotten? Everywhere, review by review, while everything runs; what is left are numbers.

The one place where facts are changed. That no process goes on with a log it knows from before, the review's own row
changes with them: that is what a known log is held against (store/known.py). Whoever is forgotten may be asked again
when a new ticket of theirs closes, unless it is kept that they are not to be mailed, which keeps their address.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

from reviews.addresses import folded, normal
from reviews.clicks import decide
from reviews.facts import Delivery, Fact, Review
from reviews.forgotten import NOWHERE, forgotten, lifted
from reviews.model import BOUNCED, DeliveryKind, Outcome
from reviews.sending import attempted
from store import mails, outbox, people, records, search, steps
from store.engines import Row, Session
from store.engines.dialect import SQLITE
from store.engines.sqlite import BUSY_SECONDS, beside, connect
from store.engines.turns import Turns
from store.facts import add_suppression, load, read_suppression
from store.outbox import Outgoing, Settlement, Turn
from store.person import pattern
from store.records import Kept, Recorder
from store.rows import write_fact
from store.store import Store

FORGOTTEN = "forgotten"
"""Why a mail was not sent."""
WINDOW = 20_000
"""Facts looked through by one query: some 50 ms."""
PAGE = 500
ROUNDS_MAX = 3
"""Somebody may write while they are being forgotten; who goes on writing comes back."""
HEAD_BYTES = 65_536
"""Of a mail that nobody could place: its header is looked through for the address."""
TOLD_OF_OTHERS = (DeliveryKind.NOTICE, DeliveryKind.HELD, DeliveryKind.ANSWER)
OPEN = ("due", "deferred", "claimed")

MERGE = "insert into searchable_index (searchable_index, rank) values ('merge', :pages)"
CHANGES = "select total_changes() as changes"
MERGE_PAGES = 500
"""Of the index of words, written in one transaction: some 20 ms. A larger merge would keep the others waiting."""
IDLE_CHANGES = 2
"""Fewer were no work (https://sqlite.org/fts5.html, section 6.8)."""
AGENT = "select 1 from review where agent = :address limit 1"
OF_CONTACT = "select id from review where contact = :address"
LAST_FACT = "select coalesce(max(seq), 0) as seq from fact"
NAMED_IN_FACTS = """select distinct review from fact
    where seq > :after and seq <= :until and lower(body) like :pattern escape '!'"""
ARRIVALS = """select arrival.id, arrival.mail, lower(arrival.envelope) like :pattern escape '!' as named,
    case when arrival.status = 'read' then null else substr(mail.raw, 1, :head) end as head
    from arrival join mail on mail.sha256 = arrival.mail where arrival.id > :after order by arrival.id limit :most"""
ARRIVALS_OF = "select id, mail from arrival where review = :review"
BODY = "select body from review where id = :id"
LETTERS = "select id, headers, body from dead_letter where id > :after order by id limit :most"
DROP_LETTER = "delete from dead_letter where id = :id"
CHANGE_REVIEW = "update review set contact = :contact, person = :person, body = :body where id = :id"
CHANGE_FACT = "update fact set id = :new, body = :body where review = :review and id = :old"
DROP_FACT = "delete from fact where review = :review and id = :old"
CHANGE_OUTGOING = """update outbox set id = :new, recipient = :recipient, seat = :seat, subject = :subject,
    sent_text = :sent_text, reason = :reason, body = :body where id = :old"""
SUPPRESSIONS = "select id, body from suppression where address = :address"
DROP_SUPPRESSION = "delete from suppression where id = :id"
ROUND_TRIP = "delete from round_trip where address = :address"
VIEWS = """delete from saved_view
    where lower(name) like :named escape '!' or lower(query) like :searched escape '!'"""
ANSWERED = "update answered set body = '{}' where body not in ('', '{}')"
FINDINGS = "delete from finding"
"""Some name a contact; they are looked for anew within minutes."""
MAILS_TO = "delete from outbox where recipient = :address and review = ''"


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased."""

    reviews: int = 0
    mails: int = 0
    suppressions: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        mails, suppressions = self.mails + other.mails, self.suppressions + other.suppressions
        return Erased(self.reviews + other.reviews, mails, suppressions)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten, and what stands in their place."""

    address: str
    pseudonym: str


async def forget(
    store: Store, address: str, *, new_id: Callable[[], str], at: datetime, keep_unsubscribed: bool = False
) -> Erased:
    """Forget a person. ValueError when they are of the staff: their name stands beside other people's ratings."""
    person = Person(normal(address), f"{new_id()}@{NOWHERE}")
    if await store.read(partial(_of_staff, address=person.address)):
        raise ValueError(f"{address} is of the staff, whom other people's ratings name; customers can be forgotten")
    recorder = Recorder(store.rules, NOWHERE)
    erased = Erased()
    for _ in range(ROUNDS_MAX):
        reviews, arrivals = await _found(store, person)
        if not reviews and not arrivals:
            break
        for review in reviews:
            forget_one = partial(forget_review, review=review, person=person, recorder=recorder, at=at)
            erased += await store.write(forget_one, urgent=True)
        for start in range(0, len(arrivals), PAGE):
            erased += await store.write(partial(_drop_arrivals, some=arrivals[start : start + PAGE]), urgent=True)
    await _forget_letters(store, person)
    await forget_words(store)
    return erased + await store.write(partial(_forget_rest, person=person, keep=keep_unsubscribed), urgent=True)


async def _forget_letters(store: Store, person: Person) -> None:
    """Webhooks that could not be read may name them as well."""
    named = person.address.encode()
    edge = ""
    while page := await store.read(partial(_rows, sql=LETTERS, after=edge, most=PAGE)):
        edge = page[-1]["id"]
        ids = [row["id"] for row in page if named in row["headers"].encode().lower() + bytes(row["body"]).lower()]
        if ids:
            await store.write(partial(_drop_letters, ids=ids), urgent=True)


def _drop_letters(session: Session, ids: Sequence[str]) -> None:
    session.run_each(DROP_LETTER, [{"id": id} for id in ids])


async def forget_words(store: Store) -> None:
    """SQLite's index only notes that words are gone; they go when its segments become one. That is begun with a
    negative number of pages, and done with positive ones."""
    pages = -MERGE_PAGES
    while await store.write(partial(_merge, pages=pages)):
        pages = MERGE_PAGES


def _merge(session: Session, pages: int) -> bool:
    """Whether there may be more to merge."""
    if session.dialect.name != SQLITE.name:
        return False
    before = int(session.rows(CHANGES)[0]["changes"])
    session.run(MERGE, pages=pages)
    return int(session.rows(CHANGES)[0]["changes"]) - before >= IDLE_CHANGES


def swept(path: Path) -> bool:
    """Bring what was erased out of SQLite's log as well; False when somebody reads in it for too long."""
    turns, until = Turns(beside(path, "turns"), wait_seconds=BUSY_SECONDS), time.monotonic() + BUSY_SECONDS
    db = connect(path)
    try:
        while time.monotonic() < until:
            with turns.turn():
                if not db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
                    return True
        return False
    finally:
        db.close()
        turns.close()


def _of_staff(session: Session, address: str) -> bool:
    known = people.staff(session, address) or people.has_left(session, address)
    return bool(known or session.rows(AGENT, address=address))


async def _found(store: Store, person: Person) -> tuple[list[str], list[tuple[str, str]]]:
    """The reviews in which they occur, and the arrivals of mails, each with its mail."""
    mine = await store.read(lambda session: session.rows(OF_CONTACT, address=person.address))
    reviews = {str(row["id"]) for row in mine}
    last = int((await store.read(lambda session: session.rows(LAST_FACT)))[0]["seq"])
    anywhere = pattern(person.address)
    for after in range(0, last, WINDOW):
        ask = partial(_rows, sql=NAMED_IN_FACTS, after=after, until=after + WINDOW, pattern=anywhere)
        reviews.update(str(row["review"]) for row in await store.read(ask))
    arrivals: list[tuple[str, str]] = []
    edge = ""
    while True:
        ask = partial(_rows, sql=ARRIVALS, pattern=anywhere, head=HEAD_BYTES, after=edge, most=PAGE)
        page = await store.read(ask)
        arrivals += [(row["id"], row["mail"]) for row in page if row["named"] or _heads(row["head"], person.address)]
        if len(page) < PAGE:
            return sorted(reviews), arrivals
        edge = page[-1]["id"]


def _rows(session: Session, sql: str, **values: str | int) -> list[Row]:
    return session.rows(sql, **values)


def _heads(head: object, address: str) -> bool:
    return isinstance(head, bytes) and address.encode() in head.partition(b"\r\n\r\n")[0].lower()


def forget_review(session: Session, review: str, *, person: Person, recorder: Recorder, at: datetime) -> Erased:
    """Forget a person in one review."""
    log = load(session, review, for_update=session.dialect.for_update)
    if log is None:
        return Erased()
    if log.review.contact.email.lower() == person.address:
        _stop_mails(session, review, recorder=recorder, at=at)
    log = load(session, review)
    if log is None:
        return Erased()
    theirs = log.review.contact.email.lower() == person.address
    suppressions = tuple(lifted(one, person.pseudonym) if theirs else one for one in log.suppressions)
    after, facts = forgotten(log, person.address, pseudonym=person.pseudonym)
    before = (log, steps.load(session, review))
    for suppression in suppressions if theirs else ():
        add_suppression(session, suppression)
    _change_review(session, after)
    _change_facts(session, review, facts)
    _change_outbox(session, review, facts, person=person, theirs=theirs)
    left = load(session, review)
    if left:
        records.keep(session, [Kept(left, decide(left, recorder.rules), before, ())])
        search.put(session, left)
    gone = session.rows(ARRIVALS_OF, review=review) if theirs else []
    return Erased(reviews=1) + _drop_arrivals(session, [(row["id"], row["mail"]) for row in gone])


def _stop_mails(session: Session, review: str, *, recorder: Recorder, at: datetime) -> None:
    """What is still to be sent is not."""
    ends = [
        attempted(out.delivery, outcome=Outcome.DROPPED, attempt=out.attempts, composed_at=at, at=at, reason=FORGOTTEN)
        for out in outbox.of_review(session, review)
        if out.status in OPEN
    ]
    outbox.settle_all(recorder, session, [Turn(Settlement(end)) for end in ends])


def _change_review(session: Session, review: Review) -> None:
    """Its row changes in any case: a row with a blank more is the same review, and no log that is known."""
    body = write_fact(review)
    known = session.rows(BODY, id=review.id)[0]["body"]
    contact, changed = review.contact.email, f"{body} " if body == known else body
    session.run(CHANGE_REVIEW, id=review.id, contact=contact, person=folded(contact), body=changed)


def _change_facts(session: Session, review: str, facts: Sequence[tuple[Fact, Fact | None]]) -> None:
    for old, new in facts:
        if new is None:
            session.run(DROP_FACT, review=review, old=old.id)
    for old, new in facts:
        if new is not None and new != old:
            session.run(CHANGE_FACT, review=review, old=old.id, new=new.id, body=write_fact(new))


def _change_outbox(
    session: Session, review: str, facts: Sequence[tuple[Fact, Fact | None]], *, person: Person, theirs: bool
) -> None:
    """What was sent is told no more: to them, about them, or in their words."""
    now = {old.id: new for old, new in facts if isinstance(new, Delivery)}
    for out in outbox.of_review(session, review):
        blank = theirs or out.delivery.purpose in TOLD_OF_OTHERS
        delivery = now.get(out.delivery.id, out.delivery)
        if blank or delivery != out.delivery:
            session.run(CHANGE_OUTGOING, **_outgoing(out, delivery, blank=blank))


def _outgoing(out: Outgoing, delivery: Delivery, *, blank: bool) -> dict[str, str]:
    final_words = out.reason if out.status == Outcome.DROPPED or not blank else ""
    return {
        "old": out.delivery.id,
        "new": delivery.id,
        "recipient": delivery.recipient.email.lower(),
        "seat": delivery.seat,
        "subject": "" if blank else out.subject,
        "sent_text": "" if blank else out.sent_text,
        "reason": final_words,
        "body": write_fact(delivery),
    }


def _drop_arrivals(session: Session, some: Sequence[tuple[str, str]]) -> Erased:
    return Erased(mails=sum(mails.forget(session, id, mail) for id, mail in some))


def _forget_rest(session: Session, *, person: Person, keep: bool) -> Erased:
    dropped = 0
    for statement in (MAILS_TO, ROUND_TRIP):
        session.run(statement, address=person.address)
    searched = pattern(quote_plus(person.address).lower())
    session.run(VIEWS, named=pattern(person.address), searched=searched)
    session.run(FINDINGS)
    session.run(ANSWERED)  # which of them tell of somebody nobody knows; that each was answered stays
    for row in session.rows(SUPPRESSIONS, address=person.address):
        if not (keep and read_suppression(row["body"]).reason != BOUNCED):  # what anybody wished, and took back
            dropped += session.run(DROP_SUPPRESSION, id=row["id"])
    return Erased(suppressions=dropped)
