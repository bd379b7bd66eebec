"""Where do the processes of one trial run? In a folder with a `.env`, a database and logs, on free loopback ports."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from bench.ports import free_ports
from reviews import flow
from reviews.events import ClosedTicket
from reviews.facts import Review
from reviews.links import Links
from reviews.model import SLOTS, Person
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Session, Store, api_keys, migrate_store, open_store

ROOT = Path(__file__).parent.parent.parent
DOMAIN = "reply.acme.example"
SENDER = "care@acme.example"
AGENT = Person("sam@acme.example", "Sam Reed")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
COMPLAINT_LINES = 40
"""Of a door's last error in its log: what it was about, and its traceback."""
LOOK_SECONDS = 0.02
TICKETS_PER_TRANSACTION = 50
OUTBOX_LEASES = "update outbox set lease_until = 0 where status = 'claimed'"
ARRIVAL_LEASES = "update arrival set due_at = 0 where status = 'pending'"


class StillRunning(Exception):
    """A process did not come up, or did not go."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trial may put its house: a folder of its own, and a database of its own if not a file in that folder."""

    folder: Path
    url: str = ""
    long: bool = False
    """Whether the fault lasts as long as in the promise, instead of some seconds."""
    slack: float = 1.0
    """How many times longer than promised an answer may take: more where other work runs on the machine as well."""


@dataclass(frozen=True)
class House:
    """One installation. Times are as short as settings allow, so that a trial is."""

    folder: Path
    url: str
    api_key: str
    links: Links
    web_port: int
    inbound_port: int
    rules: Rules

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The record, as one more process sees it."""
        opened = open_store(self.url, rules=self.rules, mail_domain=DOMAIN)
        try:
            yield opened
        finally:
            await opened.close()

    async def closed_tickets(self, count: int, *, ask: str) -> list[Review]:
        """So many reviews in the record; `ask` is "now" for an invitation that is due, "embedded" for none."""
        now = datetime.now(UTC)
        told = [closing(number, ask=ask, at=now, rules=self.rules) for number in range(count)]
        async with self.store() as store:
            for first in range(0, count, TICKETS_PER_TRANSACTION):
                await store.record_new(
                    *(fact for facts in told[first : first + TICKETS_PER_TRANSACTION] for fact in facts)
                )
        return [fact for facts in told for fact in facts if isinstance(fact, Review)]

    async def wind_on(self) -> None:
        """Let the leases of a killed process run out, as five minutes would."""
        async with self.store() as store:
            await store.write(_run_out)

    async def start(self, door: str, more: Mapping[str, str] | None = None) -> "Process":
        """`python -m DOOR`, with `more` in its environment, once it answers; the mailer, which answers nobody, at
        once."""
        with (self.folder / f"{door}.log").open("ab") as log:
            running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", door),
                cwd=self.folder,
                env={"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), **(more or {})},
                stdout=log,
                stderr=log,
            )
        process = Process(door, running)
        ports = {"web": int((more or {}).get("PORT", self.web_port)), "inbound": self.inbound_port}
        if door in ports:
            await process.answers(ports[door])
        return process

    def complaint(self, door: str) -> str:
        """What a door's log says of its last error: a line with what follows it, or that it says none."""
        lines = (self.folder / f"{door}.log").read_text("utf-8", "replace").splitlines()
        errors = [number for number, line in enumerate(lines) if '"level": "error"' in line]
        return "\n".join(lines[errors[-1] :][:COMPLAINT_LINES]) if errors else f"{door}.log tells of no error"


