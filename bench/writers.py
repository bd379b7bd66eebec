"""Do several writer processes on one SQLite file wait for one another for long? `python -m bench.writers`.

Each opens the store for itself and records tickets, visits and votes as fast as they are acknowledged, while another
reads dashboards. Told are the writes, those refused, how long they waited, and how large SQLite's log grew.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles

from bench.house import AGO, asked, opened
from reviews import flow
from reviews.counting import AGENT
from reviews.events import Press
from reviews.facts import Review
from reviews.model import Mode
from reviews.rules import Rules
from reviews.visits import Visit
from store import Asked, Store, StoreUnavailableError

AT_ONCE = 4
"""Events that a process has under way."""
LOOK_SECONDS = 0.1
TICKETS_OF_A_PROCESS = 10_000_000
RULES = Rules()


@dataclass(frozen=True, slots=True)
class Waited:
    """What one process saw: how long each write took, and the words of those that were refused."""

    seconds: list[float]
    refused: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What they saw together."""

    processes: int
    writes: int
    writes_per_second: float
    refused: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    log_mb: float
    """The largest that SQLite's log became."""


def main() -> None:
    """Run it once and tell what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.writers", description="Several writers on one SQLite file.")
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=300.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="afterword-writers-") as folder:
        told = run(Path(folder) / "afterword.db", processes=options.processes, seconds=options.seconds)
    print(json.dumps(asdict(told), indent=1))
    sys.exit(bool(told.refused))


def run(file: Path, *, processes: int, seconds: float) -> Told:
    """So many writers and a reader on that file, for so long."""
    asyncio.run(opened(file).close())
    with ProcessPoolExecutor(processes + 1, mp_context=get_context("spawn")) as pool:
        reader = pool.submit(read, file, seconds)
        writers = [pool.submit(write, file, number, seconds) for number in range(processes)]
        largest = _watched(file.with_name(f"{file.name}-wal"), [reader, *writers])
        seen = [writer.result() for writer in writers]
        reader.result()
    waits = sorted(wait for one in seen for wait in one.seconds)
    cuts = quantiles(waits, n=100)
    refused = sum(len(one.refused) for one in seen)
    return Told(
        processes=processes,
        writes=len(waits),
        writes_per_second=round(len(waits) / seconds, 1),
        refused=refused,
        p50_ms=round(cuts[49] * 1e3, 1),
        p99_ms=round(cuts[98] * 1e3, 1),
        worst_ms=round(waits[-1] * 1e3, 1),
        log_mb=round(largest / 1024 / 1024, 1),
    )


def write(file: Path, number: int, seconds: float) -> Waited:
    """One writer process."""
    return asyncio.run(_write(file, number, seconds))


def read(file: Path, seconds: float) -> int:
    """The reader: how many dashboards it saw."""
    return asyncio.run(_read(file, seconds))


def _watched(log: Path, running: "list[Future[Waited] | Future[int]]") -> int:
    largest = 0
    while not all(one.done() for one in running):
        largest = max(largest, log.stat().st_size if log.exists() else 0)
        time.sleep(LOOK_SECONDS)
    return largest


async def _write(file: Path, number: int, seconds: float) -> Waited:
    store, waited = opened(file), Waited([], [])
    tickets, until = count(number * TICKETS_OF_A_PROCESS), time.monotonic() + seconds
    await asyncio.gather(*(_customers(store, tickets, waited, until) for _ in range(AT_ONCE)))
    await store.close()
    return waited


async def _customers(store: Store, tickets: Iterator[int], waited: Waited, until: float) -> None:
    """One customer after the other: a ticket, a visit, a vote."""
    while time.monotonic() < until:
        now = datetime.now(UTC)
        facts = asked(next(tickets), at=now - AGO)
        review = next(fact for fact in facts if isinstance(fact, Review))
        page = f"page of {review.id}"
        visit = Visit("GET", "client", {"user-agent": "Firefox"})
        opening = partial(flow.link_opened, hit=page, link="happy", visit=visit, at=now, rules=RULES)
        press = Press(page, "happy", Mode.BUTTON, trusted=True)
        voting = partial(flow.voted, press=press, at=now + timedelta(seconds=2), rules=RULES)
        for event in (
            partial(store.record_past, *facts),
            partial(store.record, review.id, opening),
            partial(store.record, review.id, voting),
        ):
            begun = time.monotonic()
            try:
                await event()
            except StoreUnavailableError as error:
                waited.refused.append(str(error))
            waited.seconds.append(time.monotonic() - begun)


async def _read(file: Path, seconds: float) -> int:
    store, seen, until = opened(file), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        now = datetime.now(UTC)
        today = now.date()
        await store.counted(Asked(AGENT, today - timedelta(weeks=12), today + timedelta(days=1), 7), now=now)
        seen += 1
    await store.close()
    return seen


if __name__ == "__main__":
    main()
