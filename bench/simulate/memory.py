"""What remembers a history? The real store over SQLite in memory, by connections that may end at any commit.

Transactions, groups and sessions are the store's own; here it is only decided when one is run, and whether the process
that asked for it lives to hear the answer.
"""

import asyncio
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from store import migrate_store
from store.engines import Job, Result, Session
from store.engines.group import Waiting, committed
from store.engines.sqlite import SqliteSession, as_unavailable, connect, immediate
from store.errors import StoreUnavailableError
from store.figures import Histogram

BEFORE, AFTER, BUSY, TWICE = "before", "after", "busy", "twice"
"""What may happen to a commit: the process dies before it, or after it and before anybody is answered; the store says
"later"; the work is undone and done again."""


class _Undone(Exception):
    """Whatever was done is undone."""


@cache
def _template() -> sqlite3.Connection:
    """A database with the schema and nothing in it."""
    folder = Path(tempfile.mkdtemp())
    try:
        migrate_store(f"sqlite:///{folder}/empty.db", affected_allowed=True)
        copy = sqlite3.connect(":memory:")
        with_schema = connect(folder / "empty.db")
        with_schema.conn.backup(copy)
        with_schema.close()
    finally:
        shutil.rmtree(folder)
    return copy


class Memory:
    """One database, and what will happen to its commits by their number."""

    def __init__(self, fates: Mapping[int, str]) -> None:
        connection = sqlite3.connect(":memory:")
        _template().backup(connection)
        self.db = Database(connection)
        self.db.execute("pragma foreign_keys=on").fetchall()
        self.session: Session = SqliteSession(self.db)
        self.commits = 0
        self.changed = asyncio.Event()
        self._fates = dict(fates)

    def fate(self) -> str:
        """What becomes of the next commit."""
        self.commits += 1
        return self._fates.get(self.commits, "")

    def calm(self) -> None:
        """From now on every commit goes well."""
        self._fates.clear()

    # what groups of writes ask of a connection (store.engines.group.Transactions)

    @contextmanager
    def group(self, *, patient: bool) -> Iterator[None]:
        with immediate(self.db):
            yield

    @contextmanager
    def part(self) -> Iterator[None]:
        self.db.execute("savepoint part")
        try:
            yield
        except BaseException:
            self.db.execute("rollback to part")
            self.db.execute("release part")
            raise
        self.db.execute("release part")

    def sound(self) -> bool:
        return bool(self.db.conn.in_transaction)

    def lost(self) -> bool:
        return not self.sound()

    def collided(self, error: Exception) -> bool:
        return False

    def passing(self, error: Exception) -> Exception:
        return as_unavailable(error)

    @contextmanager
    def roomy(self) -> Iterator[None]:
        yield

    def tidy(self) -> None: ...

    def close(self) -> None:
        self.db.close()


@dataclass(eq=False)
class Connection:
    """One process's way to the database, an engine of the store's. After its death nothing it asks for is done, and
    nobody is answered."""

    memory: Memory
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: deque[Waiting] = field(default_factory=deque)

    async def write(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        loop = asyncio.get_running_loop()
        waiting = Waiting(job, loop, loop.create_future(), size_bytes, urgent)
        if not self._waiting:
            loop.call_soon(self._run)
        self._waiting.append(waiting)
        result: Result = await waiting.future
        return result

    async def read(self, job: Job[Result]) -> Result:
        await self._alive()
        self.memory.db.begin()
        try:
            return job(self.memory.session)
        finally:
            self.memory.db.rollback()

    def sizes(self) -> Histogram:
        return Histogram((1,))

    async def close(self) -> None:
        """There is nothing to end."""

    async def _alive(self) -> None:
        if self.dead.is_set():
            await asyncio.Event().wait()

    def _run(self) -> None:
        """All that waits is one transaction, as it is for who was kept waiting by the one before."""
        group = list(self._waiting)
        self._waiting.clear()
        if self.dead.is_set():
            return
        fate = self.memory.fate()
        if fate == BEFORE:
            self.dead.set()
            return
        if fate == BUSY:
            self._answer(group, StoreUnavailableError("the simulation says later"))
            return
        if fate == TWICE:
            self._undone(group)
        self._answer(committed(self.memory, group).done) if fate != AFTER else self._unheard(group)
        self.memory.changed.set()

    def _undone(self, group: list[Waiting]) -> None:
        """Run it all, and take it back."""
        copies = [Waiting(one.job, one.loop, one.future, one.size_bytes, one.urgent) for one in group]
        try:
            with immediate(self.memory.db):
                for one in copies:
                    one.job(self.memory.session)
                raise _Undone
        except Exception:  # noqa: BLE001 - whatever it was, it comes again
            return

    def _unheard(self, group: list[Waiting]) -> None:
        committed(self.memory, group)
        self.dead.set()

    def _answer(self, group: list[Waiting], error: Exception | None = None) -> None:
        for one in group:
            failed = error or one.error
            if one.future.done():
                continue
            if failed:
                one.future.set_exception(failed)
            else:
                one.future.set_result(one.result)
