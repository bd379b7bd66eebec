"""Who stands before the doors? haproxy, which leads each connection to a host whose door is ready.

It passes bytes on and reads none: a connection whose host is gone is closed, and its client asks again.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.cluster.hosts import Host
from bench.faults.ledger import Skipped

WEB, INBOUND = 8000, 2525
"""The ports of the doors, on every host."""
COMMON = """global
  maxconn 2000
defaults
  mode tcp
  timeout connect 2s
  timeout client 90s
  timeout server 90s
  retries 3
  option redispatch
"""
SERVERS = "default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions"


@asynccontextmanager
async def balanced(folder: Path, hosts: Sequence[Host], *, web: int, inbound: int) -> AsyncIterator[None]:
    """Both doors of those hosts, on these ports of the loopback."""
    file = folder / "haproxy.cfg"
    smtp = ("option tcp-check", "tcp-check expect rstring ^220")
    file.write_text(
        COMMON
        + listen("web", f"127.0.0.1:{web}", ("option httpchk GET /readyz",), hosts, WEB)
        + listen("inbound", f"127.0.0.1:{inbound}", smtp, hosts, INBOUND)
    )
    with (folder / "haproxy.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(
            *(haproxy(), "-db", "-f", str(file)), env={"PATH": os.environ.get("PATH", "")}, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        running.kill()
        await running.wait()


def haproxy() -> str:
    """The program. Skipped where there is none."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if not program:
        raise Skipped("a balancer needs haproxy")
    return program


def listen(name: str, at: str, checks: Sequence[str], hosts: Sequence[Host], port: int, more: str = "") -> str:
    """The part of a configuration that leads what comes there to those hosts whose checks are passed."""
    servers = (f"server {host.name} {host.address}:{port} check{more}" for host in hosts)
    return "\n  ".join((f"listen {name}", f"bind {at}", *checks, SERVERS, *servers)) + "\n"
