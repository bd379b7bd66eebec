"""Does the arithmetic of docs/scale.md hold? `python -m bench.capacity`: queues as they are simulated, beside measured.

Three queues, each on the real store: visits that wait for the interpreter and their group's commit, mails that wait for
the relay, and ratings that wait for their time. The first two are simulated event by event from costs that are measured
beforehand; the third is Little's law (L = lambda W; Little 1961).
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heapreplace
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import NamedTuple

import structlog

from bench.faults.clients.sink import Sink, opened_sink
from bench.house import AGO, DOMAIN, LINKS, asked, opened
from bench.interpreter import Cost, waits
from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews import flow
from reviews.counting import AGENT, Measure
from reviews.events import Press
from reviews.model import Mode
from reviews.rules import Rules
from reviews.visits import Visit
from store import Asked, Store
from store.engines.group_commit import GROUP_MAX
from templates.brands import SHIPPED, read_brands

RULES = Rules()
BROWSER = Visit("GET", "client", {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko Firefox/145.0"})
REVIEWS = 4_000
"""A record that is visited all the time grows, and costs more with each visit: so there are many."""
SHARES = (0.15, 0.3)
"""Of what one process can do, how much is asked of it."""
HAND_OVERS = 1_000
WARMING_PER_SECOND = 1_000
PATIENCE_SECONDS = 120
SECONDS = 6.0
CALIBRATIONS = 9
MAILS, CONNECTIONS, RELAY_SECONDS = 600, 10, 0.05
RATED_PER_HOUR, HOURS = 120, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as it was simulated and as it was measured."""

    what: str
    simulated: float
    measured: float
    unit: str

    def __str__(self) -> str:
        ratio = self.measured / self.simulated if self.simulated else float("nan")
        return f"| {self.what} | {self.simulated:,.1f} {self.unit} | {self.measured:,.1f} {self.unit} | {ratio:.2f} |"


def main() -> None:
    """Measure, simulate, and tell both."""
    argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__).parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.stdout.write("| what | simulated | measured | measured / simulated |\n|---|---|---|---|\n")
    for part in (writes, mails, ratings):
        with tempfile.TemporaryDirectory(prefix="afterword-capacity-") as folder:
            for row in asyncio.run(part(Path(folder) / "afterword.db")):
                sys.stdout.write(f"{row}\n")
                sys.stdout.flush()


async def writes(file: Path) -> list[Row]:
    """How long a visit waits until it is on disk, when visits come by chance (Poisson); a group of those that wait
    is one commit."""
    store, chance, rows = opened(file), Random(1), []
    visit = await _visits(store, chance)
    await _measured(visit, [number / WARMING_PER_SECOND for number in range(REVIEWS)])
    cost = await _calibrated(visit)
    for share in SHARES:
        rate = share * cost.most_per_second
        arrivals = list(_poisson(chance, rate, SECONDS))
        simulated, measured = waits(arrivals, cost), await _measured(visit, arrivals)
        for name, figure in (("median", median), ("p99", _p99)):
            told = f"a visit waits, {name}, at {share:.0%} of one process ({rate:,.0f} visits/s)"
            rows.append(Row(told, figure(simulated) * 1e3, figure(measured) * 1e3, "ms"))
    await store.close()
    return rows


