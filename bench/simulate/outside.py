"""Who has to do with us? A helpdesk, customers and their mail servers, and scanners that open every link."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any, Protocol, TypeVar

from bench.simulate.history import (
    CLOSED,
    COMMENTED,
    LOOKED,
    PRESSED,
    REOPENED,
    SCANNED,
    WROTE,
    Happening,
)
from bench.simulate.ledger import Ledger, Pressed
from bench.simulate.memory import Memory
from bench.simulate.processes import DOMAIN, RULES, Died, Process
from reviews import flow, hindsight
from reviews.doorstep import Doorstep
from reviews.events import ClosedTicket, Press
from reviews.facts import Fact, Hit, Review
from reviews.links import Links
from reviews.model import Envelope, Mode, Person, fact_id
from reviews.suspects import Suspicion
from reviews.tokens import Keys
from reviews.visits import Visit
from store import Store, StoreUnavailableError, UnknownReviewError
from store.doorsteps import Caller
from store.facts import read_review
from templates.brands import SHIPPED, Brand, read_brands
from web.door import Door
from web.tickets.closed import take

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
BRAND = "acme"
LINKS = Links(Keys(["a secret of simulations that guards nothing"]), "https://care.acme.example", DOMAIN)
ADA, SAM = Person("ada@customer.example", "Ada", "Customer Ltd", "en"), Person("sam@acme.example", "Sam")
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
AGAIN_SECONDS = 20.0
HELD = """select outbox.message_id as id, review.body as body from outbox join review on review.id = outbox.review
    where review.ticket = :ticket and outbox.purpose in ('invitation', 'reminder') order by review.closed_at"""

Result = TypeVar("Result")


@cache
def brands() -> dict[str, Brand]:
    """As shipped, read once."""
    return dict(read_brands(SHIPPED))


class Around(Protocol):
    """What they meet."""

    memory: Memory
    ledger: Ledger
    chance: Random
    web: Process
    inbound: Process

    def now(self) -> datetime:
        """What the clocks of our machines say."""

    def new_id(self) -> str:
        """An id of the door's."""


