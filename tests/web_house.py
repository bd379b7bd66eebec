"""A web door for tests: the real application on a real SQLite file, a clock that is moved by hand, an HTTP client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp

from reviews.facts import Delivery, Fact, Review
from reviews.links import Links
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome
from reviews.rules import Rules
from reviews.sending import attempted
from reviews.tokens import Keys
from store import Settlement, Staff, Store, api_keys, migrate_store, open_store, people
from templates.brands import SHIPPED, read_brands
from tests.serving import serving
from tests.story import CLOSED_AT, RULES, SECRETS, START, closing
from web.app import build_app, new_id
from web.door import Door

KEY = "a key of the API for tests"
BASE_URL = "https://care.acme.example"
ADDRESS = "203.0.113.7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
SCRIPT = {**FORM, "Accept": "application/json"}


@dataclass
class Clock:
    """The time, as the test says it is."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class House:
    """The door, its store and its clock, and a client that stands before it."""

    door: Door
    store: Store
    clock: Clock
    client: httpx2.AsyncClient

    def from_address(self, address: str) -> httpx2.AsyncClient:
        """Another client, at that address."""
        app = build_app(self.door)
        return _client(app, base_url=self.links.base_url, address=address)

    @property
    def links(self) -> Links:
        return self.door.links

    async def asked(self, **changes: Any) -> Review:
        """A review whose invitation went out at START; the clock stands an hour later."""
        facts = closing(**changes)
        await self.record(*facts)
        review = next(fact for fact in facts if isinstance(fact, Review))
        invitation = next(fact for fact in facts if isinstance(fact, Delivery))
        await self.sent(invitation, at=START)
        self.clock.now = START + timedelta(hours=1)
        return review

    async def record(self, *facts: Fact) -> None:
        """Record a new review."""
        assert await self.store.record_new(*facts)

    async def sent(self, delivery: Delivery, *, at: datetime, wording: str = "") -> None:
        """That delivery was handed over, a question with those words."""
        settled = attempted(delivery, outcome=Outcome.SENT, attempt=1, composed_at=at, at=at, wording=wording)
        await self.store.settle(Settlement(settled))

    async def log(self, review: Review) -> Log:
        """Everything known of a review."""
        log = await self.store.log(review.id)
        assert log
        return log

    async def invitations(self, review: Review) -> int:
        """How many times the customer is asked."""
        deliveries = await self.store.deliveries(review.id)
        return sum(out.delivery.purpose is DeliveryKind.INVITATION for out in deliveries)

    async def add_staff(self, email: str = "lea@acme.example", name: str = "Lea Moss", **changes: Any) -> Staff:
        """Somebody who may sign in."""
        staff = replace(Staff(email, name, "lead", "Network"), **changes)
        await self.store.write(partial(people.set_staff, staff=staff, at=self.clock.now))
        return staff


def two_brands(house: House) -> House:
    """The same house with a second brand, which asks as the first does."""
    brands = {**house.door.brands, "zenith": replace(house.door.brands["acme"], key="zenith")}
    changed = replace(house, door=replace(house.door, brands=brands))
    return replace(changed, client=changed.from_address(ADDRESS))


def path_of(url: str) -> str:
    """A link of ours as a path for the client."""
    return url.removeprefix(BASE_URL)


@asynccontextmanager
async def opened_house(
    folder: Path, *, rules: Rules = RULES, base_url: str = BASE_URL, bundle_keys: tuple[str, ...] = ()
) -> AsyncIterator[House]:
    """A house on an empty store in that folder. Its client follows no redirect and sees no exception of the app."""
    url = f"sqlite:///{folder / 'afterword.db'}"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=rules, mail_domain="reply.acme.example", affected_allowed=True)
    clock = Clock(CLOSED_AT)
    door = Door(
        store=store,
        links=Links(Keys(SECRETS), base_url, "reply.acme.example"),
        brands=read_brands(SHIPPED),
        brand="acme",
        clock=clock,
        new_id=new_id,
        shuffled=lambda slots: tuple(reversed(slots)),
        bundle_keys=bundle_keys,
    )
    try:
        async with _client(build_app(door), base_url=base_url) as client:
            await store.write(partial(api_keys.add_key, name="test", secret=KEY, at=clock.now))
            yield House(door, store, clock, client)
    finally:
        await store.close()


@asynccontextmanager
async def served(door: Door, *, port: int = 0) -> AsyncIterator[int]:
    """The door on a real socket, by the real server; its port."""
    async with serving(build_app(door), port=port) as bound:
        yield bound


def _client(app: ASGIApp, *, base_url: str, address: str = ADDRESS) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
    return httpx2.AsyncClient(transport=transport, base_url=base_url, headers={"User-Agent": FIREFOX})
