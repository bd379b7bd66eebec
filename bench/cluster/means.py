"""How is a host struck, and how does it come back?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.cluster.balancer import INBOUND, WEB
from bench.cluster.engine import Cluster
from bench.cluster.hosts import GATEWAY, Host
from bench.faults.house import ROOT

DOORS = ("web", "inbound", "mailer")
RESTART_SECONDS = 2.0


@dataclass(frozen=True)
class Means:
    """One way: what it is called, what it does, and what undoes it."""

    name: str
    strike: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Doors:
    """The doors of a host, which all read one `.env`."""

    python: str
    folder: Path
    """Where that is."""
    relay_port: int
    cluster: Cluster
    hosts: tuple[Host, ...]
    """Those that have doors."""

    async def start_on(self, host: Host) -> None:
        """All doors. The first host's find the primary by themselves, the others' through a pooler, as larger places
        have it."""
        url = self.cluster.url() if host is self.hosts[0] else await self.cluster.start_pooler(host)
        more = {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": url,
            "PORT": str(WEB),
            "AFTERWORD_BIND": host.address,
            "AFTERWORD_INBOUND_HOST": host.address,
            "AFTERWORD_INBOUND_PORT": str(INBOUND),
            "AFTERWORD_SMTP_URL": f"smtp://{GATEWAY}:{self.relay_port}?starttls=none",
        }
        for door in DOORS:
            if not host.runs(door):
                await host.start(door, self.python, "-m", door, more=more, cwd=self.folder)

    async def keep_up(self) -> None:
        """Start again what ended by itself, as systemd does: a door that finds no database when it starts says so, and
        goes. What was killed stays away until its host is back."""
        while True:
            await asyncio.sleep(RESTART_SECONDS)
            for host in self.hosts:
                if any(door in host.running and not host.runs(door) for door in DOORS):
                    await self.start_on(host)


def killed(cluster: Cluster, doors: Doors, primary: Host, chance: Random) -> Means:
    """The primary's database is killed, or all of its host."""
    if chance.random() < 1 / 2:

        async def back() -> None:
            await cluster.start_on(primary)

        return Means("the primary is killed", lambda: cluster.kill_database(primary), back)

    async def back_with_all() -> None:
        await cluster.start_on(primary)
        if primary in doors.hosts:
            await doors.start_on(primary)

    return Means("the primary's host dies", primary.die, back_with_all)


def cut(host: Host, primary: Host) -> Means:
    """A host is cut off: it goes on, and neither hears nor is heard."""
    which = "the primary's host" if host is primary else "another host"
    return Means(f"{which} is cut off", host.cut_off, host.plug_in)