class Outside:
    """All of them."""

    def __init__(self, world: Around) -> None:
        self._world = world

    async def _told(self, work: Callable[[Store], Coroutine[Any, Any, Result]], *, tries: int = 20) -> Result:
        """A helpdesk, a mail server: it tries again until it is told that it is kept."""
        for number in range(tries):
            try:
                return await self._world.web.living(work(self._world.web.store))
            except (Died, StoreUnavailableError):
                await asyncio.sleep(AGAIN_SECONDS * (number + 1))
        raise AssertionError("nobody is told anything")

    # the helpdesk

    async def closed(self, one: Happening) -> None:
        id, closed_at = f"{one.ticket}", START + timedelta(seconds=one.at)
        ticket = ClosedTicket(BRAND, "zammad", id, one.word, closed_at, "VPN drops", ADA, SAM, "Network")
        taken = await self._told(lambda store: take(self._door(store), ticket, at=self._world.now(), teller="helpdesk"))
        self._world.ledger.closings.add(taken.review.id)

    def _door(self, store: Store) -> Door:
        return Door(
            store=store,
            links=LINKS,
            brands=brands(),
            brand=BRAND,
            clock=self._world.now,
            new_id=self._world.new_id,
            shuffled=lambda slots: tuple(self._world.chance.sample(slots, k=len(slots))),
        )

    async def reopened(self, one: Happening) -> None:
        review, at = review_of(one.ticket), START + timedelta(seconds=one.at)
        rule = partial(flow.ticket_reopened, at=at, told_at=self._world.now())
        with_unknown = self._told(lambda store: _recorded(store, review, rule))
        self._promised(await with_unknown)

    # customers, and who looks at their mail

    async def scanned(self, one: Happening) -> None:
        review = self._asked(one.ticket)
        if review:
            for link in review.slots:
                await self._visited(review, link, one.who)
                await asyncio.sleep(self._world.chance.uniform(0.01, 0.5))

    async def pressed(self, one: Happening) -> None:
        await self._on_the_page(one, Mode.BUTTON, trusted=True)

    async def looked(self, one: Happening) -> None:
        await self._on_the_page(one, Mode.AUTO, trusted=False)

    async def commented(self, one: Happening) -> None:
        review, hit = await self._page(one)
        if review and hit:
            press = Press(hit, "", Mode.COMMENT)
            rule = partial(flow.commented, press=press, words="Thanks.", at=self._world.now(), rules=RULES)
            self._promised(await self._once(lambda store: _recorded(store, review.id, rule)))

    async def _on_the_page(self, one: Happening, mode: Mode, *, trusted: bool) -> None:
        review, hit = await self._page(one)
        if review is None or not hit:
            return
        await asyncio.sleep(self._world.chance.uniform(1, 20))
        at = self._world.now()
        rule = partial(flow.voted, press=Press(hit, one.word, mode, trusted=trusted), at=at, rules=RULES)
        pressed = Pressed(at, review.id, one.word, one.who, looked=not trusted)
        self._world.ledger.presses.append(pressed)
        facts = await self._once(lambda store: _recorded(store, review.id, rule))
        pressed.told = facts is not None
        self._promised(facts)

    async def _page(self, one: Happening) -> tuple[Review | None, str]:
        """The review whose mail they have, and their page if it can vote."""
        review = self._asked(one.ticket)
        hit = await self._visited(review, one.word, one.who) if review else None
        return review, hit.id if hit and hit.page else ""

    async def _visited(self, review: Review, link: str, who: str) -> Hit | None:
        visit = Visit("GET", who, FIREFOX)
        at, id = self._world.now(), self._world.new_id()

        def rule(seen: Doorstep, shows: Sequence[Suspicion]) -> flow.Facts:
            opened = flow.link_opened(seen, hit=id, link=link, visit=visit, at=at, rules=RULES)
            return (*opened, *(hindsight.suspected(seen.review, one, at=at) for one in shows)) if opened else ()

        visited = await self._once(lambda store: store.visit(Caller(review.id, who, at, rule)))
        if visited is None:
            return None
        self._promised(visited.facts)
        return visited.hit

    async def _once(self, work: Callable[[Store], Coroutine[Any, Any, Result]]) -> Result | None:
        """A person sees that it failed, and does not wait; None."""
        try:
            return await self._world.web.living(work(self._world.web.store))
        except (Died, StoreUnavailableError):
            return None

    def _asked(self, ticket: int) -> Review | None:
        """The last review of that ticket whose question reached the customer."""
        held = {id for to, id in self._world.ledger.mails if to == ADA.email}
        rows = self._world.memory.session.rows(HELD, ticket=str(ticket))
        return next((_review(row["body"]) for row in reversed(rows) if row["id"] in held), None)

    async def wrote(self, one: Happening) -> None:
        """Their mail server brings a mail, until it is told that it was taken."""
        review = self._asked(one.ticket)
        if review is None:
            return
        id = fact_id("letter", str(one.ticket), one.word)
        to = LINKS.customer_address(review.id)
        raw = LETTER.format(sender=ADA.email, to=to, id=id, words=one.word).encode().replace(b"\n", b"\r\n")
        while True:
            envelope = Envelope(self._world.now(), "192.0.2.1", "mx.customer.example", ADA.email, (to,), True)
            keep = self._world.inbound.store.keep_mail(id=self._world.new_id(), envelope=envelope, raw=raw)
            try:
                await self._world.inbound.living(keep)
            except (Died, StoreUnavailableError):
                await asyncio.sleep(self._world.chance.uniform(1, 600))
                continue
            self._world.ledger.letters[f"{review.id} {id}"] += 1
            return

    def _promised(self, facts: Iterable[Fact] | None) -> None:
        for fact in facts or ():
            self._world.ledger.facts[fact.id] = fact.review


LETTER = """From: Ada <{sender}>
To: <{to}>
Subject: Re: VPN drops
Message-ID: <{id}@customer.example>
Content-Type: text/plain; charset=utf-8

{words}
"""


def review_of(ticket: int, closing: str = "1") -> str:
    """The id of a closing's review."""
    return fact_id("review", BRAND, "zammad", str(ticket), closing)


async def _recorded(store: Store, review: str, rule: flow.Rule) -> tuple[Fact, ...]:
    try:
        return (await store.record(review, rule)).new
    except UnknownReviewError:
        return ()


@cache
def _review(body: str) -> Review:
    return read_review(body)


DOES: dict[str, Callable[[Outside, Happening], Coroutine[Any, Any, None]]] = {
    CLOSED: Outside.closed,
    REOPENED: Outside.reopened,
    PRESSED: Outside.pressed,
    LOOKED: Outside.looked,
    COMMENTED: Outside.commented,
    SCANNED: Outside.scanned,
    WROTE: Outside.wrote,
}
