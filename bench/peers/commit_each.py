"""Our own door with a commit for every request: the usual form, a connection per thread and a transaction per call."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import uvicorn

from settings import read_settings
from store.engines import Job, Result
from store.engines.sqlite import SqliteEngine, SqliteTransactions
from web.app import create_from
from web.server import configured

THREADS = 8


class CommitEach(SqliteEngine):
    """SQLite, without gathering."""

    def __init__(self, path: Path, *, affected_allowed: bool = False) -> None:
        super().__init__(path, affected_allowed=affected_allowed)
        self._pool = ThreadPoolExecutor(THREADS)
        self._mine = threading.local()
        self._file = path

    async def write(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(self._alone, job))

    def _alone(self, job: Job[Result]) -> Result:
        transactions = getattr(self._mine, "transactions", None)
        if transactions is None:
            transactions = self._mine.transactions = SqliteTransactions(self._file)
        with transactions.group(patient=True):
            return job(transactions.session)


def main() -> None:
    """Serve as `python -m web` does."""
    from store.engines import sqlite

    sqlite.SqliteEngine = CommitEach  # type: ignore[misc]  # the one difference from the real door
    settings = read_settings()
    uvicorn.Server(configured(create_from(settings), host=settings.bind, port=settings.port)).run()


if __name__ == "__main__":
    main()
