"""What becomes of the mails that fall due while the relay is away for a day?

The mailer runs in this process, by a clock that is wound on. When the relay is back, each mail that is still due goes
out once, no faster than the cap of an hour, and none whose ticket is too old to ask about.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bench.faults.clients.sink import Sink, opened_sink
from bench.faults.house import DOMAIN, SENDER, House, Place, build, closing
from bench.faults.ledger import Kept, Ledger
from bench.faults.trials.clock import Clock
from bench.ports import free_port
from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews.facts import Review
from reviews.schedule import too_old
from store import Store
from templates.brands import SHIPPED, read_brands

TICKETS = 60
PER_HOUR = 20
CONNECTIONS = 2
DAY, HOUR, STEP = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
SETTLED_WITHIN = timedelta(days=2)
"""After the relay is back: the longest wait between two attempts is four hours, and the cap lets all out in three."""
LATER = "451 4.3.2 Not now"


@dataclass
class Day:
    """One mailer by one clock, and what reached the relay when."""

    store: Store
    mailer: Mailer
    clock: Clock
    sent_at: list[tuple[str, datetime]] = field(default_factory=list)
    """The recipient of each copy, in their order."""

    async def pass_until(self, end: datetime, sink: Sink | None = None) -> None:
        """Let the time pass; the mailer looks at each step."""
        while self.clock.true < end:
            self.clock.true += STEP
            while await self.mailer.send_due():
                pass
            if sink:
                new = sink.taken[len(self.sent_at) :]
                self.sent_at += [(taken.recipient, self.clock()) for taken in new]


async def relay_away(place: Place, seed: int) -> Ledger:
    """A day nobody listens where the relay was, or it says "later"; then it is back."""
    chance, ledger = Random(seed), Ledger(struck=1)
    port = free_port()
    house = build(place, chance, smtp_port=port)
    async with _day(house, port) as day:
        begun = day.clock.true
        reviews = await _tickets(house, day, chance)
        await day.pass_until(begun + DAY * chance.uniform(0.3, 0.7))
        async with opened_sink(chance, port=port, thinking_seconds=0) as sink:
            sink.refusal = LATER
            await day.pass_until(begun + DAY, sink)
            sink.refusal = ""
            await day.pass_until(begun + DAY + SETTLED_WITHIN, sink)
        await _hold_against(house, day, reviews, ledger)
    return ledger


async def _tickets(house: House, day: Day, chance: Random) -> list[Review]:
    """Tickets whose surveys fall due during the day; a third of them grow too old to ask about within the next two."""
    reviews = []
    for number in range(TICKETS):
        age = house.rules.oldest - chance.uniform(0, 2) * DAY if chance.random() < 1 / 3 else timedelta(0)
        facts = closing(number, ask="now", at=day.clock(), rules=house.rules, age=age)
        await day.store.record_new(*facts)
        reviews += [fact for fact in facts if isinstance(fact, Review)]
    return reviews


async def _hold_against(house: House, day: Day, reviews: list[Review], ledger: Ledger) -> None:
    sent = dict(day.sent_at)
    copies = Counter(recipient for recipient, _ in day.sent_at)
    for review in reviews:
        kept = Kept("sent", review.id, review.contact.email)
        at = sent.get(review.contact.email)
        (mail,) = await day.store.deliveries(review.id)
        if at is None and mail.status == "dropped" and too_old(review.closed_at, now=day.clock(), rules=house.rules):
            continue
        ledger.kept.add(kept)
        if at is None:
            ledger.lost.append(f"never sent, and now {mail.status} ({mail.reason}): {' '.join(kept)}")
        elif too_old(review.closed_at, now=at - STEP, rules=house.rules):
            ledger.wrong.append(f"sent when it was too old to ask: {' '.join(kept)}")
        if copies[review.contact.email] > 1:
            ledger.doubled += copies[review.contact.email] - 1
            ledger.wrong.append(f"sent {copies[review.contact.email]} times: {' '.join(kept)}")
    fastest = max((sum(at - HOUR < one <= at for _, one in day.sent_at) for _, at in day.sent_at), default=0)
    ledger.measure(f"{{}} in the busiest hour, {PER_HOUR} allowed", fastest)
    if fastest > PER_HOUR:
        ledger.wrong.append(f"{fastest} went out within an hour, and {PER_HOUR} may")


@asynccontextmanager
async def _day(house: House, port: int) -> AsyncIterator[Day]:
    clock = Clock(datetime.now(UTC))
    brands = read_brands(SHIPPED)
    address = read_smtp_url(f"smtp://127.0.0.1:{port}?starttls=none")
    relays = [Relay(address, hostname=DOMAIN) for _ in range(CONNECTIONS)]
    async with house.store() as store:
        mailer = Mailer(store, Composer(brands, house.links, SENDER), relays, clock, per_hour=PER_HOUR)
        try:
            yield Day(store, mailer, clock)
        finally:
            for relay in relays:
                await relay.close()
