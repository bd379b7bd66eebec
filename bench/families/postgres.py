"""What does a click cost where PostgreSQL remembers? The same door beside itself on SQLite, both on this machine."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from bench.families.click import door
from bench.faults.ledger import Skipped
from bench.faults.means.postgres import database
from bench.house import environment, fill, filled
from bench.load.http import Request, loaded, means
from bench.ports import free_port
from bench.rows import Bench, Goal, Measured, NotMeasured, Row
from bench.serving import serving

WARM_SECONDS = 1.0
TEMPLATE = "afterword_bench"


def postgres(bench: Bench) -> Row:
    """Pages opened, durably, on PostgreSQL beside SQLite."""
    goal = Goal("click-postgres", "requests/s", least=0.9)
    place: AbstractContextManager[str] = database(bench.folder / "postgres")
    try:
        with place as url:
            opening = _template(url, bench.reviews)
            numbers = count()
            ours = partial(_door, bench, url, opening, numbers)
            return bench.paired(goal, ours, partial(door, bench, filled(bench).opening), note=means())
    except Skipped as missing:
        raise NotMeasured(f"not measured: {missing}") from missing


ROWS: dict[str, Callable[[Bench], Row]] = {"click-postgres": postgres}


def _template(url: str, reviews: int) -> Sequence[Request]:
    """A database to copy, filled once; the requests that open its pages."""
    _command(url, f"drop database if exists {TEMPLATE}", f"create database {TEMPLATE}")
    opening, _ = asyncio.run(fill(_of(url, TEMPLATE), reviews))
    return opening


def _door(bench: Bench, url: str, requests: Sequence[Request], numbers: "count[int]") -> Measured:
    """One run of the real web process on a fresh copy of the database."""
    folder, port, name = Path(mkdtemp(dir=bench.folder)), free_port(), f"{TEMPLATE}_{next(numbers)}"
    _command(url, f"create database {name} template {TEMPLATE}")
    settings = environment(folder, port=port) | {"DATABASE_URL": _of(url, name)}
    tail = len(requests) // 10 or 1
    put = partial(loaded, port=port, sessions=bench.sessions, folder=folder)
    with serving([sys.executable, "-m", "web"], port=port, environment=settings, log=folder / "log") as server:
        put(requests[-tail:], seconds=min(WARM_SECONDS, bench.seconds))
        before = server.cpu_seconds()
        seen = put(requests[:-tail] or requests, seconds=bench.seconds)
        cpu = (server.cpu_seconds() - before) / seen.requests * 1e6
    _command(url, f"drop database {name}")
    return Measured(seen.rate, {"p99 ms": seen.p99_ms, "CPU µs": cpu})


def _of(url: str, name: str) -> str:
    """The URL of another database of that server."""
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(url)
    head, _, options = url.partition("?")
    base = head.rsplit("/", 1)[0] if told.get("dbname") else head.rstrip("/")
    return f"{base}/{name}{'?' + options if options else ''}"


def _command(url: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
