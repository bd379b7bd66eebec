"""What remembers? Three PostgreSQL under Patroni, which agree through etcd on which of them takes writes.

Commits are synchronous: the primary says COMMIT when one standby has it on disk too, and only such a standby is ever
made the next primary (Patroni's synchronous mode, strict: without a standby nothing is acknowledged).
"""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from bench.cluster.balancer import COMMON, haproxy, listen
from bench.cluster.hosts import Host, kill
from bench.faults.house import ROOT
from bench.faults.ledger import Skipped

PROGRAMS = Path("/usr/lib/postgresql")
USER, PASSWORD, DATABASE = "postgres", "of-a-trial", "afterword"
ETCD_CLIENTS, ETCD_PEERS, PATRONI, POSTGRES, LEADER, POOLER = 2379, 2380, 8008, 5432, 5000, 6432
UP_SECONDS = 300.0
LOOK_SECONDS = 0.25
TTL_SECONDS, LOOP_SECONDS, RETRY_SECONDS = 30, 5, 10
"""A primary that cannot renew its lease for so long is none any more; Patroni looks that often, and gives etcd
that long (its rule: ttl >= loop + 2 * retry)."""
WELL = ("running", "streaming")


@dataclass
class Cluster:
    """The database's side of all hosts."""

    hosts: Sequence[Host]
    http: httpx2.AsyncClient = field(default_factory=lambda: httpx2.AsyncClient(timeout=2.0))

    def url(self, *, database: str = DATABASE) -> str:
        """For libpq: all hosts, of which it takes the one that takes writes."""
        where = ",".join(f"{host.address}:{POSTGRES}" for host in self.hosts)
        return f"postgresql://{USER}:{PASSWORD}@{where}/{database}"

    async def start(self) -> None:
        """All of it, with an empty database."""
        for host in self.hosts:
            await self.start_on(host)
        await self.whole()
        with psycopg.connect(
            self.url(database="postgres"), autocommit=True, target_session_attrs="read-write"
        ) as connection:
            connection.execute(f"create database {DATABASE}")

    async def start_on(self, host: Host) -> None:
        """What of one host does not run."""
        if "names" not in host.running:
            await host.start("names", sys.executable, "-m", "bench.cluster.names", more={"PYTHONPATH": str(ROOT)})
        if "etcd" not in host.running:
            await host.start("etcd", *_etcd(host, self.hosts))
        if "patroni" not in host.running:
            await host.start("patroni", "patroni", str(_patroni(host, self.hosts)), user=USER)

    async def start_pooler(self, host: Host) -> str:
        """The URL of a pooler on this host, which a balancer there leads to the primary."""
        if "leader" not in host.running:
            await host.start("leader", haproxy(), "-db", "-f", str(_leader(host, self.hosts)))
        if "pgbouncer" not in host.running:
            await host.start("pgbouncer", "pgbouncer", "-q", str(_pgbouncer(host)), user=USER)
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{POOLER}/{DATABASE}"

    async def kill_database(self, host: Host) -> None:
        """Patroni and the database, with -9."""
        await host.kill("patroni")
        kill(int((host.folder / "data" / "postmaster.pid").read_text().split()[0]))

    async def primary(self) -> Host:
        """The host whose database takes writes, by what most of Patroni says."""
        async with asyncio.timeout(UP_SECONDS):
            while True:
                for host in self.hosts:
                    if await self._told(host, "primary") is not None:
                        return host
                await asyncio.sleep(LOOK_SECONDS)

    async def whole(self) -> None:
        """Wait until all three run and one standby is synchronous. TimeoutError says what the members were instead."""
        ends_at = time.monotonic() + UP_SECONDS
        seen: list[dict[str, Any]] = []
        while time.monotonic() < ends_at:
            for host in self.hosts:
                seen = (await self._told(host, "cluster") or {}).get("members", []) or seen
                if _whole(seen, len(self.hosts)):
                    return
            await asyncio.sleep(LOOK_SECONDS)
        raise TimeoutError(f"the cluster did not become whole: {seen}")

    async def close(self) -> None:
        """Let go of the connections; what runs is ended with its host."""
        await self.http.aclose()

    async def _told(self, host: Host, what: str) -> dict[str, Any] | None:
        """What Patroni answers there; None unless it is 200."""
        try:
            answer = await self.http.get(f"http://{host.address}:{PATRONI}/{what}")
        except httpx2.TransportError:
            return None
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return found


def needed() -> None:
    """Skipped, unless what Debian calls etcd-server, patroni, postgresql and pgbouncer is there."""
    missing = [name for name in ("etcd", "patroni", "pgbouncer", "setpriv") if not shutil.which(name)]
    if not any(PROGRAMS.glob("*/bin/postgres")):
        missing.append("postgresql")
    if missing:
        raise Skipped(f"a cluster needs {', '.join(missing)}")


