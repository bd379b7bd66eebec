"""One writer, many writes, one commit."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from store import (
    Session,
    StoreUnavailableError,
    migrate_store,
)
from store.engines import Job, group_commit
from store.engines.group import Transactions
from store.engines.group_commit import Writer
from store.engines.sqlite import SqliteTransactions
from tests.store.keeping import numbers, put

Connect = Callable[[], Transactions]


class Counted:
    """Transactions that count their commits."""

    commits = 0

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transactions, name)

    @contextmanager
    def group(self, *, patient: bool) -> Iterator[None]:
        with self._transactions.group(patient=patient):
            yield
        type(self).commits += 1


@pytest.fixture
def connect(url: str) -> Connect:
    """Makes a writer's connection to a migrated database of each engine."""
    migrate_store(url)
    if url.startswith("sqlite"):
        return lambda: SqliteTransactions(Path(url.removeprefix("sqlite:///")))
    from store.engines.postgres import PostgresTransactions
    from store.engines.postgres_link import connecting

    return lambda: PostgresTransactions(connecting(url))


@pytest.fixture
async def writer(connect: Connect) -> AsyncIterator[Writer]:
    Counted.commits = 0
    opened = Writer(lambda: cast("Transactions", Counted(connect())))
    yield opened
    await opened.close()


@contextmanager
def held(writer: Writer) -> Iterator[threading.Event]:
    """The writer busy with one write until the event is set, so that the next ones wait together."""
    let_go = threading.Event()
    busy = asyncio.ensure_future(writer.submit(lambda session: let_go.wait(5)))
    try:
        yield let_go
    finally:
        let_go.set()
        busy.add_done_callback(lambda done: done.exception())


async def submitted(writer: Writer, *jobs: Job[int]) -> list[int | BaseException]:
    """All of them waiting at once, then what each was answered."""
    with held(writer) as let_go:
        await asyncio.sleep(0.05)  # the writer has taken the busy one
        tasks = [asyncio.ensure_future(writer.submit(job)) for job in jobs]
        await asyncio.sleep(0)
        let_go.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))


async def test_what_waits_together_is_committed_together(writer: Writer) -> None:
    assert await submitted(writer, *(put(n) for n in range(50))) == list(range(50))
    assert Counted.commits == 2  # the one that kept the writer busy, and the fifty
    assert await writer.submit(numbers) == list(range(50))


async def test_a_group_has_a_bound(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "GROUP_MAX", 20)
    await submitted(writer, *(put(n) for n in range(50)))
    assert Counted.commits == 1 + 3


async def test_a_write_that_fails_is_undone_alone_and_answered_with_its_own_error(writer: Writer) -> None:
    def falls(session: Session) -> int:
        put(7)(session)
        raise LookupError("its own")

    answers = await submitted(writer, put(1), falls, put(2))
    assert (answers[0], answers[2]) == (1, 2)
    assert isinstance(answers[1], LookupError)
    assert str(answers[1]) == "its own"
    assert await writer.submit(numbers) == [1, 2]


async def test_a_write_that_the_engine_refuses_is_undone_alone(writer: Writer) -> None:
    answers = await submitted(writer, put(1), put(1), put(2))
    assert (answers[0], answers[2]) == (1, 2)
    assert "IntegrityError" in {
        kind.__name__ for kind in type(answers[1]).__mro__
    }  # it stays wrong: nobody tries again
    assert await writer.submit(numbers) == [1, 2]


async def test_a_caller_who_left_keeps_nobody_waiting(writer: Writer) -> None:
    with held(writer) as let_go:
        await asyncio.sleep(0.05)
        gone = asyncio.ensure_future(writer.submit(put(1)))
        stays = asyncio.ensure_future(writer.submit(put(2)))
        await asyncio.sleep(0)
        gone.cancel()
        let_go.set()
        assert await stays == 2
    assert await writer.submit(numbers) == [1, 2], "what was handed over is written, whoever still listens"


def test_an_event_loop_that_ended_does_not_end_the_writer(connect: Connect) -> None:
    writer = Writer(connect)
    let_go = threading.Event()

    async def leaves() -> None:
        for job in (lambda session: let_go.wait(5), put(1)):
            task = asyncio.ensure_future(writer.submit(job))
            await asyncio.sleep(0)
            task.cancel()

    asyncio.run(leaves())
    let_go.set()

    async def comes() -> list[int]:
        found = await writer.submit(numbers)
        await writer.close()
        return found

    assert asyncio.run(comes()) == [1]


async def test_a_queue_that_is_full_says_later(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_MAX", 3)
    answers = await submitted(writer, *(put(n) for n in range(5)))
    assert answers[:3] == [0, 1, 2]
    assert [type(answer) for answer in answers[3:]] == [StoreUnavailableError] * 2
    assert await writer.submit(put(9)) == 9, "and takes more once it is not"


async def test_the_mails_that_wait_have_a_bound_in_bytes(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_BYTES_MAX", 100)
    with held(writer) as let_go:
        await asyncio.sleep(0.05)
        sizes = [60, 0, 60, 40, 1]
        tasks = [asyncio.ensure_future(writer.submit(put(n), size_bytes=size)) for n, size in enumerate(sizes)]
        await asyncio.sleep(0)
        let_go.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, int) for answer in answers] == [True, True, False, True, False]
    assert await writer.submit(put(9), size_bytes=100) == 9, "what was written no longer waits"


async def test_a_large_mail_ends_its_group(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "GROUP_BYTES_MAX", 100)
    with held(writer) as let_go:
        await asyncio.sleep(0.05)
        tasks = [asyncio.ensure_future(writer.submit(put(n), size_bytes=n * 60)) for n in range(4)]
        await asyncio.sleep(0)
        let_go.set()
        await asyncio.gather(*tasks)
    assert Counted.commits == 1 + 2


async def test_several_threads_write_each_job_once_and_all_end(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "GROUP_MAX", 7)
    writer = Writer(connect, threads=3)
    assert sorted(await asyncio.gather(*(writer.submit(put(n)) for n in range(300)))) == list(range(300))
    assert await writer.submit(numbers) == list(range(300))
    last = [asyncio.ensure_future(writer.submit(put(n))) for n in range(300, 340)]
    await asyncio.sleep(0)
    await writer.close()
    assert await asyncio.gather(*last) == list(range(300, 340))


async def test_closing_writes_what_waits_and_then_says_no(writer: Writer) -> None:
    with held(writer) as let_go:
        await asyncio.sleep(0.05)
        waiting = [asyncio.ensure_future(writer.submit(put(n))) for n in range(5)]
        await asyncio.sleep(0)
        closing_now = asyncio.ensure_future(writer.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailableError, match="closing"):
            await writer.submit(put(9))
        let_go.set()
        await closing_now
    assert await asyncio.gather(*waiting) == list(range(5))


def test_what_keeps_the_store_from_opening_is_raised_where_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Writer(lambda: SqliteTransactions(tmp_path / "no such folder" / "afterword.db"))
