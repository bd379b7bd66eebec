"""Is every ticket asked about once, and nothing lost? `python -m bench.trial`: a helpdesk's flood on the real process.

Several clients post tickets over kept connections; some are sent twice, some are broken. Then the database is counted.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles

from bench.house import environment, opened
from bench.ports import HOST, free_port
from bench.serving import Server, serving
from bench.webhooks import PATH, SOURCE, broken, connect, payload
from store import dead_letters, lists

SEED = 9
SLOW_MS = 100.0
"""Within which a webhook is to be answered."""
REPEATED, BROKEN = 0.10, 0.05
TAKEN = (200, 201, 202)


@dataclass
class Seen:
    """What the clients saw: how long an answer of 2xx took, in milliseconds, and every other status."""

    waits: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent, what is in the database, and how long it took."""

    tickets: int
    broken: int
    reviews: int
    letters: int
    refused: int
    seconds: float
    p99_ms: float
    late: int

    @property
    def right(self) -> bool:
        """Whether there is one review for each ticket and every broken payload is kept."""
        return (self.reviews, self.letters, self.refused) == (self.tickets, self.broken, 0)

    def __str__(self) -> str:
        return (
            f"{self.tickets} tickets: {self.reviews} reviews; {self.broken} broken: {self.letters} kept;"
            f" {self.refused} refused; {self.seconds:.1f} s, p99 of a 2xx {self.p99_ms:.1f} ms, {self.late} later than"
            f" {SLOW_MS:.0f} ms; {'as it must be' if self.right else 'WRONG'}"
        )


def main() -> None:
    """Run it and say what came of it; status 1 when a ticket was lost or asked about twice."""
    parser = argparse.ArgumentParser(prog="python -m bench.trial", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="afterword-trial-") as folder:
        outcome = trial(Path(folder), tickets=options.tickets, clients=options.clients)
    print(outcome)
    sys.exit(not outcome.right)


def trial(folder: Path, *, tickets: int, clients: int) -> Outcome:
    """That many tickets, of which some are broken, and some sent twice besides."""
    chance, now = random.Random(SEED), datetime.now(UTC)
    wrong = set(chance.sample(range(tickets), round(tickets * BROKEN)))
    bodies = [(broken if number in wrong else payload)(number, at=now) for number in range(tickets)]
    sent = bodies + chance.sample(bodies, round(tickets * REPEATED))
    chance.shuffle(sent)
    file, port = folder / "afterword.db", free_port()
    asyncio.run(_made(file))
    command = [sys.executable, "-m", "web"]
    begun = time.monotonic()
    with serving(command, port=port, environment=environment(file, port=port), log=folder / "log") as server:
        seen = asyncio.run(_sent(server, sent, clients))
    seconds = time.monotonic() - begun
    reviews, letters = asyncio.run(_counted(file))
    p99, late = quantiles(seen.waits, n=100)[-1], sum(wait > SLOW_MS for wait in seen.waits)
    return Outcome(tickets - len(wrong), len(wrong), reviews, letters, len(seen.refused), seconds, p99, late)


async def _made(file: Path) -> None:
    store = opened(file)
    await connect(store)
    await store.close()


async def _counted(file: Path) -> tuple[int, int]:
    store = opened(file)
    try:
        return await store.read(lists.count), (await store.read(dead_letters.counts)).get(SOURCE, 0)
    finally:
        await store.close()


async def _sent(server: Server, bodies: Sequence[bytes], clients: int) -> Seen:
    seen = Seen()
    client = partial(_client, server.port, iter(bodies), seen)
    await asyncio.gather(*(client() for _ in range(clients)))
    return seen


async def _client(port: int, bodies: Iterator[bytes], seen: Seen) -> None:
    """One connection that takes the next body whenever it was answered."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for body in bodies:
        asked = time.monotonic()
        head = f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if (status := int(answer[9:12])) in TAKEN:
            seen.waits.append((time.monotonic() - asked) * 1_000)
        else:
            seen.refused.append(status)
    writer.close()


if __name__ == "__main__":
    main()
