"""One writer, many writes, one commit."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from store import (
    Session,
    StoreUnavailableError,
)
from store.engines import Job, group_commit
from store.engines.group_commit import Writer
from store.engines.sqlite import SqliteTransactions
from tests.store.keeping import numbers, put


class Counted(SqliteTransactions):
    """Counts its commits."""

    commits = 0

    @contextmanager
    def group(self) -> Iterator[None]:
        with super().group():
            yield
        type(self).commits += 1


@pytest.fixture
async def writer(file: Path) -> AsyncIterator[Writer]:
    Counted.commits = 0
    opened = Writer(lambda: Counted(file))
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
    assert isinstance(answers[1], sqlite3.IntegrityError)  # it will stay wrong: nobody is told to try again
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


def test_an_event_loop_that_ended_does_not_end_the_writer(file: Path) -> None:
    writer = Writer(lambda: SqliteTransactions(file))
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
