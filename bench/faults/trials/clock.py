"""What is left when the clock is set back an hour or a day, or is a day ahead, and another machine's is a minute apart?

The doors take their clock as an argument, so this trial runs them in one process, on real sockets where there are any,
and turns the clock between any two events. The mailer and the reader have a watch of their own, as on another machine.
Nothing may be lost or doubled, and no link that was mailed is refused.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import httpx2

from bench.faults.audit import hold_against_record
from bench.faults.clients.customers import BROWSER, NONCE, Caller, WrongAnswer, close_ticket, rate
from bench.faults.clients.senders import Mail, MailServer, written
from bench.faults.clients.sink import Sink, opened_sink
from bench.faults.house import DOMAIN, SENDER, House, Place, add_key, build, closing
from bench.faults.ledger import Kept, Ledger
from inbound.__main__ import keep
from inbound.reader import LEASE, Reader
from inbound.recipients import Recipients
from inbound.smtp.door import Door as SmtpDoor
from inbound.smtp.server import serve
from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews.facts import Review
from store import Store, StoreFullError
from templates.brands import SHIPPED, read_brands
from web.app import build_app, new_id, shuffled
from web.door import Door

EVENTS = 60
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TURNS = (-DAY, -HOUR, timedelta(0), timedelta(0), DAY, timedelta(minutes=-10))
"""Where the clock may stand, against the true time."""
SKEWS = (timedelta(seconds=60), timedelta(seconds=-60), timedelta(0))
"""How far the other machine's clock is from it."""
STEP = timedelta(seconds=30)
"""True time from one event to the next."""
LINES_MAX = 20


@dataclass
class Clock:
    """The machine's clock: the true time, and how far it is off."""

    true: datetime
    off: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.true + self.off


@dataclass(frozen=True)
class Watch:
    """The clock of another machine, so far apart from the first."""

    clock: Clock
    apart: timedelta

    def __call__(self) -> datetime:
        return self.clock() + self.apart


@dataclass
class World:
    """The doors of one process, and what was told to whom."""

    house: House
    ledger: Ledger
    clock: Clock
    chance: Random
    caller: Caller
    server: MailServer
    mailer: Mailer
    reader: Reader
    store: Store
    sink: Sink
    closed: int = 0
    asked: list[Review] = field(default_factory=list)
    mailed: list[Mail] = field(default_factory=list)

    async def ticket_closes(self) -> None:
        """A helpdesk closes a ticket, whose invitation is due at once."""
        facts = closing(self.closed, ask="now", at=self.clock(), rules=self.house.rules)
        self.closed += 1
        await self.store.record_new(*facts)
        review = next(fact for fact in facts if isinstance(fact, Review))
        await self.ledger.keep(Kept("ticket", review.id, review.ticket))
        self.asked.append(review)

    async def mails_go_out(self) -> None:
        """The mailer looks."""
        while await self.mailer.send_due():
            pass

    async def link_opens(self) -> None:
        """A customer whose mail went out opens its link, and must be able to rate, if not at once then soon after."""
        sent = [review for review in self.asked if await _sent(self.store, review)]
        review = self.chance.choice(sent)
        if not await self._can_rate(review):
            self.clock.true += self.house.rules.skew
        if await self._can_rate(review):
            await rate(self.caller, review)
        else:
            self.ledger.wrong.append(f"a link that was mailed was refused, the clock being {self.clock.off} off")

    async def _can_rate(self, review: Review) -> bool:
        link = next(iter(self.house.links.rate(review).values()))
        page = await self.caller.ask("GET", link.removeprefix(self.house.links.base_url))
        return bool(NONCE.search(page.text))

    async def ticket_is_told(self) -> None:
        """A helpdesk tells by the API."""
        await close_ticket(self.caller)

    async def mail_comes(self) -> None:
        """A customer answers, or the server that brought an answer brings it again."""
        if self.mailed and self.chance.random() < 0.3:
            mail = self.chance.choice(self.mailed)
        elif self.asked:
            review = self.chance.choice(self.asked)
            mail = written(self.house, review.id, self.chance, lines_max=LINES_MAX)
            self.mailed.append(mail)
        else:
            return
        await self.server.deliver(mail)

    async def mails_are_read(self) -> None:
        """The reader looks."""
        while await self.reader.read_waiting():
            pass


async def clock_turns(place: Place, seed: int) -> Ledger:
    """The clock jumps between events."""
    chance, ledger = Random(seed), Ledger()
    async with opened_sink(Random(seed)) as sink:
        house = build(place, chance, smtp_port=sink.port)
        await add_key(house)
        async with _world(house, ledger, chance, sink) as world:
            await world.ticket_closes()
            world.clock.true += max(SKEWS)  # by then the other machine takes it for due, too
            await world.mails_go_out()
            for _ in range(EVENTS):
                await _event(world)
            await _days_later(world)
        twice = [message for message, copies in sink.copies.items() if copies > 1]
        ledger.wrong += [f"{message} went out more than once" for message in twice]
        if len(sink.copies) < world.closed:
            ledger.lost.append(f"of {world.closed} invitations {len(sink.copies)} mails went out")
    await hold_against_record(house, ledger)
    return ledger


async def _event(world: World) -> None:
    world.clock.true += STEP
    off = world.chance.choice(TURNS)
    world.ledger.struck += off != world.clock.off
    world.clock.off = off
    happens = world.chance.choice(
        (
            world.ticket_closes,
            world.mails_go_out,
            world.link_opens,
            world.link_opens,
            world.ticket_is_told,
            world.mail_comes,
            world.mails_are_read,
        )
    )
    try:
        await happens()
    except WrongAnswer as error:
        world.ledger.wrong.append(f"{error}, the clock being {world.clock.off} off")


async def _days_later(world: World) -> None:
    """The clock is right again, and whatever waited for an hour that had been ahead comes due."""
    world.clock.off = timedelta(0)
    for _ in range(3):
        world.clock.true += DAY + LEASE
        await world.mails_go_out()
        await world.mails_are_read()


async def _sent(store: Store, review: Review) -> bool:
    log = await store.log(review.id)
    return bool(log and log.sends)


@asynccontextmanager
async def _world(house: House, ledger: Ledger, chance: Random, sink: Sink) -> AsyncIterator[World]:
    clock = Clock(datetime.now(UTC))
    watch = Watch(clock, chance.choice(SKEWS))
    brands = read_brands(SHIPPED)
    async with house.store() as store:
        reader = Reader(store, house.links.keys, DOMAIN, watch, None)
        accept = partial(keep, store=store, reader=reader)
        recipient = Recipients(house.links.keys, DOMAIN, frozenset({SENDER})).refusal
        door = SmtpDoor(accept=accept, recipient=recipient, clock=clock, full=(StoreFullError,))
        smtp = await serve(door, "127.0.0.1", house.inbound_port, hostname=DOMAIN)
        app = build_app(Door(store, house.links, brands, "acme", clock, new_id, shuffled))
        relay = Relay(read_smtp_url(f"smtp://127.0.0.1:{sink.port}?starttls=none"), hostname=DOMAIN)
        mailer = Mailer(store, Composer(brands, house.links, SENDER), [relay], watch)
        server = MailServer(house, ledger, chance)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app),
            base_url=house.links.base_url,
            timeout=60,
            headers={"User-Agent": BROWSER},
        ) as http:
            caller = Caller(house, ledger, chance, http)
            yield World(house, ledger, clock, chance, caller, server, mailer, reader, store, sink)
        server.close()
        await relay.close()
        await smtp.close()
