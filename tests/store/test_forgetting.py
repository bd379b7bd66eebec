"""Who is forgotten is nowhere any more, neither in the database's bytes nor in a backup; their numbers stay."""

import json
import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest

from reviews.clicks import decide
from reviews.facts import FACT_TYPES, Comment, Message, SnippetGiven
from reviews.forgotten import forgotten
from reviews.holds import Suppression
from reviews.model import (
    BOUNCED,
    BY_STAFF,
    COMPLAINED,
    LESS_OFTEN,
    ONLY_TROUBLE,
    UNSUBSCRIBED,
    By,
    Person,
)
from store import Endpoint, Store, Wanted, answered, calls, endpoints, views
from store.backup import back_up
from store.copying import OWN, TABLES
from store.engines import Session
from store.engines.dialect import SQLITE
from store.facts import load
from store.forgetting import Erased, forget, swept
from store.person import held
from store.recompute import recompute
from tests.store.keeping import Opening, comment, envelope, new_review, recording, seed
from tests.story import RULES, SAM, START, begun, later, one_of_each

ADDRESS = "grace.hopper@customer.example"
GRACE = Person(ADDRESS, "Grace Hopperson", "Customer Ltd", "de")
WORDS = ("Zanzibar", "Quetzalcoatl", "Xylophone")
GONE = (ADDRESS, "Hopperson", *WORDS)
PG_TABLES = "select tablename as name from pg_tables where schemaname = current_schema()"
LETTER = """insert into dead_letter (id, source, at, last_at, times, reason, headers, body)
    values ('letter', 'own', 0, 0, 1, '', '{}', :body)"""
RAW = f"From: Grace Hopperson <{ADDRESS}>\r\nSubject: Zanzibar\r\n\r\nQuetzalcoatl\r\n".encode()


async def told(store: Store) -> str:
    """A review of hers, with words in every place; its id."""
    review = await new_review(store, ticket="hers", contact=GRACE, subject=f"About {WORDS[0]}")
    words = comment(review.id, WORDS[1])
    said = Message(
        review.id, START, By.CUSTOMER, ADDRESS.title(), GRACE.name, "verified", "m@x", "b", "raw", *WORDS, mark="x"
    )
    await store.record(review.id, recording(words, replace(words, words=WORDS[2]), said))
    sha256 = await store.keep_mail(id="hers", envelope=envelope(mail_from=ADDRESS), raw=RAW * 3_000)
    await store.mark_arrival("hers", status="read", at=START, review=review.id)
    await store.keep_mail(id="astray", envelope=envelope(mail_from="bounce@lists.example"), raw=RAW)
    assert sha256
    await in_the_tables_beside(store, review.id)
    await store.write(lambda session: session.run(LETTER, body=b'{"mail": "' + ADDRESS.encode() + b'"}'))
    return review.id


async def in_the_tables_beside(store: Store, review: str) -> None:
    """An answer of the API that is kept, a saved view that looks for her, and what was told to others."""
    await store.write(partial(answered.begin, id="once", asked="hash", at=START, stale=START, old=START))
    body = json.dumps({"sender": {"address": ADDRESS}, "text": " ".join((GRACE.name, *WORDS))})
    await store.write(partial(answered.end, id="once", told=answered.Answered("hash", 201, {"location": "/x"}, body)))
    for name, query in (("hers", urlencode({"q": ADDRESS})), (f"of {ADDRESS}", "queue=unread"), ("mine", "queue=owed")):
        await store.write(partial(views.put, view=views.View(name, query), email=SAM.email, at=START))
    endpoint = Endpoint("desk", "webhook", "https://crm.example/hook", ("secret",), START)
    await store.write(partial(endpoints.set_endpoint, endpoint=endpoint, at=START))
    words = comment(review, " ".join(WORDS), at=START)
    await store.record(review, recording(words))
    await store.write(partial(calls.spread, recorder=store.recorder, now=later(60), most=9))


