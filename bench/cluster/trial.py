"""What is left after so many kills of the primary and cuts of a host, under load? And how long was the service away?"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.cluster.balancer import balanced
from bench.cluster.engine import Cluster, needed
from bench.cluster.hosts import GATEWAY, Host, network
from bench.cluster.means import DOORS, Doors, Means, cut, killed
from bench.faults.audit import all_read, hold_against_record
from bench.faults.clients.customers import customers
from bench.faults.clients.senders import senders
from bench.faults.clients.sink import Sink, Taken, opened_sink
from bench.faults.house import House, Place, add_key, build
from bench.faults.ledger import Ledger
from bench.faults.trials.endings import GOES_ON_AFTER
from bench.faults.trials.sending import OUTBOX
from store import Session
from store.engines import Row
from store.rows import micros

HOSTS, WITH_DOORS = 3, 2
REVIEWS = 2_000
"""Enough that none meets a limit on its votes or messages in half an hour."""
THINKING_SECONDS = 0.3
CALM_SECONDS = (2.0, 6.0)
"""Between two strikes, once the cluster is whole again."""
AWAY_SECONDS = (1.0, 45.0)
"""How long what was killed stays away, or the cable out: shorter and longer than a primary's lease."""
BACK_SECONDS_MAX = 60.0
PATIENCE_SECONDS = 240.0
LOOK_SECONDS = 0.5
WAITING = "select 1 as waiting from outbox where status in ('due', 'claimed') and due_at <= :now limit 1"
EXCUSE_SECONDS = 10.0
"""So long before a strike a mail may have gone out that is not yet marked sent."""


@dataclass(frozen=True, slots=True)
class Struck:
    """One strike: what, where, from when until when by the clock that only goes forward, and how soon all clients were
    served again."""

    what: str
    host: str
    at: float
    back_seconds: float
    whole_at: float

    def excuses(self, taken: Taken) -> bool:
        """Whether a mail that was taken then may have to go out again."""
        return self.at - EXCUSE_SECONDS <= taken.at <= self.whole_at