async def mails(file: Path) -> list[Row]:
    """How long the outbox takes to empty when the relay takes its time over each mail: mails of one connection go one
    after the other."""
    now = datetime.now(UTC)
    store = opened(file)
    for number in range(MAILS):
        review, invitation, _ = asked(number, at=now - AGO)
        await store.record_new(review, invitation)
    chance = Random(2)
    async with opened_sink(chance, thinking_seconds=0) as sink:
        alone = await _emptied(store, sink, until=MAILS // 3)
        gone = len(sink.copies)
        sink.thinking_seconds = RELAY_SECONDS * 2
        took = await _emptied(store, sink, until=MAILS)
    await store.close()
    services = [chance.uniform(0, RELAY_SECONDS * 2) for _ in range(MAILS - gone)]
    simulated = drained(services, own=alone / (MAILS // 3))
    each = f"a relay that takes {RELAY_SECONDS * 1e3:.0f} ms for each"
    return [Row(f"{len(services)} mails over {CONNECTIONS} connections to {each}", simulated, took, "s")]


def drained(services: Sequence[float], *, own: float) -> float:
    """The seconds until all are sent: each connection takes the next when it is free, and all share one processor that
    needs `own` seconds for each mail."""
    free = [0.0] * CONNECTIONS
    heapify(free)
    processor = 0.0
    for service in services:
        processor = max(processor, free[0]) + own
        heapreplace(free, processor + service)
    return max(free)


async def ratings(file: Path) -> list[Row]:
    """How many ratings wait for their time when so many come in an hour."""
    store, chance = opened(file), Random(3)
    begun = datetime.now(UTC) - timedelta(hours=HOURS)
    moments = list(_poisson(chance, RATED_PER_HOUR / 3_600, HOURS * 3_600))
    for number, after in enumerate(moments):
        at = begun + timedelta(seconds=after)
        facts = asked(number, at=at - AGO)
        await store.record_past(*facts)
        review = facts[0].id
        opening = partial(flow.link_opened, hit=f"page {number}", link="happy", visit=BROWSER, at=at, rules=RULES)
        await store.record(review, opening)
        press = Press(f"page {number}", "happy", Mode.AUTO, trusted=True)
        await store.record(review, partial(flow.voted, press=press, at=at + timedelta(seconds=2), rules=RULES))
    looks = [begun + timedelta(minutes=minutes) for minutes in range(20, HOURS * 60, 5)]
    waiting = [await _provisional(store, look) for look in looks]
    await store.close()
    expected = RATED_PER_HOUR * (RULES.hold / timedelta(hours=1))
    told = f"ratings that wait {RULES.hold // timedelta(minutes=1)} minutes each, {RATED_PER_HOUR} an hour"
    return [Row(told, expected, sum(waiting) / len(waiting), "at a time")]


async def _visits(store: Store, chance: Random) -> Callable[[], Awaitable[object]]:
    """What records one more visit to one of the reviews."""
    now, known = datetime.now(UTC), []
    for number in range(REVIEWS):
        facts = asked(number, at=now - AGO)
        await store.record_past(*facts)
        known.append(facts[0].id)

    def visit() -> Awaitable[object]:
        page = f"{chance.getrandbits(64):x}"
        visit = replace(BROWSER, client=page)  # what one client did is a row, which grows
        rule = partial(flow.link_opened, hit=page, link="happy", visit=visit, at=datetime.now(UTC), rules=RULES)
        return store.record(chance.choice(known), rule)

    return visit


async def _calibrated(visit: Callable[[], Awaitable[object]]) -> Cost:
    """From groups of one and of as many as there may be: the processor's time of either thread, and what of a visit
    that comes alone is neither, which is the sync."""
    alone, full = [], []
    for _ in range(CALIBRATIONS):
        alone.append(await _spent(visit, 1))
        full.append(await _spent(visit, GROUP_MAX))
    one, many = (Spent(*map(median, zip(*spent, strict=True))) for spent in (alone, full))
    visits = max(many.loop - one.loop, 0.0) / (GROUP_MAX - 1)
    write = max(many.writer - one.writer, 0.0) / (GROUP_MAX - 1)
    turns = 2  # to take the visit up, and to answer it
    return Cost(
        turn=max(one.loop - visits, 0.0) / turns,
        visit=visits,
        group=max(one.writer - write, 0.0),
        write=write,
        sync=max(one.seconds - one.loop - one.writer, 0.0),
        hand_over=_hand_over_seconds(),
    )


class Spent(NamedTuple):
    """What some visits at one moment took: by the clock, and of the processor's time of either thread, in seconds."""

    seconds: float
    loop: float
    writer: float


async def _spent(visit: Callable[[], Awaitable[object]], count: int) -> Spent:
    begun, loop, process = time.perf_counter(), time.thread_time(), time.process_time()
    await _measured(visit, [0.0] * count)
    loop = time.thread_time() - loop
    return Spent(time.perf_counter() - begun, loop, max(time.process_time() - process - loop, 0.0))


def _hand_over_seconds() -> float:
    """How long it takes until another thread goes on that waits for this one."""
    there, back = threading.Semaphore(0), threading.Semaphore(0)

    def answer() -> None:
        for _ in range(HAND_OVERS):
            there.acquire()
            back.release()

    other = threading.Thread(target=answer)
    other.start()
    begun = time.perf_counter()
    for _ in range(HAND_OVERS):
        there.release()
        back.acquire()
    took = time.perf_counter() - begun
    other.join()
    return took / HAND_OVERS / 2


async def _measured(visit: Callable[[], Awaitable[object]], arrivals: Sequence[float]) -> list[float]:
    """The seconds that each waited that came when it was to come, whatever became of those before."""
    begun, told, under_way = time.perf_counter(), [], []

    async def one(at: float) -> None:
        await visit()
        told.append(time.perf_counter() - begun - at)

    for at in arrivals:
        if (early := begun + at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        under_way.append(asyncio.create_task(one(at)))
        if len(under_way) % 16 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*under_way)
    return told


async def _emptied(store: Store, sink: Sink, *, until: int) -> float:
    """The seconds until the relay has taken so many."""
    address = read_smtp_url(f"smtp://127.0.0.1:{sink.port}?starttls=none")
    composer = Composer(read_brands(SHIPPED), LINKS, "support@acme.example")
    relays = [Relay(address, hostname=DOMAIN) for _ in range(CONNECTIONS)]
    mailer = Mailer(store, composer, relays, lambda: datetime.now(UTC), per_hour=1_000_000)
    stop, begun = asyncio.Event(), time.perf_counter()
    running = asyncio.create_task(mailer.run(stop))
    await sink.reached(until, seconds=PATIENCE_SECONDS)
    took = time.perf_counter() - begun
    stop.set()
    await running
    return took


async def _provisional(store: Store, at: datetime) -> int:
    days = Asked(AGENT, at.date() - timedelta(days=7), at.date() + timedelta(days=7))
    return sum(one.numbers[Measure.PROVISIONAL] for one in await store.counted(days, now=at))


def _poisson(chance: Random, rate: float, seconds: float) -> Iterator[float]:
    """The moments of what comes by chance, so many a second (or an hour, in its unit)."""
    at = chance.expovariate(rate)
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[-1]


if __name__ == "__main__":
    main()
