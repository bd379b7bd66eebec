"""How does SQLite remember? One file through sqlite-utils: a writer thread with group commit, and reader threads.

WAL with synchronous=FULL: a commit is on disk before anybody is answered. BEGIN IMMEDIATE, because a transaction that
reads first and writes later fails under other writers. A sqlite-utils Database belongs to the thread that made it.

Beside `afterword.db` lie SQLite's own `-wal` and `-shm`, and our `-turns` (engines/turns.py) and `-reserve`
(engines/reserve.py).
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from store import schema
from store.engines import Job, Result, Row, Session, Value, versions
from store.engines.dialect import SQLITE, Dialect, Statement, storable
from store.engines.patience import ENDED, Patience, ran_out
from store.engines.reserve import Reserve
from store.engines.sqlite_trust import refuse_unsafe
from store.engines.threaded import Threaded
from store.engines.turns import Turns
from store.errors import EngineError, SchemaError, StoreFullError, StoreUnavailableError

READERS = 3
OWNER_ONLY = 0o600
"""The file holds other people's mail and the secrets of webhooks; SQLite gives its log the same mode."""
BUSY_SECONDS = 10.0
"""How long a writer waits for another process's transaction before it says "later"."""
LOOK_AGAIN_SECONDS = 0.02
WAL_BYTES_MAX = 16 * 1024 * 1024
"""SQLite writes its log from the start again only when no reader is in it. Under load there always is one, so past
this size the writer waits for them a moment and cuts the log."""
CHECKPOINT_PAGES = 3_000
"""From which length on SQLite itself brings its log into the file, 12 MB: by its own 4 MB nearly every group of votes,
which change twenty pages each, would be written twice, with three syncs instead of one."""
CHECKPOINT_BUSY_SECONDS = 0.05
CHECKPOINT_EVERY_SECONDS = 0.5
"""A reader who stays longer than that moment costs the writers a tenth of their time at most."""
WRITER_CACHE_KB = 8_192
"""Pages the writer keeps. By SQLite's 2 MB nearly every click, each on another review, reads its pages anew."""
SQLITE_FULL = 13


