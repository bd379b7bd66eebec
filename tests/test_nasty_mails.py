"""Four hundred mails made to hurt: each is taken as it came, read in a moment, and ends where somebody finds it."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from inbound.apart.child import CALLS
from inbound.apart.letters import look, words
from inbound.reader import Reader
from reviews import flow
from reviews.events import ClosedTicket
from reviews.facts import AutoReply, Bounce, Delivery, Message, Review
from reviews.links import Links
from reviews.model import SLOTS, TO_CUSTOMER, By, Envelope, Person
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Store, migrate_store, open_store, quarantine
from tests.nasty import MAILS
from tests.post_office import resolver
from tests.smtp_house import house

READ_SECONDS = 5
"""The slowest takes 0.6 s of a quiet processor; what is quadratic takes minutes. This tells the two apart anywhere."""
ADA = "ada@customer.example"
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LINKS = Links(Keys(["k" * 32]), "https://feedback.acme.example", "reply.acme.example")
SMALL_BYTES = 400_000


def test_there_are_enough_of_them() -> None:
    assert len(MAILS) >= 380
    assert all(
        b"\0" not in raw and raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n") for raw in MAILS.values()
    )


async def test_each_is_taken_and_kept_byte_for_byte() -> None:
    async with house() as here:
        client = await here.greeted()
        for title, raw in MAILS.items():
            stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
            assert await client.sends(stuffed + b".\r\n") == "250 2.0.0 OK", title
            assert here.shelf.kept.pop()[1] == raw, title


@pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS.keys())
def test_each_is_read_in_a_moment_and_what_was_read_can_be_kept(raw: bytes) -> None:
    begun = time.thread_time()
    seen = look(raw, mail_from=ADA, own_domains=("reply.acme.example",))
    said = words(raw, original="How did we do?\nVPN drops every hour", keys={})
    assert time.thread_time() - begun < READ_SECONDS
    for call, read in (("look", seen), ("words", said)):
        told = CALLS[call][1].dump_json(read)  # raises on a lone surrogate, which no database takes
        assert b"\\u0000" not in told
        assert CALLS[call][1].validate_json(told) == read


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=Rules(early=timedelta(0), delay=timedelta(0)), mail_domain="reply.acme.example")
    yield store
    await store.close()


async def test_each_ends_in_its_thread_or_waits_for_a_person(store: Store) -> None:
    small = {title: raw for title, raw in MAILS.items() if len(raw) < SMALL_BYTES}
    reviews = {title: await _asked(store, number) for number, title in enumerate(small)}
    for title, raw in small.items():
        recipients = (LINKS.customer_address(reviews[title].id),)
        envelope = Envelope(NOW, "192.0.2.1", "mx.customer.example", ADA, recipients, False)
        await store.keep_mail(id=reviews[title].id, envelope=envelope, raw=raw)
    reader = Reader(store, LINKS.keys, "reply.acme.example", lambda: NOW, resolver)
    while await reader.read_waiting():
        pass
    waiting = {one.review: one for one in await store.read(partial(quarantine.waiting, most=len(small)))}
    assert {reason.reason for reason in waiting.values()} == {"its sender is forged: it names more than one sender"}
    for title, raw in small.items():
        log = await store.log(reviews[title].id)
        assert log is not None
        ended: tuple[Message | AutoReply | Bounce, ...] = (*log.of(Message), *log.of(AutoReply), *log.of(Bounce))
        assert len(ended) == 1 or reviews[title].id in waiting, title
        for fact in ended:
            assert await store.raw_mail(fact.mail) == raw, title
        assert all(message.by is By.CUSTOMER for message in log.of(Message)), title
        assert not any(delivery.purpose in TO_CUSTOMER for delivery in log.of(Delivery)), title


async def _asked(store: Store, number: int) -> Review:
    ticket = ClosedTicket(
        *("acme", "zammad", f"{number}", "1", NOW, "VPN drops", Person(ADA, "Ada"), Person("sam@acme.example")),
        ask="never",
    )
    [review] = flow.ticket_closed(ticket, at=NOW, slots=SLOTS, rules=store.rules)
    assert isinstance(review, Review)
    await store.record_new(review)
    return review
