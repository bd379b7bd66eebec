"""How are many writes made durable by one fsync? A writer thread gathers what waits into one transaction."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue

from store.engines import Job, Result
from store.engines.group import Committed, Transactions, Waiting, committed
from store.errors import StoreUnavailableError
from store.figures import Histogram, together

QUEUE_MAX = 10_000
"""Writes that may wait: beyond, callers are told to come back, and memory stays bounded."""
QUEUE_BYTES_MAX = 256 * 1024 * 1024
"""What the waiting mails may hold in memory together: ten of the largest."""
GROUP_MAX = 200
"""Writes in one transaction: past some hundreds a commit gains nothing and the first caller waits longer."""
GROUP_BYTES_MAX = 8 * 1024 * 1024
"""A group ends with the mail that takes it past this: whoever clicks does not wait for several large ones."""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
"""By which sizes of groups are told apart."""


class Writer:
    """The threads that write: one, where the engine takes one writer at a time. Every caller is answered only after the
    commit that holds their write. A group runs as one; when a write in it fails, the group is undone and run once more
    with a savepoint for each: that one is answered with its own error, and the others go through.

    The threads are woken once for all that an event loop hands over in one turn: each waking costs the loop its turn
    at the interpreter."""

    def __init__(self, connect: Callable[[], Transactions], *, threads: int = 1) -> None:
        self._waiting: deque[Waiting] = deque()
        self._bytes = _Sum()
        self._wake: SimpleQueue[None] = SimpleQueue()
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
        waiting = Waiting(job, loop, loop.create_future(), size_bytes, urgent)
        self._bytes.add(size_bytes)
        self._waiting.append(waiting)
        if loop not in self._waking:
            self._waking.add(loop)
            loop.call_soon(self._woken, loop)
        result: Result = await waiting.future
        return result

    def _woken(self, loop: asyncio.AbstractEventLoop) -> None:
        self._waking.discard(loop)
        self._wake.put(None)

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
            self._wake.put(None)

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
            self._wake.get()
            self._run_next(transactions, sizes)
        transactions.close()

    def _run_next(self, transactions: Transactions, sizes: Histogram) -> None:
        """A function of its own, so that nothing of a large mail is held while the thread waits for the next."""
        group = self._next_group()
        if group:
            sizes.add(len(group))
            self._finish(committed(transactions, group))
            transactions.tidy()
        if self._waiting:
            self._wake.put(None)

    def _next_group(self) -> list[Waiting]:
        group: list[Waiting] = []
        left_bytes = GROUP_BYTES_MAX
        with suppress(IndexError):  # another thread took the rest
            while len(group) < GROUP_MAX and left_bytes > 0:
                group.append(self._waiting.popleft())
                left_bytes -= group[-1].size_bytes
        return group

    def _finish(self, group: Committed) -> None:
        """Answer those who are done; who is to try again comes first in the next group."""
        for waiting in reversed(group.again):
            self._waiting.appendleft(waiting)
            self._wake.put(None)
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


def _answer(group: Iterable[Waiting]) -> None:
    """Wake each event loop once for all of its callers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
    for waiting in group:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, answered in by_loop.items():
        with suppress(RuntimeError):  # that loop was closed: nobody waits there any more
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(answered: list[Waiting]) -> None:
    for waiting in answered:
        if waiting.future.done():  # the caller left; what was written stays
            continue
        if waiting.error:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
