"""How are many writes made durable by one fsync? A writer thread gathers what waits into one transaction."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from store.engines import Gathered, Job, Result, Session
from store.errors import StoreFullError, StoreUnavailableError
from store.figures import Histogram, together

QUEUE_MAX = 10_000
"""Writes that may wait: beyond, callers are told to come back, and memory stays bounded."""
QUEUE_BYTES_MAX = 256 * 1024 * 1024
"""What the waiting mails may hold in memory together: ten of the largest."""
GROUP_MAX = 200
"""Writes in one transaction: past some hundreds a commit gains nothing and the first caller waits longer."""
APART_MAX = 50
"""Of these with a savepoint each: past 64 in a transaction every snapshot of a PostgreSQL gets slower."""
GROUP_BYTES_MAX = 8 * 1024 * 1024
"""A group ends with the mail that takes it past this: whoever clicks does not wait for several large ones."""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
"""By which sizes of groups are told apart."""
TRIES_MAX = 10
"""How often a write that met another writer's is run again before its caller is told "later"."""


class Transactions(Protocol):
    """What a writer thread needs of its connection; made and used in that thread alone."""

    session: Session

    def group(self, *, patient: bool) -> AbstractContextManager[None]:
        """A transaction that is on disk when it is left without an error. One that is not patient does not wait for
        rows that another writer holds: the error comes at once."""

    def sound(self) -> bool:
        """Whether no statement of the transaction has failed."""

    def part(self) -> AbstractContextManager[None]:
        """A savepoint inside it."""

    def lost(self) -> bool:
        """Whether an error has undone the whole group, not its part alone, as a full disk does."""

    def collided(self, error: Exception) -> bool:
        """Whether another writer was in the way, so that the job goes through in a transaction that begins anew."""

    def passing(self, error: Exception) -> Exception:
        """The engine's own error as a StoreUnavailableError; any other error unchanged."""

    def roomy(self) -> AbstractContextManager[None]:
        """Holds the room that was kept back for urgent writes on a full disk."""

    def tidy(self) -> None:
        """What is to be done between two groups, when nobody waits for an answer. Never raises."""

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    """One write and the caller who waits for it."""

    job: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    size_bytes: int
    urgent: bool
    tries: int = 0
    result: Any = None
    error: Exception | None = None


