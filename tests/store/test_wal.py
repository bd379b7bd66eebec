"""SQLite's log stays small although there always is a reader in it."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from store import Session, Store, sources
from store.engines import sqlite
from tests.store.keeping import envelope
from tests.story import START

MB = 1024 * 1024
ROUNDS = 60


def slow_read(session: Session) -> int:
    """A read that stays in the log for a while."""
    counting = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) select max(i) as i from n"
    )
    session.rows("select count(*) from mail")
    return int(session.rows(counting)[0]["i"])


async def read_on(store: Store, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await store.read(slow_read)


async def largest_log(store: Store, file: Path) -> int:
    """The most that the log had while mails came in and readers overlapped."""
    stop, largest = asyncio.Event(), 0
    readers = [asyncio.ensure_future(read_on(store, stop)) for _ in range(sqlite.READERS)]
    for number in range(ROUNDS):
        await store.keep_mail(id=str(number), envelope=envelope(), raw=str(number).encode() * 100_000)
        largest = max(largest, sqlite.beside(file, "wal").stat().st_size)
    stop.set()
    await asyncio.gather(*readers)
    return largest


async def test_the_log_is_cut_under_readers_who_never_all_leave(
    sqlite_store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAL_BYTES_MAX", 1 * MB)
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(sqlite, "CHECKPOINT_BUSY_SECONDS", 1.0)
    assert await largest_log(sqlite_store, file) < 8 * MB


async def test_a_reader_who_does_not_leave_holds_up_no_writer(
    sqlite_store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAL_BYTES_MAX", 0)
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY_SECONDS", 0.0)
    with sqlite.opened(file) as db:
        db.begin()
        assert db.execute("select count(*) from brake").fetchone() == (0,)
        async with asyncio.timeout(60):
            for number in range(10):
                await sqlite_store.write(partial(sources.set_cap, brand=str(number), per_hour=number, at=START))
            await sqlite_store.write(partial(sources.set_paused, brand="acme", paused_at=START, at=START))
        assert db.execute("select count(*) from brake").fetchone() == (0,), "it still sees what it began with"
        db.rollback()


async def test_closing_leaves_no_log(sqlite_store: Store, file: Path) -> None:
    await sqlite_store.keep_mail(id="a", envelope=envelope(), raw=b"x" * MB)
    await sqlite_store.close()
    assert [left.name for left in file.parent.glob("*-wal") if left.stat().st_size] == []
