"""Which processes run over this memory, since when, and how do they do? Each says so once a minute, in a row of its
own, which it takes away when it stops. Who is silent was ended by force, or cannot reach the memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from pydantic_core import from_json, to_json

from store.engines import Row, Session
from store.errors import StoreUnavailableError
from store.rows import instant, micros
from store.store import Store

EVERY_SECONDS = 60.0
SILENT = timedelta(minutes=3)
"""After so long without a word a process is taken for gone."""
KEPT = timedelta(days=1)
"""So long a silent one is still told of, for who asks what happened in the night."""
SAY = """insert into process (id, kind, machine, version, began_at, seen_at, figures)
    values (:id, :kind, :machine, :version, :began_at, :seen_at, :figures)
    on conflict (id) do update set seen_at = excluded.seen_at, figures = excluded.figures"""
GO = "delete from process where id = :id"
FORGET = "delete from process where seen_at < :before"
ALL = "select * from process order by kind, machine, began_at, id"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Itself:
    """What a process knows of itself: which kind it is (`web`), on which machine it runs, in which version; `figures`
    are those that its machine knows of it, as its memory in bytes."""

    id: str
    kind: str
    machine: str
    version: str
    figures: Callable[[], dict[str, int]] = dict


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it last told. `figures`: `writes`, `transactions` they took, `memory_bytes`."""

    id: str
    kind: str
    machine: str
    version: str
    began_at: datetime
    seen_at: datetime
    figures: dict[str, int]

    def silent(self, now: datetime) -> bool:
        """Whether nothing was heard of it for too long."""
        return now - self.seen_at > SILENT


async def keep_present(store: Store, itself: Itself, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Say that this process runs, until told to stop."""
    began = clock()
    while not stop.is_set():
        await _told(store, partial(_say, itself=itself, began=began, now=clock(), figures=_figures(store, itself)))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
    await _told(store, partial(_go, id=itself.id))


@contextlib.asynccontextmanager
async def present(store: Store, itself: Itself, clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """The same for as long as something else runs."""
    stop = asyncio.Event()
    task = asyncio.create_task(keep_present(store, itself, clock, stop))
    try:
        yield
    finally:
        stop.set()
        await task


def every(session: Session) -> list[Process]:
    """Those that run, and those that fell silent within a day."""
    return [_read(row) for row in session.rows(ALL)]


async def _told(store: Store, job: Callable[[Session], None]) -> None:
    try:
        await store.write(job)
    except StoreUnavailableError as error:  # nothing hangs on it
        log.warning("store unavailable", why=str(error))


def _figures(store: Store, itself: Itself) -> dict[str, int]:
    sizes = store.sizes()
    return {"writes": int(sizes.total), "transactions": sum(sizes.counts), **itself.figures()}


def _say(session: Session, itself: Itself, began: datetime, now: datetime, figures: dict[str, int]) -> None:
    session.run(
        SAY,
        id=itself.id,
        kind=itself.kind,
        machine=itself.machine,
        version=itself.version,
        began_at=micros(began),
        seen_at=micros(now),
        figures=to_json(figures).decode(),
    )
    session.run(FORGET, before=micros(now - KEPT))


def _go(session: Session, id: str) -> None:
    session.run(GO, id=id)


def _read(row: Row) -> Process:
    return Process(
        row["id"],
        row["kind"],
        row["machine"],
        row["version"],
        instant(row["began_at"]),
        instant(row["seen_at"]),
        from_json(row["figures"]),
    )