async def erased(store: Store, **more: bool) -> Erased:
    return await forget(store, ADDRESS, new_id=partial(secrets.token_hex, 16), at=later(), **more)


def holding(folder: Path) -> set[str]:
    """What of hers is still in the bytes of any file."""
    raw = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file()).lower()
    return {one for one in GONE if one.lower().encode() in raw}


async def test_not_a_byte_is_left_in_the_database_nor_in_a_backup(file: Path, sqlite_store: Store) -> None:
    for number in range(30):
        await new_review(sqlite_store, ticket=f"other {number}")
    await told(sqlite_store)
    assert holding(file.parent) == set(GONE)
    await erased(sqlite_store)
    assert swept(file)
    backup = file.parent / "backup"
    await back_up(file, backup, rules=RULES, clock=partial(later, hours=2), told=lambda done, all_: None)
    assert holding(file.parent) == set()


async def test_what_was_told_to_others_and_answered_to_programs_stays_without_her(store: Store) -> None:
    await told(store)
    await erased(store)
    again = partial(answered.begin, id="once", asked="hash", at=later(), stale=START, old=START)
    assert await store.write(again) == answered.Answered("hash", 201, {"location": "/x"}, "{}")
    assert [one.name for one in await store.read(partial(views.of_person, email=SAM.email))] == ["mine"]
    assert len(await store.read(partial(calls.page, most=9))) == 4  # what they tell is put together when it is told
    rows = await store.read(everything)
    assert [table for table, words in rows.items() if any(one.lower() in words for one in GONE)] == []


def everything(session: Session) -> dict[str, str]:
    """Every row of every table of the schema, as text in lower case."""
    known = TABLES if session.dialect.name == SQLITE.name else PG_TABLES
    names = [row["name"] for row in session.rows(known) if not row["name"].startswith(OWN)]
    texts = {name: session.rows(f"select * from {name}") for name in names}  # noqa: S608 - our own schema's names
    return {name: " ".join(str(list(row.values())) for row in rows).lower() for name, rows in texts.items()}


async def test_the_numbers_stay_and_agree_with_what_is_left(store: Store, opening: Opening) -> None:
    rated = await seed(opening)  # Ada's
    hers = await told(store)
    ada = (await store.log(rated)).review.contact.email  # type: ignore[union-attr]  # it was just recorded
    before = await store.timeline(rated)
    done = await forget(store, ada, new_id=partial(secrets.token_hex, 16), at=later(hours=1))
    await erased(store)
    assert done.reviews == 1
    assert await store.timeline(rated) == before
    assert before.steps
    found = recompute(store, mend=False, clock=partial(later, hours=2), told=lambda number: None)
    assert [difference async for difference in found] == []
    log = await store.log(hers)
    assert log
    assert log.review.contact.email.endswith("@forgotten.invalid")
    assert log.review.contact.company == GRACE.company


async def test_she_is_found_by_no_word_and_nothing_more_is_sent(store: Store) -> None:
    review = await told(store)
    assert await store.search(WORDS[1], Wanted(), now=later(), most=9)
    assert await store.claim(now=later(), most=0, lease=later() - START) == []
    assert await erased(store) == Erased(reviews=1, mails=2)
    assert await store.search(WORDS[1], Wanted(), now=later(), most=9) == []
    assert {out.status for out in await store.deliveries(review)} == {"dropped"}
    assert (await store.read(partial(held, address=ADDRESS))).told["reviews"] == []
    assert await erased(store) == Erased()


async def test_no_other_process_goes_on_with_what_it_knew(store: Store, neighbour: Store) -> None:
    review = await told(store)
    await neighbour.record(review, lambda log: ())
    await erased(store)
    seen = (await neighbour.record(review, lambda log: ())).log
    assert not [one for one in GONE if one in repr(seen)]


