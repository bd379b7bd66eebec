"""From every schema there ever was, with data in it, all comes along: facts, mails, people, what is derived."""

import hashlib
import json
from functools import partial

import pytest

from reviews.clicks import decide
from reviews.facts import Delivery, Fact, Review
from reviews.holds import Suppression
from reviews.log import Log
from store import Session, Store, migrate_store, open_store, schema
from store.engines import Value
from store.people import secret_hash
from store.recompute import recompute
from store.rows import micros, write_envelope, write_fact, write_step
from tests.store.keeping import DOMAIN, envelope
from tests.story import RULES, START, later, one_of_each

RAW = b"Subject: x\r\n\r\nwords\r\n"
SHA256 = hashlib.sha256(RAW).hexdigest()
REVIEW = """insert into review (id, brand, source, ticket, contact, agent, team, closed_at, at, body)
    values (:id, :brand, 'zammad', :ticket, :contact, :agent, '', :at, :at, :body)"""
FACT = "insert into fact (id, review, kind, at, body) values (:id, :review, :kind, :at, :body)"
SUPPRESSION = "insert into suppression (id, brand, address, body) values (:id, :brand, :address, :body)"
STEP = """insert into step (review, number, at, status, value, grade, body)
    values (:review, :number, :at, :status, :value, :grade, :body)"""
OUTGOING = """insert into outbox (id, review, brand, purpose, recipient, seat, message_id, status, due_at, body)
    values (:id, :review, 'acme', :purpose, :recipient, :seat, 'm1@x', 'deferred', :at, :body)"""
MAIL = "insert into mail (sha256, size_bytes, raw) values (:sha256, :size, :raw)"
ARRIVAL = """insert into arrival (id, mail, at, envelope, status, due_at)
    values ('arrival', :sha256, :at, :envelope, 'quarantined', :at)"""
PEOPLE = (
    "insert into staff (email, name, role, team, at) values ('lea@acme.example', 'Lea', 'lead', '', 0)",
    "insert into source (id, brand, secret, mapping, at) values ('own', 'acme', 'a secret', '{}', 0)",
    "insert into brake (brand, per_hour) values ('acme', 7)",
)


def opened(url: str) -> Store:
    return open_store(url, rules=RULES, mail_domain=DOMAIN)


def as_the_first_version_wrote(session: Session, log: Log, suppression: Suppression, delivery: Delivery) -> None:
    """Something in every table that the first schema has, by statements of that time."""
    review = log.review
    head: dict[str, Value] = {"id": review.id, "brand": review.brand, "ticket": review.ticket, "at": micros(review.at)}
    agent = review.agent.email if review.agent else ""
    session.run(REVIEW, **head, contact=review.contact.email.lower(), agent=agent, body=write_fact(review))
    for fact in log.facts:
        _fact(session, fact)
    told: dict[str, Value] = {"id": suppression.id, "brand": suppression.brand, "address": suppression.address}
    session.run(SUPPRESSION, **told, body=write_fact(suppression))
    for number, step in enumerate(decide(log, RULES).steps):
        row: dict[str, Value] = {"at": micros(step.at), "status": step.status, "value": step.value, "grade": step.grade}
        session.run(STEP, review=review.id, number=number, **row, body=write_step(step))
    out: dict[str, Value] = {"id": delivery.id, "review": review.id, "purpose": delivery.purpose, "seat": delivery.seat}
    recipient = delivery.recipient.email.lower()
    session.run(OUTGOING, **out, recipient=recipient, at=micros(START), body=write_fact(delivery))
    session.run(MAIL, sha256=SHA256, size=len(RAW), raw=RAW)
    session.run(ARRIVAL, sha256=SHA256, at=micros(START), envelope=write_envelope(envelope()))
    session.run("insert into api_key (name, sha256, at) values ('helpdesk', :hash, 0)", hash=secret_hash("a secret"))
    for statement in PEOPLE:
        session.run(statement)


def _fact(session: Session, fact: Fact) -> None:
    row: dict[str, Value] = {"id": fact.id, "review": fact.review, "kind": fact.kind, "at": micros(fact.at)}
    session.run(FACT, **row, body=write_fact(fact))


@pytest.mark.parametrize("known", range(1, len(schema.MIGRATIONS)))
async def test_all_that_was_there_comes_along(url: str, known: int, monkeypatch: pytest.MonkeyPatch) -> None:
    review, *facts = one_of_each("W\u00f6rter")
    assert isinstance(review, Review)
    suppression = next(fact for fact in facts if isinstance(fact, Suppression))
    log = Log(review, tuple(fact for fact in facts if not isinstance(fact, Suppression)))
    (delivery,) = log.of(Delivery)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:known])
        migrate_store(url)
        old = opened(url)
        write = partial(as_the_first_version_wrote, log=log, suppression=suppression, delivery=delivery)
        await old.write(write)
        if "0012_staff" in schema.NAMES[:known]:  # from then on somebody had to know them
            await old.write(lambda session: session.run("update staff set confirmed_at = at"))
        await old.close()
    assert migrate_store(url) == schema.NAMES[known:]
    store = opened(url)
    assert await store.log(review.id) == Log(review, log.facts, (suppression,))
    assert await store.timeline(review.id) == decide(log, RULES)
    assert [out.delivery for out in await store.deliveries(review.id)] == [delivery]
    assert await store.raw_mail(SHA256) == RAW
    assert await store.key_name("a secret") == "helpdesk"
    assert [one.name for one in await store.all_staff()] == ["Lea"]
    assert (await store.brake("acme")).per_hour == 7
    source = await store.source("own")
    assert source
    assert json.dumps(source.mapping) == "{}"
    soon = partial(later, days=1)
    assert [one async for one in recompute(store, mend=True, clock=soon, told=lambda number: None)]
    assert [one async for one in recompute(store, mend=False, clock=soon, told=lambda number: None)] == []
    await store.close()
