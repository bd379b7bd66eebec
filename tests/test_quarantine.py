"""Mail without a home: what waits and why, who may see it, what becomes of it once it is filed, and its end."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from inbound.reader import LEASE, TRIES_MAX, Reader
from inbound.resolver import Resolver
from inbound.sweeping import sweep
from reviews.facts import AutoReply, Delivery, Message, Review
from reviews.links import Links
from reviews.log import Log
from reviews.model import By, DeliveryKind, Envelope
from reviews.tokens import Keys
from reviews.trust import QUARANTINE_DAYS
from store import Store, migrate_store, open_store, quarantine
from store.engines.sqlite import opened
from store.mails import QUARANTINED, UNREADABLE
from store.paging import NEWEST
from store.quarantine import Waiting
from tests.post_office import key_record, signed, written
from tests.story import ADA, CLOSED_AT, RULES, SAM, SECRETS, closing
from tests.web_house import Clock

DOMAIN = "reply.acme.example"
LINKS = Links(Keys(SECRETS), "https://care.acme.example", DOMAIN)
REVIEW = next(fact for fact in closing() if isinstance(fact, Review))
CUSTOMER = LINKS.customer_address(REVIEW.id)


def dns(name: str, kind: str) -> tuple[bytes, ...]:
    """customer.example proves all of its mail; acme.example signs, and asks for nothing."""
    known = {
        "_dmarc.customer.example": b"v=DMARC1; p=reject",
        "test._domainkey.customer.example": key_record("customer.example"),
        "test._domainkey.acme.example": key_record("acme.example"),
    }
    return (known[name],) if kind == "TXT" and name in known else ()


@dataclass
class Inside:
    """A store with one review, the reader behind the door, and a clock."""

    store: Store
    clock: Clock
    folder: Path
    resolver: Resolver = dns
    number: int = 0
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.store, LINKS.keys, DOMAIN, self.clock, self.resolver)

    async def arrive(self, raw: bytes, to: str = CUSTOMER, mail_from: str = ADA.email) -> None:
        """A mail is kept and read."""
        self.number += 1
        envelope = Envelope(self.clock.now, "192.0.2.1", "mx.x.example", mail_from, (to,), True)
        await self.store.keep_mail(id=f"arrival {self.number}", envelope=envelope, raw=raw)
        await self.reader.read_waiting()

    async def waiting(self) -> list[Waiting]:
        return await self.store.read(partial(quarantine.waiting, most=50, before=NEWEST))

    async def log(self) -> Log:
        log = await self.store.log(REVIEW.id)
        assert log
        return log

    async def file(self, id: str, review: str = REVIEW.id) -> bool:
        filed = await self.store.write(
            partial(quarantine.file, id=id, review=review, who="Lea Moss", at=self.clock.now)
        )
        await self.reader.read_waiting()
        return filed


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    await store.record_new(*closing())
    yield Inside(store, Clock(CLOSED_AT), tmp_path)
    await store.close()


def reply(text: str = "It still drops.", *, sender: str = f"Ada <{ADA.email}>", **headers: str) -> bytes:
    return written(sender=sender, to="x", subject="Re: VPN", text=text, **{"Message_ID": "<1@x>", **headers})


async def test_forged_mail_of_a_customer_counts_for_nothing_and_tells_nobody(inside: Inside) -> None:
    before = await inside.log()
    await inside.arrive(reply())
    assert await inside.log() == before
    [one] = await inside.waiting()
    assert (one.status, one.review, one.judged.verdict) == (QUARANTINED, REVIEW.id, "forged")
    assert one.reason.startswith("its sender is forged: customer.example proves all of its mail")
    assert (one.judged.sender, one.judged.subject, one.judged.text) == (
        f"Ada <{ADA.email}>",
        "Re: VPN",
        "It still drops.",
    )


async def test_a_filed_mail_becomes_what_it_would_have_been_with_the_verdict_of_its_arrival(inside: Inside) -> None:
    await inside.arrive(reply())
    [one] = await inside.waiting()
    inside.clock.forward(days=20)
    inside.reader = replace(inside.reader, resolver=lambda name, kind: ())  # the domain asks for nothing any more
    assert await inside.file(one.id)
    [message] = (await inside.log()).of(Message)
    assert (message.by, message.text, message.verdict) == (By.CUSTOMER, "It still drops.", "forged")
    assert (message.at, message.mark) == (CLOSED_AT, "put here by Lea Moss")
    listed = [d.purpose for d in (await inside.log()).of(Delivery)]
    assert listed[-2:] == [DeliveryKind.NOTICE, DeliveryKind.OVERDUE]
    assert await inside.waiting() == []


async def test_a_mail_that_names_no_review_joins_the_one_it_is_put_into(inside: Inside) -> None:
    await inside.arrive(signed(reply(), "customer.example"), to="care@acme.example")
    [one] = await inside.waiting()
    assert (one.reason, one.judged.verdict) == ("nothing in it names a review", "verified")
    assert await inside.file(one.id)
    [message] = (await inside.log()).of(Message)
    assert (message.verdict, message.proof) == ("verified", "signed by customer.example")


async def test_a_filed_absence_notice_stays_what_it_is(inside: Inside) -> None:
    await inside.arrive(reply("I am away.", Auto_Submitted="auto-replied"), to="care@acme.example")
    [one] = await inside.waiting()
    await inside.file(one.id)
    log = await inside.log()
    assert (len(log.of(Message)), len(log.of(AutoReply))) == (0, 1)


async def test_a_staff_answer_without_proof_is_held_even_if_it_is_forged(inside: Inside) -> None:
    await inside.arrive(signed(reply(), "customer.example"))
    notice = [d for d in (await inside.log()).of(Delivery) if d.purpose is DeliveryKind.NOTICE][-1]
    forged = reply("Pay here.", sender=f"Sam <{SAM.email}>", Message_ID="<2@x>")
    await inside.arrive(b"From: eve@evil.example\r\n" + forged, to=LINKS.staff_address(notice.seat))
    held = (await inside.log()).of(Message)[-1]
    assert (held.by, held.verdict, bool(held.held)) == (By.STAFF, "forged", True)
    assert await inside.waiting() == []


async def test_nothing_can_be_put_where_nothing_is(inside: Inside) -> None:
    await inside.arrive(reply())
    [one] = await inside.waiting()
    assert not await inside.file(one.id, review="a" * 26)
    assert not await inside.file("nothing")
    assert await inside.waiting() == [one]


async def test_what_is_filed_twice_is_one_message(inside: Inside) -> None:
    await inside.arrive(reply())
    [one] = await inside.waiting()
    assert [await inside.file(one.id), await inside.file(one.id)] == [True, False]
    assert len((await inside.log()).of(Message)) == 1


async def test_the_key_as_it_stood_on_arrival_is_kept(inside: Inside) -> None:
    await inside.arrive(signed(reply(), "customer.example"))
    judged = await inside.store.read(partial(quarantine.judged, arrival="arrival 1"))
    assert judged is not None
    assert (judged.verdict, judged.why, judged.text) == ("verified", "signed by customer.example", "")
    assert json.loads(judged.seen) == {"test._domainkey.customer.example": key_record("customer.example").decode()}


async def test_after_thirty_days_nobody_looked_and_it_is_gone_with_its_bytes(inside: Inside) -> None:
    await inside.arrive(reply("First."), to="care@acme.example")
    inside.clock.forward(days=1)
    await inside.arrive(reply("Second."), to="care@acme.example")
    [second, first] = await inside.waiting()
    inside.clock.now = CLOSED_AT + timedelta(days=QUARANTINE_DAYS, seconds=-1)
    assert await sweep(inside.store, inside.clock.now) == 0
    inside.clock.forward(seconds=2)
    assert await sweep(inside.store, inside.clock.now) == 1
    assert await inside.waiting() == [second]
    assert await inside.store.raw_mail(first.mail) is None
    assert await inside.store.raw_mail(second.mail)


async def test_bytes_that_another_arrival_has_stay(inside: Inside) -> None:
    raw = signed(reply(), "customer.example")
    await inside.arrive(raw, to="care@acme.example")
    await inside.arrive(raw)
    [one] = await inside.waiting()
    assert await inside.store.write(partial(quarantine.drop, id=one.id))
    [message] = (await inside.log()).of(Message)
    assert await inside.store.raw_mail(message.mail) == raw


async def test_a_mail_that_joined_one_review_of_two_leaves_the_list_but_not_the_store(inside: Inside) -> None:
    raw = signed(reply(), "customer.example")
    envelope = Envelope(
        CLOSED_AT, "192.0.2.1", "x.example", ADA.email, (CUSTOMER, LINKS.customer_address("a" * 26)), True
    )
    await inside.store.keep_mail(id="both", envelope=envelope, raw=raw)
    await inside.reader.read_waiting()
    [one] = await inside.waiting()
    assert one.reason == "its review is gone"
    inside.clock.forward(days=QUARANTINE_DAYS + 1)
    assert await sweep(inside.store, inside.clock.now) == 1
    assert await inside.waiting() == []
    assert await inside.store.raw_mail((await inside.log()).of(Message)[0].mail) == raw


async def test_a_mail_that_cannot_be_read_waits_with_its_bytes(inside: Inside) -> None:
    envelope = Envelope(CLOSED_AT, "192.0.2.1", "x.example", ADA.email, ("care@acme.example",), True)
    await inside.store.keep_mail(id="odd", envelope=envelope, raw=reply())
    with opened(inside.folder / "afterword.db") as db:
        db.execute("update mail set raw = 'a disk that gives back text for bytes'")
    for _ in range(TRIES_MAX):
        await inside.reader.read_waiting()
        inside.clock.forward(seconds=LEASE.total_seconds() + 1)
    [one] = await inside.waiting()
    assert (one.status, one.reason) == (UNREADABLE, "it could not be read (TypeError)")


async def test_pages_go_on_where_the_last_one_ended(inside: Inside) -> None:
    for number in range(5):
        inside.clock.forward(minutes=1)
        await inside.arrive(reply(str(number)), to="care@acme.example")
    first = await inside.store.read(partial(quarantine.waiting, most=3, before=NEWEST))
    rest = await inside.store.read(partial(quarantine.waiting, most=3, before=first[-1].cursor))
    assert [one.judged.text for one in (*first, *rest)] == ["4", "3", "2", "1", "0"]
    assert await inside.store.read(quarantine.count_waiting) == 5