def _whole(members: Sequence[dict[str, Any]], count: int) -> bool:
    roles = [member["role"] for member in members if member["state"] in WELL]
    return len(roles) == count and "leader" in roles and "sync_standby" in roles


def _etcd(host: Host, hosts: Sequence[Host]) -> tuple[str, ...]:
    own, peers = f"http://{host.address}:{ETCD_CLIENTS}", f"http://{host.address}:{ETCD_PEERS}"
    return (
        "etcd",
        f"--name={host.name}",
        f"--data-dir={host.folder / 'etcd'}",
        f"--listen-client-urls={own}",
        f"--advertise-client-urls={own}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        "--initial-cluster=" + ",".join(f"{one.name}=http://{one.address}:{ETCD_PEERS}" for one in hosts),
        "--heartbeat-interval=250",  # one machine carries three of them and their load
        "--election-timeout=2500",
        "--log-level=warn",
    )


def _patroni(host: Host, hosts: Sequence[Host]) -> Path:
    """Its configuration. Patroni reads YAML, of which JSON is a part."""
    everybody = ["local all all trust", f"host all all {host.address.rpartition('.')[0]}.0/24 scram-sha-256"]
    member = {"username": USER, "password": PASSWORD}
    shared = {
        "ttl": TTL_SECONDS,
        "loop_wait": LOOP_SECONDS,
        "retry_timeout": RETRY_SECONDS,
        "synchronous_mode": True,
        "synchronous_mode_strict": True,
        "postgresql": {
            "use_pg_rewind": True,
            "remove_data_directory_on_rewind_failure": True,  # what cannot be wound back is copied anew
            "remove_data_directory_on_diverged_timelines": True,
            "parameters": {
                "synchronous_commit": "on",
                "shared_buffers": "64MB",
                "max_connections": 100,
                "wal_log_hints": "on",
                "wal_sender_timeout": "10s",  # a standby that fell silent holds up every commit for so long
                "wal_receiver_timeout": "10s",
                "tcp_user_timeout": "10s",
                "wal_keep_size": "256MB",
            },
        },
    }
    told = {
        "scope": DATABASE,
        "name": host.name,
        "restapi": {"listen": f"{host.address}:{PATRONI}", "connect_address": f"{host.address}:{PATRONI}"},
        "etcd3": {"hosts": [f"{one.address}:{ETCD_CLIENTS}" for one in hosts]},
        "bootstrap": {"dcs": shared, "initdb": [{"encoding": "UTF8"}, "data-checksums"]},
        "postgresql": {
            "listen": f"{host.address}:{POSTGRES}",
            "connect_address": f"{host.address}:{POSTGRES}",
            "data_dir": str(host.folder / "data"),
            "basebackup": [{"checkpoint": "fast"}],
            "bin_dir": str(max(PROGRAMS.glob("*/bin"))),
            "authentication": {
                "superuser": member,
                "replication": {"username": "replicator", "password": PASSWORD},
                "rewind": member,
            },
            "pg_hba": [*everybody, everybody[1].replace("host all", "host replication")],
            "parameters": {"unix_socket_directories": str(host.folder)},
        },
    }
    return _written(host, "patroni.json", json.dumps(told, indent=1))


def _pgbouncer(host: Host) -> Path:
    """Its configuration: one connection of the server for one of ours, as ours keep settings and prepared plans. It
    keeps what a server once said of itself, so it is led to the primary, and is not asked which that is."""
    users = _written(host, "users.txt", f'"{USER}" "{PASSWORD}"\n')
    return _written(
        host,
        "pgbouncer.ini",
        "\n".join(
            (
                "[databases]",
                f"{DATABASE} = host=127.0.0.1 port={LEADER}",
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                f"listen_port = {POOLER}",
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                f"auth_file = {users}",
                "pool_mode = session",
                "default_pool_size = 40",
                "server_login_retry = 1",
                "",
            )
        ),
    )


def _leader(host: Host, hosts: Sequence[Host]) -> Path:
    """The balancer's: to whichever of them Patroni says is the primary, and a connection to one that was is closed."""
    check = "option httpchk GET /primary"
    servers = listen("leader", f"127.0.0.1:{LEADER}", (check,), hosts, POSTGRES, f" port {PATRONI}")
    return _written(host, "leader.cfg", COMMON + servers)


def _written(host: Host, name: str, words: str) -> Path:
    file = host.folder / name
    file.write_text(words, "utf-8")
    for mine in (host.folder, file):
        shutil.chown(mine, USER, USER)
    file.chmod(0o600)
    return file
