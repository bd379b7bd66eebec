"""What do both engines do alike? Writes go through the writer threads, reads through a few reader threads, and an
engine that is closing takes neither."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from store.engines import Job, Result
from store.engines.group import Transactions
from store.engines.group_commit import Writer
from store.errors import StoreUnavailableError
from store.figures import Histogram


class Threaded(ABC):
    """An engine whose jobs run in threads with a connection each."""

    def __init__(self, connect: Callable[[], Transactions], *, writers: int, readers: int) -> None:
        self._writer = Writer(connect, threads=writers)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="store-reader")
        self._closing = False

    async def write(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        return await self._writer.submit(job, size_bytes=size_bytes, urgent=urgent)

    async def read(self, job: Job[Result]) -> Result:
        if self._closing:
            raise StoreUnavailableError("the store is closing")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, job)

    def sizes(self) -> Histogram:
        return self._writer.sizes()

    async def close(self) -> None:
        self._closing = True
        await asyncio.to_thread(self._readers.shutdown)
        self._let_go()
        await self._writer.close()

    @abstractmethod
    def _read(self, job: Job[Result]) -> Result:
        """Run a job in a reader's thread, on a snapshot; the engine's own errors as StoreUnavailableError."""

    @abstractmethod
    def _let_go(self) -> None:
        """Close the readers' connections."""
