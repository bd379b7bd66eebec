"""The mailer in a world of its own: a real store, a clock moved by hand, a real SMTP server at its other end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews import flow
from reviews.events import ClosedTicket
from reviews.facts import Review
from reviews.links import Links
from reviews.model import SLOTS, Person
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Outgoing, Store, migrate_store, open_store
from templates.brands import SHIPPED, read_brands
from tests.post_office import PostOffice, post_office

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
ADA = Person("ada@customer.example", "Ada Lovelace", "Customer Ltd")
SAM = Person("sam@acme.example", "Sam Smith")
KEYS = Keys(["k" * 32])
LINKS = Links(KEYS, "https://feedback.acme.example", "reply.acme.example")
RULES = Rules(early=timedelta(0), delay=timedelta(0))


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Outside:
    """A mailer over a real store, with a real SMTP server at its other end."""

    store: Store
    office: PostOffice
    mailer: Mailer
    clock: Clock = field(default_factory=Clock)

    async def closed(self, number: str = "48213", *, closed_at: datetime = NOW, **changes: object) -> Review:
        """A ticket that was closed and is asked about now."""
        ticket = ClosedTicket("acme", "zammad", number, number, closed_at, "VPN drops every hour", ADA, SAM, ask="now")
        ticket = replace(ticket, **changes)  # type: ignore[arg-type]  # each test names the fields it changes
        facts = flow.ticket_closed(ticket, at=self.clock(), slots=SLOTS, rules=RULES)
        await self.store.record_new(*facts)
        review = facts[0]
        assert isinstance(review, Review)
        return review

    async def the_delivery(self, review: Review) -> Outgoing:
        """The review's only delivery."""
        [outgoing] = await self.store.deliveries(review.id)
        return outgoing


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain="reply.acme.example")
    clock = Clock()
    async with post_office() as office:
        kept = Relay(read_smtp_url(f"smtp://127.0.0.1:{office.port}?starttls=none"), hostname="reply.acme.example")
        composer = Composer(read_brands(SHIPPED), LINKS, "care@acme.example")
        mailer = Mailer(store, composer, [kept], clock, per_hour=100)
        yield Outside(store, office, mailer, clock)
        await kept.close()
        await store.close()