@dataclass
class Trial:
    """One run."""

    cluster: Cluster
    doors: Doors
    house: House
    sink: Sink
    chance: Random
    tell: Callable[[str], None]
    ledger: Ledger = field(default_factory=lambda: Ledger(patience_seconds=PATIENCE_SECONDS))
    struck: list[Struck] = field(default_factory=list)

    async def run(self, *, kills: int, cuts: int) -> None:
        """So many of each, in random order, under load; then everything is held against the record."""
        kept_up = asyncio.create_task(self.doors.keep_up())
        async with self._under_load():
            await self.ledger.reached(GOES_ON_AFTER, seconds=PATIENCE_SECONDS)
            for what in self.chance.sample(["kill"] * kills + ["cut"] * cuts, kills + cuts):
                await self.cluster.whole()
                await asyncio.sleep(self.chance.uniform(*CALM_SECONDS))
                await self._strike(what)
        await self._settled()
        kept_up.cancel()
        for host in self.doors.hosts:
            for door in DOORS:
                if code := await host.stop(door):
                    self.ledger.wrong.append(f"{door} of {host.name} ended with {code}")
        await hold_against_record(self.house, self.ledger)
        await self._hold_against_outbox()

    @asynccontextmanager
    async def _under_load(self) -> AsyncIterator[None]:
        reviews = await self.house.closed_tickets(REVIEWS, ask="embedded")
        ports = {"web": self.house.web_port, "inbound": self.house.inbound_port}
        async with balanced(self.house.folder, self.doors.hosts, **ports), AsyncExitStack() as loads:
            for load in (customers, senders):
                await loads.enter_async_context(
                    load(self.house, self.ledger, self.chance, reviews, thinking_seconds=THINKING_SECONDS)
                )
            yield

    async def _strike(self, what: str) -> None:
        primary = await self.cluster.primary()
        host = primary if what == "kill" else self.chance.choice((primary, *self.cluster.hosts))
        means = killed(self.cluster, self.doors, host, self.chance) if what == "kill" else cut(host, primary)
        at = time.monotonic()
        await means.strike()
        self.ledger.struck += 1
        served = asyncio.create_task(self._served_again(at))
        await asyncio.sleep(self.chance.uniform(*AWAY_SECONDS))
        await means.mend()
        back_seconds = await served
        await self.cluster.whole()
        self._note(means, Struck(means.name, host.name, at, back_seconds, time.monotonic()))

    def _note(self, means: Means, struck: Struck) -> None:
        self.struck.append(struck)
        self.ledger.measure("back after {} s", struck.back_seconds)
        self.tell(
            f"{struck.what} ({struck.host}): served again after {struck.back_seconds:.1f} s, whole after"
            f" {struck.whole_at - struck.at:.0f} s; {len(self.ledger.kept):,} acknowledged so far"
        )
        if struck.back_seconds > BACK_SECONDS_MAX:
            self.ledger.wrong.append(f"{means.name}: served again only after {struck.back_seconds:.0f} s")

    async def _served_again(self, at: float) -> float:
        """Seconds until as many things were acknowledged as all clients together ask for in some turns."""
        await self.ledger.reached(len(self.ledger.kept) + GOES_ON_AFTER, seconds=PATIENCE_SECONDS)
        return time.monotonic() - at

    async def _settled(self) -> None:
        """Wait until every mail that came in is read, and every one that is due went out."""
        await self.house.wind_on()
        await all_read(self.house, seconds=PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS), self.house.store() as store:
            while await store.read(_waiting):
                await asyncio.sleep(LOOK_SECONDS)

    async def _hold_against_outbox(self) -> None:
        async with self.house.store() as store:
            status = {row["message_id"]: row["status"] for row in await store.read(_outbox)}
        for message in sorted(status):
            if status[message] == "sent" and not self.sink.copies[message]:
                self.ledger.lost.append(f"marked sent, and never sent: {message}")
        self.ledger.wrong += [f"not in the outbox: {message}" for message in sorted(self.sink.copies.keys() - status)]
        self.ledger.doubled += sum(copies - 1 for copies in self.sink.copies.values())
        excused = list(self._excused())
        self.ledger.excused += len(excused)
        for message, copies in self.sink.copies.items():
            if copies > 1 + excused.count(message):
                self.ledger.wrong.append(f"{message} went out {copies} times without excuse")

    def _excused(self) -> Iterator[str]:
        """The Message-IDs of copies that no sender of mail could have spared, each as often as it has an excuse: it was
        under way at a strike, and the only such mail of its connection (RFC 1047)."""
        again = {message for message, copies in self.sink.copies.items() if copies > 1}
        for struck in self.struck:
            under_way = {
                (taken.connection, taken.message_id)
                for taken in self.sink.taken
                if taken.message_id in again and struck.excuses(taken)
            }
            alone = Counter(connection for connection, _ in under_way)
            yield from (message for connection, message in under_way if alone[connection] == 1)


async def run(folder: Path, *, seed: int, kills: int, cuts: int, tell: Callable[[str], None]) -> Trial:
    """One trial in that folder. Skipped says what it needs."""
    needed()
    chance = Random(seed)
    with network(folder, HOSTS) as hosts:
        cluster = Cluster(hosts)
        try:
            await cluster.start()
            tell("three databases and their etcd are up")
            async with opened_sink(Random(seed), host=GATEWAY) as sink:
                trial = await _made(folder, cluster, hosts, sink, chance, tell)
                await trial.run(kills=kills, cuts=cuts)
                return trial
        finally:
            await cluster.close()


async def _made(
    folder: Path, cluster: Cluster, hosts: list[Host], sink: Sink, chance: Random, tell: Callable[[str], None]
) -> Trial:
    house = build(Place(folder, cluster.url()), chance, smtp_port=sink.port)
    await add_key(house)
    doors = Doors(sys.executable, folder, sink.port, cluster, tuple(hosts[:WITH_DOORS]))
    for host in doors.hosts:
        await doors.start_on(host)
    return Trial(cluster, doors, house, sink, chance, tell)


def _waiting(session: Session) -> bool:
    """Whether a mail is due; what is meant for tomorrow is not."""
    return bool(session.rows(WAITING, now=micros(datetime.now(UTC))))


def _outbox(session: Session) -> list[Row]:
    return session.rows(OUTBOX)
