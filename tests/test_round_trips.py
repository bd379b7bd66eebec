"""Are the answers of a staff address to be relied on? A mail goes there, its answer shows it, `doctor` tells it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from inbound.reader import Reader
from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews.facts import Delivery
from reviews.links import Links
from reviews.model import DeliveryKind, Envelope
from reviews.tokens import Keys
from store import Store, migrate_store, open_store, quarantine, round_trips
from store.round_trips import RoundTrip
from templates.brands import SHIPPED, read_brands
from tests.post_office import post_office, resolver, signed, written
from tests.story import RULES, SAM, SECRETS, START
from tests.web_house import Clock

DOMAIN = "reply.acme.example"
LINKS = Links(Keys(SECRETS), "https://care.acme.example", DOMAIN)
TEST = Delivery("", START, DeliveryKind.ROUND_TRIP, "today", SAM, due_at=START)
ANSWERED = START + timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    await store.write(partial(round_trips.ask, address=SAM.email, at=START))
    await store.post(TEST, brand="acme")
    yield store
    await store.close()


async def sent(store: Store) -> str:
    """The test goes out; the address it asks to be answered to."""
    async with post_office() as office:
        relay = Relay(read_smtp_url(f"smtp://127.0.0.1:{office.port}?starttls=none"), hostname=DOMAIN)
        composer = Composer(read_brands(SHIPPED), LINKS, "care@acme.example")
        mailer = Mailer(store, composer, [relay], Clock(START))
        assert await mailer.send_due() == 1
        await relay.close()
        posted = office.to(SAM.email)[0]
    assert "Please answer this mail" in posted.text()
    return str(posted.mail["Reply-To"])


async def answered(store: Store, raw: bytes, to: str) -> list[RoundTrip]:
    """An answer comes in; what is known afterwards."""
    envelope = Envelope(ANSWERED, "192.0.2.1", "x.example", SAM.email, (to,), True)
    await store.keep_mail(id=str(len(raw)), envelope=envelope, raw=raw)
    await Reader(store, LINKS.keys, DOMAIN, Clock(ANSWERED), resolver).read_waiting()
    assert await store.read(quarantine.count_waiting) == 0
    return await store.read(round_trips.all_round_trips)


def answer(sender: str = f"Sam <{SAM.email}>", **headers: str) -> bytes:
    return written(sender=sender, to="x", subject="Re: Please answer", text="Here.", **headers)


PROVEN = RoundTrip(SAM.email, START, ANSWERED, "verified", "signed by acme.example")


@pytest.mark.parametrize(
    ("title", "raw", "expected"),
    [
        ("signed", signed(answer(), "acme.example"), PROVEN),
        (
            "unsigned",
            answer(),
            RoundTrip(SAM.email, START, ANSWERED, "unsigned", "nothing proves that acme.example sent it"),
        ),
        (
            "from elsewhere",
            signed(answer("Sam <sam@private.example>"), "private.example"),
            RoundTrip(SAM.email, START, ANSWERED, "unsigned", "it came from another address than the notice went to"),
        ),
        ("an absence notice", answer(Auto_Submitted="auto-replied"), RoundTrip(SAM.email, START)),
    ],
)
async def test_what_an_answer_shows(store: Store, title: str, raw: bytes, expected: RoundTrip) -> None:
    assert await answered(store, raw, await sent(store)) == [expected], title


async def test_a_proven_answer_is_not_undone_by_whoever_writes_later(store: Store) -> None:
    to = await sent(store)
    await answered(store, signed(answer(), "acme.example"), to)
    assert await answered(store, answer("Eve <eve@evil.example>"), to) == [PROVEN]
    await store.write(partial(round_trips.ask, address=SAM.email, at=ANSWERED))
    assert await store.read(round_trips.all_round_trips) == [RoundTrip(SAM.email, ANSWERED)]