class Writer:
    """The threads that write: one, where the engine takes one writer at a time. Every caller is answered only after the
    commit that holds their write. A group runs as one; when a write in it fails, the group is undone and run once more
    with a savepoint for each: that one is answered with its own error, and the others go through.

    The threads are woken once for all that an event loop hands over in one turn: each waking costs the loop its turn
    at the interpreter."""

    def __init__(self, connect: Callable[[], Transactions], *, threads: int = 1) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._bytes = _Sum()
        self._wake = threading.Semaphore(0)
        self._closing = False
        self._waking: set[asyncio.AbstractEventLoop] = set()
        self._failures: deque[Exception] = deque()
        self._sizes: list[Histogram] = []
        started = threading.Barrier(threads + 1)
        self._threads = [
            threading.Thread(target=self._run, args=(connect, started), name=f"store-writer-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()
        started.wait()
        if self._failures:
            self._end()
            raise self._failures[0]

    async def submit(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        """The job's result, once it is committed."""
        if self._closing:
            raise StoreUnavailableError("the store is closing")
        if len(self._waiting) >= QUEUE_MAX or (size_bytes and self._bytes.value + size_bytes > QUEUE_BYTES_MAX):
            raise StoreUnavailableError("too many writes are waiting")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job, loop, loop.create_future(), size_bytes, urgent)
        self._bytes.add(size_bytes)
        self._waiting.append(waiting)
        if loop not in self._waking:
            self._waking.add(loop)
            loop.call_soon(self._woken, loop)
        result: Result = await waiting.future
        return result

    def _woken(self, loop: asyncio.AbstractEventLoop) -> None:
        self._waking.discard(loop)
        self._wake.release()

    def sizes(self) -> Histogram:
        """How many writes each transaction took along since the start."""
        return together(SIZES, self._sizes)

    async def close(self) -> None:
        """Write what waits, then end the threads."""
        self._end()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _end(self) -> None:
        self._closing = True
        for _ in self._threads:
            self._wake.release()

    def _run(self, connect: Callable[[], Transactions], started: threading.Barrier) -> None:
        try:
            transactions = connect()
        except Exception as error:  # noqa: BLE001 - whatever keeps the store from opening is raised where it is opened
            self._failures.append(error)
            return
        finally:
            started.wait()
        sizes = Histogram(SIZES)
        self._sizes.append(sizes)
        while self._waiting or not self._closing:
            self._wake.acquire()
            self._run_next(transactions, sizes)
        transactions.close()

    def _run_next(self, transactions: Transactions, sizes: Histogram) -> None:
        """A function of its own, so that nothing of a large mail is held while the thread waits for the next."""
        group = self._next_group()
        if group:
            sizes.add(len(group))
            self._finish(_committed(transactions, group))
            transactions.tidy()
        if self._waiting:
            self._wake.release()

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        left_bytes = GROUP_BYTES_MAX
        with suppress(IndexError):  # another thread took the rest
            while len(group) < GROUP_MAX and left_bytes > 0:
                group.append(self._waiting.popleft())
                left_bytes -= group[-1].size_bytes
        return group

    def _finish(self, group: "_Committed") -> None:
        """Answer those who are done; who is to try again comes first in the next group."""
        for waiting in reversed(group.again):
            self._waiting.appendleft(waiting)
            self._wake.release()
        self._bytes.add(-sum(waiting.size_bytes for waiting in group.done))
        _answer(group.done)


class _Sum:
    """A number that several threads change."""

    def __init__(self) -> None:
        self.value = 0
        self._lock = threading.Lock()

    def add(self, number: int) -> None:
        if number:
            with self._lock:
                self.value += number


@dataclass(frozen=True, slots=True)
class _Committed:
    """What became of a group."""

    done: list[_Waiting]
    again: list[_Waiting]


def _committed(transactions: Transactions, group: list[_Waiting]) -> _Committed:
    """Run a group. Where the disk is full, its urgent writes are run once more on the room that was kept for them."""
    committed = _run_group(transactions, group)
    urgent = [waiting for waiting in committed.done if waiting.urgent and isinstance(waiting.error, StoreFullError)]
    if not urgent:
        return committed
    try:
        with transactions.roomy():
            for waiting in urgent:
                waiting.error = None
            again = [*committed.again, *_run_group(transactions, urgent).again]
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        for waiting in urgent:
            waiting.error = transactions.passing(error)
        return committed
    return _Committed([waiting for waiting in committed.done if waiting not in again], again)


class _SpoiltError(Exception):
    """A write of a group that runs as one has failed, and the transaction is of no use to the others."""


def _run_group(transactions: Transactions, group: list[_Waiting]) -> _Committed:
    """Run it as one: a savepoint for each write would cost as much again. If one fails, run it with them."""
    try:
        with transactions.group(patient=False):
            _run_as_one(transactions, group)
    except _SpoiltError:
        return _run_apart(transactions, group)
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        return _refused(transactions, group, error)
    return _Committed(group, [])


def _run_as_one(transactions: Transactions, group: list[_Waiting]) -> None:
    try:
        for one in group:
            if not isinstance(one.job, Gathered):
                one.result = one.job(transactions.session)
        for run, waiting in _by_kind(group):
            items = [one.job.item for one in waiting if isinstance(one.job, Gathered)]
            for one, result in zip(waiting, run(transactions.session, items), strict=True):
                one.result = result
    except Exception as error:
        raise _SpoiltError from error
    if not transactions.sound():
        raise _SpoiltError


def _by_kind(group: list[_Waiting]) -> Iterable[tuple[Callable[..., Any], list[_Waiting]]]:
    """The gathered jobs by what runs them, in the order in which they came."""
    kinds: dict[Callable[..., Any], list[_Waiting]] = {}
    for waiting in group:
        if isinstance(waiting.job, Gathered):
            kinds.setdefault(waiting.job.run, []).append(waiting)
    return kinds.items()


def _run_apart(transactions: Transactions, group: list[_Waiting]) -> _Committed:
    done = min(len(group), APART_MAX)
    try:
        with transactions.group(patient=True):
            for number, waiting in enumerate(group[:APART_MAX]):
                if not _run_part(transactions, waiting):
                    done = number  # and nothing after it: who holds rows that others wait for does not wait for theirs
                    break
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        return _refused(transactions, group, error)
    return _Committed(group[:done], group[done:])


def _refused(transactions: Transactions, group: list[_Waiting], error: Exception) -> _Committed:
    """Nothing of the group was written."""
    for waiting in group:
        waiting.error = transactions.passing(error)
    return _Committed(group, [])


def _run_part(transactions: Transactions, waiting: _Waiting) -> bool:
    """Whether it is done, well or badly; if not, it is to be run again in a transaction that begins anew."""
    try:
        with transactions.part():
            waiting.result = waiting.job(transactions.session)
    except Exception as error:
        if transactions.lost():
            raise  # what the others wrote is gone as well, and they are told
        waiting.tries += 1
        if transactions.collided(error) and waiting.tries < TRIES_MAX:
            return False
        waiting.error = transactions.passing(error)
    return True


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