class SqliteSession:
    """One sqlite-utils Database, inside a transaction or on a snapshot."""

    dialect: Dialect = SQLITE

    def __init__(self, db: Database | Patience) -> None:
        self._db = db

    def rows(self, sql: str, **values: Value) -> list[Row]:
        cursor = self._db.execute(sql, storable(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(self, sql: str, **values: Value) -> int:
        return int(self._db.execute(sql, storable(values)).rowcount)

    def table(self, sql: str, columns: Sequence[str], **values: Value) -> list[Sequence[Any]]:
        """In one step of SQLite: between two, this thread gives the interpreter away and has to wait for it."""
        packed = f"select json_group_array(json_array({', '.join(columns)})) from ({sql})"  # noqa: S608 - our own names
        rows: list[Sequence[Any]] = json.loads(self._db.execute(packed, storable(values)).fetchone()[0])
        return rows

    def run_each(self, sql: str, each: Sequence[dict[str, Value]]) -> None:
        self._db.conn.executemany(sql, map(storable, each))  # sqlite-utils has none for a statement of one's own


class SqliteTransactions:
    """The writer thread's connection."""

    def __init__(self, path: Path) -> None:
        self._db = connect(path)
        self._wal = beside(path, "wal")
        self._turns = Turns(beside(path, "turns"), wait_seconds=BUSY_SECONDS)
        self._reserve = Reserve(beside(path, "reserve"))
        self._reserve.keep()
        self._tidied = time.monotonic()
        self._db.execute(f"pragma cache_size = -{WRITER_CACHE_KB}")
        self._db.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
        self.session: Session = SqliteSession(self._db)

    @contextmanager
    def group(self, *, patient: bool) -> Iterator[None]:
        with self._turns.turn(), immediate(self._db):
            yield

    @contextmanager
    def part(self) -> Iterator[None]:
        self._db.execute("savepoint part")  # sqlite-utils' own has a new name each time, to be compiled each time
        try:
            yield
        except BaseException:
            if self._db.conn.in_transaction:  # else a full disk has undone more than this part
                self._db.execute("rollback to part")
                self._db.execute("release part")
            raise
        self._db.execute("release part")

    def sound(self) -> bool:
        return bool(self._db.conn.in_transaction)

    def lost(self) -> bool:
        return not self.sound()

    def collided(self, error: Exception) -> bool:
        return False  # whoever has begun is alone

    def passing(self, error: Exception) -> Exception:
        return as_unavailable(error)

    @contextmanager
    def roomy(self) -> Iterator[None]:
        with self._turns.turn():
            self._reserve.release()
            try:
                yield
            finally:
                self._checkpoint()  # what was erased makes room in the file, and the log is cut
                self._reserve.keep_what_is_left()

    def tidy(self) -> None:
        if time.monotonic() < self._tidied + CHECKPOINT_EVERY_SECONDS:
            return
        if _size_bytes(self._wal) > WAL_BYTES_MAX:
            self._checkpoint()
        self._reserve.keep()
        self._tidied = time.monotonic()

    def close(self) -> None:
        self._checkpoint()
        self._db.close()
        self._turns.close()

    def _checkpoint(self) -> None:
        """Bring the log into the file and cut it, if its readers are out of it in a moment; else another time."""
        with suppress(sqlite3.Error, StoreUnavailableError), self._turns.turn():
            self._db.execute(f"pragma busy_timeout = {int(CHECKPOINT_BUSY_SECONDS * 1000)}")
            try:
                self._db.execute("pragma wal_checkpoint(truncate)").fetchall()
            finally:
                self._db.execute(f"pragma busy_timeout = {int(BUSY_SECONDS * 1000)}")


class SqliteEngine(Threaded):
    """The engine over one file. Opening it raises SchemaError or EngineError before anything is written."""

    def __init__(self, path: Path, *, affected_allowed: bool = False) -> None:
        refuse_unsafe(path, affected_allowed)
        if not path.is_file():  # connecting would make an empty one
            raise SchemaError(f"there is no database at {path}: run `python -m store migrate` first")
        with opened(path) as db:
            versions.check(applied(db))
        self._path = path
        self._local = threading.local()
        self._databases: list[Database] = []
        super().__init__(lambda: SqliteTransactions(path), writers=1, readers=READERS)

    def _let_go(self) -> None:
        for database in self._databases:
            database.close()

    def _read(self, job: Job[Result]) -> Result:
        db = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = connect(self._path, same_thread=False)
            db.execute("pragma query_only=on")
            self._local.session = SqliteSession(Patience(db))
            self._databases.append(db)
        db.begin()  # one snapshot for all the job reads
        try:
            return job(self._local.session)
        except sqlite3.Error as error:
            raise as_unavailable(error) from error
        finally:
            db.rollback()


def connect(path: Path, *, same_thread: bool = True) -> Database:
    """A Database on that file with the pragmas every connection needs. A reader's is closed by another thread."""
    connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS, check_same_thread=same_thread)
    db = Database(connection)
    _into_wal(db)
    for pragma in ("synchronous=full", "foreign_keys=on", "secure_delete=on"):
        with db.ensure_autocommit_on():
            db.execute(f"pragma {pragma}").fetchall()
    return db


def _into_wal(db: Database) -> None:
    """WAL, kept in the file. SQLite does not wait for another process that changes the mode just now, so this does."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with db.ensure_autocommit_on():
                db.execute("pragma journal_mode=wal").fetchall()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The database for one short use. EngineError when the file cannot be opened, or is no database."""
    try:
        db = connect(path)
    except sqlite3.DatabaseError as error:
        raise EngineError(f"{path}: {error}") from error
    try:
        yield db
    finally:
        db.close()


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """A write transaction that takes its lock at the start; undone on any error."""
    db.execute("begin immediate")
    try:
        yield
        db.execute("commit")
    except BaseException:
        db.rollback()
        raise


def migrate(path: Path, *, affected_allowed: bool = False) -> tuple[str, ...]:
    """Bring the file's schema up to date; the names of the migrations that were applied. Two processes may race."""
    refuse_unsafe(path, affected_allowed)
    with suppress(OSError):  # a folder that cannot be used is told by opening it
        path.touch(mode=OWNER_ONLY)
    with opened(path) as db, immediate(db):
        missing = tuple(name for name, _ in versions.pending(applied(db)))
        _migrations().apply(db)  # inside BEGIN IMMEDIATE: by itself it races between processes
    return missing


def applied(db: Database) -> set[str]:
    """The names of the migrations that this file has seen."""
    return {migration.name for migration in _migrations().applied(db)}


def as_unavailable(error: Exception) -> Exception:
    """What passes, of SQLite's own errors, as one of ours; any other error, a broken file among them, unchanged."""
    if not isinstance(error, sqlite3.OperationalError):
        return error
    if ran_out(error):
        return StoreUnavailableError(ENDED)
    full = getattr(error, "sqlite_errorcode", 0) & 0xFF == SQLITE_FULL or "full" in str(error)
    return StoreFullError(str(error)) if full else StoreUnavailableError(str(error))


def _migrations() -> Migrations:
    migrations = Migrations("afterword")
    for name, statements in schema.MIGRATIONS:
        migrations(name=name)(_applying(statements))
    return migrations


def _applying(statements: tuple[Statement, ...]) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        for statement in SQLITE.statements(statements):
            db.execute(statement)

    return apply


def beside(path: Path, what: str) -> Path:
    """The file of that kind that belongs to a database."""
    return path.with_name(f"{path.name}-{what}")


def _size_bytes(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
