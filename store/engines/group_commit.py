"""How are many writes made durable by one fsync? One writer thread gathers what waits into one transaction."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from store.engines import Job, Result, Session
from store.errors import StoreUnavailableError

QUEUE_MAX = 10_000
"""Writes that may wait: beyond, callers are told to come back, and memory stays bounded."""
GROUP_MAX = 200
"""Writes in one transaction: past some hundreds a commit gains nothing and the first caller waits longer."""


class Transactions(Protocol):
    """What the writer thread needs of its connection; made and used in that thread alone."""

    session: Session

    def group(self) -> AbstractContextManager[None]:
        """A transaction that is on disk when it is left without an error."""

    def part(self) -> AbstractContextManager[None]:
        """A savepoint inside it."""

    def lost(self) -> bool:
        """Whether an error has undone the whole group, not its part alone, as a full disk does."""

    def passing(self, error: Exception) -> Exception:
        """The engine's own error as a StoreUnavailableError; any other error unchanged."""

    def close(self) -> None: ...


@dataclass(slots=True)
class _Waiting:
    """One write and the caller who waits for it."""

    job: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: Exception | None = None


class Writer:
    """The one thread that writes. Every caller is answered only after the commit that holds their write; a write that
    fails is undone by its savepoint and answered with its own error, and the others go through."""

    def __init__(self, connect: Callable[[], Transactions]) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._wake = threading.Semaphore(0)
        self._closing = False
        self._started: threading.Event = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(connect,), name="store-writer", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure:
            raise self._failure

    async def submit(self, job: Job[Result]) -> Result:
        """The job's result, once it is committed."""
        if self._closing or len(self._waiting) >= QUEUE_MAX:
            raise StoreUnavailableError("the store is closing" if self._closing else "too many writes are waiting")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job, loop, loop.create_future())
        self._waiting.append(waiting)
        self._wake.release()
        result: Result = await waiting.future
        return result

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        self._closing = True
        self._wake.release()
        await asyncio.to_thread(self._thread.join)

    def _run(self, connect: Callable[[], Transactions]) -> None:
        try:
            transactions = connect()
        except Exception as error:  # noqa: BLE001 - whatever keeps the store from opening is raised where it is opened
            self._failure = error
            return
        finally:
            self._started.set()
        while self._waiting or not self._closing:
            self._wake.acquire()
            group = self._next_group()
            if group:
                _commit(transactions, group)
                _answer(group)
        transactions.close()

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        while self._waiting and len(group) < GROUP_MAX:
            group.append(self._waiting.popleft())
        return group


def _commit(transactions: Transactions, group: list[_Waiting]) -> None:
    try:
        with transactions.group():
            for waiting in group:
                _run_part(transactions, waiting)
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        for waiting in group:
            waiting.error = transactions.passing(error)


def _run_part(transactions: Transactions, waiting: _Waiting) -> None:
    try:
        with transactions.part():
            waiting.result = waiting.job(transactions.session)
    except Exception as error:
        if transactions.lost():
            raise  # what the others wrote is gone as well, and they are told
        waiting.error = transactions.passing(error)


def _answer(group: Iterable[_Waiting]) -> None:
    """Wake each event loop once for all of its callers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in group:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, answered in by_loop.items():
        with suppress(RuntimeError):  # that loop was closed: nobody waits there any more
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(answered: list[_Waiting]) -> None:
    for waiting in answered:
        if waiting.future.done():  # the caller left; what was written stays
            continue
        if waiting.error:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