async def test_what_she_wrote_in_somebody_elses_review_is_gone_too(store: Store, neighbour: Store) -> None:
    review = await new_review(store)
    hers = Message(review.id, START, By.CUSTOMER, ADDRESS, GRACE.name, "verified", "m@x", "b", "raw", *WORDS)
    quoting = replace(hers, sender="ada@customer.example", sender_name="", text="Ah", trimmed=f"{ADDRESS} wrote:")
    await store.record(review.id, recording(hers, replace(quoting, subject="", mail="raw2", message_id="")))
    await neighbour.record(review.id, lambda log: ())
    await erased(store)
    log = (await neighbour.record(review.id, lambda log: ())).log
    assert not [one for one in GONE if one in repr(log)]
    assert [message.text for message in log.of(Message)] == ["", "Ah"]
    assert log.review == review


WISHES = (UNSUBSCRIBED, LESS_OFTEN, ONLY_TROUBLE, COMPLAINED, BY_STAFF)


@pytest.mark.parametrize("wish", WISHES)
async def test_what_she_wished_is_kept_where_that_is_wished(store: Store, wish: str) -> None:
    assert await standing_after(store, (wish, False), keep=True) == {wish}


async def test_else_her_wishes_are_forgotten_with_her(store: Store) -> None:
    assert await standing_after(store, *((wish, False) for wish in WISHES), keep=False) == set()


async def test_a_wish_taken_back_stays_taken_back_and_a_bounce_is_forgotten(store: Store) -> None:
    changes = ((UNSUBSCRIBED, False), (UNSUBSCRIBED, True), (BOUNCED, False))
    assert await standing_after(store, *changes, keep=True) == set()


async def standing_after(store: Store, *told_of: tuple[str, bool], keep: bool) -> set[str]:
    """What stands against asking her anew when she was forgotten after these were recorded."""
    review = await told(store)
    for turn, (reason, lifted) in enumerate(told_of):
        fact = Suppression("acme", ADDRESS, reason, f"{review}:{turn}", START, lifted)
        await store.record(review, recording(fact))
    await erased(store, keep_unsubscribed=keep)
    again = await new_review(store, contact=GRACE, ticket="the next")
    log = await store.log(again.id)
    assert log
    return set(log.standing)


async def test_staff_are_not_forgotten(store: Store) -> None:
    await new_review(store)
    with pytest.raises(ValueError, match="is of the staff"):
        await forget(store, SAM.email, new_id=partial(secrets.token_hex, 16), at=START)


async def test_all_that_is_held_on_her_can_be_read(store: Store) -> None:
    review = await told(store)
    found = await store.read(partial(held, address=ADDRESS))
    assert [one["id"] for one in found.told["reviews"]] == [review]
    assert not [word for word in GONE if word not in repr(found.told).lower() + repr(found.told)]
    assert len(found.mails) == 1
    assert await store.read(partial(load, review=review))


def test_every_kind_of_fact_is_without_words_and_decides_as_before() -> None:
    log = begun(one_of_each(words="Zanzibar"))
    address = log.review.contact.email.lower()
    review, facts = forgotten(log, address, pseudonym="x@forgotten.invalid")
    left = replace(log, review=review, facts=tuple(new for _, new in facts if new), suppressions=())
    assert {type(old) for old, _ in facts} | {type(review)} >= set(FACT_TYPES) - {Suppression, SnippetGiven}
    kept = repr(replace(review, team="", tags=(), contact=replace(review.contact, company="")))
    assert "Zanzibar" not in kept + repr([replace_company(fact) for fact in left.facts])
    assert address not in repr(left).lower()
    assert decide(left, RULES) == decide(log, RULES)
    assert left.of(Comment)


def replace_company(fact: object) -> object:
    """A delivery's recipient keeps their company, as the review does."""
    recipient = getattr(fact, "recipient", None)
    return replace(fact, recipient=replace(recipient, company="")) if recipient else fact  # type: ignore[type-var]