@dataclass(frozen=True)
class Process:
    """One running door."""

    door: str
    running: asyncio.subprocess.Process

    async def answers(self, port: int) -> None:
        """Wait until it listens."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while self.running.returncode is None:
                    with contextlib.suppress(OSError):
                        _, writer = await asyncio.open_connection("127.0.0.1", port)
                        writer.close()
                        return
                    await asyncio.sleep(LOOK_SECONDS)
        raise StillRunning(f"{self.door} did not come up: see {self.door}.log (exit code {self.running.returncode})")

    async def end(self, how: signal.Signals) -> int:
        """Send that signal; the exit code, below zero for the signal that ended it."""
        self.running.send_signal(how)
        try:
            return await asyncio.wait_for(self.running.wait(), STOP_SECONDS)
        except TimeoutError:
            self.running.kill()
            await self.running.wait()
            raise StillRunning(f"{self.door} did not stop within {STOP_SECONDS:.0f} s") from None


@asynccontextmanager
async def running(house: House, *doors: str, more: Mapping[str, str] | None = None) -> AsyncIterator[list[Process]]:
    """These processes, ended for good when the block is left; the block may start others in their place."""
    processes: list[Process] = []
    try:
        for door in doors:
            processes += [await house.start(door, more)]
        yield processes
    finally:
        for process in processes:
            if process.running.returncode is None:
                process.running.kill()
                await process.running.wait()


def build(place: Place, chance: Random, *, smtp_port: int = 25) -> House:
    """A house in that place."""
    secret = f"{chance.getrandbits(256):064x}"
    web_port, inbound_port = free_ports(2)
    house = House(
        folder=place.folder,
        url=place.url or f"sqlite:///{place.folder.resolve()}/afterword.db",
        api_key=secrets.token_urlsafe(),
        links=Links(Keys([secret]), f"http://127.0.0.1:{web_port}", DOMAIN),
        web_port=web_port,
        inbound_port=inbound_port,
        rules=Rules(
            delay=timedelta(0), dwell=timedelta(0), min_age=timedelta(0), early=timedelta(0), hold=timedelta(0)
        ),
    )
    (place.folder / ".env").write_text(
        "".join(f"{name}={value}\n" for name, value in _settings(house, secret, smtp_port))
    )
    migrate_store(house.url)
    return house


async def add_key(house: House) -> None:
    """The helpdesk's key of the API."""
    async with house.store() as store:
        await store.write(partial(api_keys.add_key, name="helpdesk", secret=house.api_key, at=datetime.now(UTC)))


def closing(number: int, *, ask: str, at: datetime, rules: Rules, age: timedelta = timedelta(0)) -> flow.Facts:
    """What a ticket of that number means that was closed so long ago."""
    ticket = ClosedTicket(
        brand="acme",
        source="bench",
        ticket=str(number),
        closing=f"closing-{number}",
        closed_at=at - age,
        subject="VPN drops every hour",
        contact=Person(f"customer{number}@customer.example", f"Customer {number}"),
        agent=AGENT,
        team="Network",
        ask=ask,
    )
    return flow.ticket_closed(ticket, at=at, slots=SLOTS, rules=rules)


def _settings(house: House, secret: str, smtp_port: int) -> Iterable[tuple[str, object]]:
    yield "DATABASE_URL", house.url
    yield "PORT", house.web_port
    for name, value in {
        "BIND": "127.0.0.1",
        "BASE_URL": house.links.base_url,
        "REPLY_DOMAIN": DOMAIN,
        "FROM": SENDER,
        "SECRET_KEYS": secret,
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?starttls=none",
        "INBOUND_HOST": "127.0.0.1",
        "INBOUND_PORT": house.inbound_port,
        "API_PER_MINUTE": 0,
        "INVITATIONS_PER_HOUR": 1_000_000,
        "ASK_AFTER_MINUTES": 0,
        "DWELL_SECONDS": 0,
        "MIN_AGE_SECONDS": 0,
        "EARLY_SECONDS": 0,
        "HOLD_SECONDS": 0,
    }.items():
        yield f"AFTERWORD_{name}", value


def _run_out(session: Session) -> None:
    session.run(OUTBOX_LEASES)
    session.run(ARRIVAL_LEASES)
