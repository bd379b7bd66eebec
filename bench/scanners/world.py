"""Where does a history happen? The real application on a SQLite file, a clock that is moved, anybody's requests."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bench.scanners.corpus import Corpus, Invitation
from reviews import flow
from reviews.events import ClosedTicket
from reviews.facts import Delivery, Review
from reviews.links import Links
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome, Person, slots_of
from reviews.networks import Networks
from reviews.rules import Rules
from reviews.sending import attempted
from reviews.tokens import Keys
from store import Settlement, Staff, Store, api_keys, migrate_store, open_store, people
from store.engines import Session
from templates.brands import SHIPPED, read_brands
from web.app import build_app, new_id
from web.door import Door

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
BASE_URL = "https://care.acme.example"
DOMAIN = "reply.acme.example"
SECRET = "a secret of histories that guards nothing at all"  # noqa: S105 - it guards nothing
API_KEY = "a key of histories"
STAFF = Staff("lea@acme.example", "Lea Moss", "lead", "Network")
SESSION = "the session of histories"
PEER = "127.0.0.1"
"""The proxy in front, which is trusted to say who asks."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass
class World:
    """The application, its clock, and how far the clock has gone."""

    door: Door
    http: httpx2.AsyncClient
    seconds: float = 0.0
    reviews: dict[str, Review] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    @property
    def store(self) -> Store:
        return self.door.store

    async def ask(self, name: str, *, scale: str) -> None:
        """Somebody is to be asked; when the mail goes out is told when its time comes."""
        contact, agent = Person(f"ada{len(self.reviews)}@customer.example"), Person("sam@acme.example")
        closed_at = START - timedelta(hours=1)
        ticket = ClosedTicket("acme", "zammad", str(len(self.reviews)), name or "own", closed_at, "VPN", contact, agent)
        facts = flow.ticket_closed(ticket, at=closed_at, slots=slots_of(scale), rules=self.door.rules)
        await self.store.record_new(*facts)
        self.reviews[name] = next(fact for fact in facts if isinstance(fact, Review))

    async def sent(self, name: str, seconds: float, *, attempt: int) -> None:
        """The invitation was handed over, once more."""
        log = await self.log(name)
        mail = next(mail for mail in log.of(Delivery) if mail.purpose is DeliveryKind.INVITATION)
        at = START + timedelta(seconds=seconds)
        done = attempted(mail, outcome=Outcome.SENT, attempt=attempt, composed_at=at, at=at)
        await self.store.settle(Settlement(done))

    def path(self, name: str, link: str) -> str:
        """The path of a rating link; `honeypot` is one of the links that nobody can see."""
        review, links = self.reviews[name], self.door.links
        url = links.rate(review).get(link) or links.decoys(review)[0]
        return url.removeprefix(BASE_URL)

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], data: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """One request, from the address that `X-Forwarded-For` names."""
        return await self.http.request(method, path, headers=dict(headers), data=dict(data) if data else None)

    async def log(self, name: str) -> Log:
        """Everything that is known of a review."""
        log = await self.store.log(self.reviews[name].id)
        assert log
        return log

    async def rating(self, name: str) -> dict[str, Any]:
        """What the API says of a rating."""
        answer = await self.http.get(
            f"/api/v1/reviews/{self.reviews[name].id}", headers={"Authorization": f"Bearer {API_KEY}"}
        )
        rating: dict[str, Any] = answer.raise_for_status().json()["rating"]
        return rating

    async def delivered(self, name: str) -> None:
        """The mail service says that the invitation arrived now."""
        url = f"/api/v1/reviews/{self.reviews[name].id}/delivered"
        key = {"Authorization": f"Bearer {API_KEY}"}
        (await self.http.post(url, json={"at": self.now.isoformat()}, headers=key)).raise_for_status()

    async def correct(self, name: str, form: Mapping[str, str]) -> httpx2.Response:
        """A member of staff who is signed in corrects the rating."""
        headers = {**FORM, "Cookie": f"__Host-afterword={SESSION}"}
        return await self.http.post(f"/reviews/{self.reviews[name].id}/rating", data=dict(form), headers=headers)


@asynccontextmanager
async def opened_world(folder: Path, networks: Networks, *, rules: Rules) -> AsyncIterator[World]:
    """A world in an empty folder."""
    url = f"sqlite:///{folder / 'afterword.db'}"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=rules, mail_domain=DOMAIN, affected_allowed=True)
    clock: list[World] = []
    door = Door(
        store=store,
        links=Links(Keys([SECRET]), BASE_URL, DOMAIN),
        brands=read_brands(SHIPPED),
        brand="acme",
        clock=lambda: clock[0].now,
        new_id=new_id,
        shuffled=lambda slots: slots,
        networks=networks,
    )
    app = ProxyHeadersMiddleware(build_app(door), trusted_hosts=PEER)  # type: ignore[arg-type]  # its own ASGI types
    transport = httpx2.ASGITransport(app, client=(PEER, 50_000))  # type: ignore[arg-type]
    try:
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            world = World(door, http)
            clock.append(world)
            await store.write(partial(api_keys.add_key, name="histories", secret=API_KEY, at=START))
            await store.write(partial(_sign_in, world=world))
            yield world
    finally:
        await store.close()


def _sign_in(session: Session, *, world: World) -> None:
    ever = START + timedelta(days=3_650)
    people.set_staff(session, STAFF, at=START)
    people.add_sign_in(session, "in", STAFF.email, client="", expires_at=ever)
    assert people.use_sign_in(session, "in", session_id=SESSION, expires_at=ever, now=START)


def table(corpus: Corpus) -> Networks:
    """The networks of a corpus, as the application knows them."""
    return Networks((one.cidr, "" if one.kind == "eyeball" else one.kind, one.label) for one in corpus.networks)


def rules_for(invitation: Invitation, rules: Rules) -> Rules:
    """The rules under which a case is told: its own expiry."""
    return replace(rules, expiry=timedelta(seconds=invitation.expires_at))
