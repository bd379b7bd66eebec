"""How does PostgreSQL remember? A few writer threads with group commit, and reader threads, each with a connection.

READ COMMITTED for writing: a rule loads its review FOR UPDATE, so each statement after it sees what was committed
before. REPEATABLE READ for reading: one snapshot for all that a job reads. Commits wait for the disk
(synchronous_commit).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from store.engines import Job, Result, Row, Session, Value
from store.engines.dialect import POSTGRES, Dialect, storable
from store.engines.postgres_link import STALE, Connecting, Link, connecting, opened, translated
from store.engines.threaded import Threaded
from store.engines.versions import check, pending
from store.errors import EngineError, StoreFullError, StoreUnavailableError

WRITERS = 2
"""While one waits for another process's row or for the disk, the other goes on."""
READERS = 4
SNAPSHOT = "begin transaction isolation level repeatable read read only"
IMPATIENT = "set local lock_timeout = '10ms';"
"""Who holds rows that others wait for does not wait for theirs: such a write comes first in the next transaction, where
it holds none. So two processes that want the same two reviews do not stop each other until the server finds out."""
MIGRATING = 0x6166746572776F72
"""The advisory lock of those who change the schema: any number that nobody else takes ("afterwor" in ASCII)."""
CREATE_MIGRATIONS = """create table if not exists afterword_migration (
    name text primary key, applied_at timestamptz not null default now())"""
HAS_MIGRATIONS = "select to_regclass('afterword_migration') is not null"
APPLIED = "select name from afterword_migration"
ADD_APPLIED = "insert into afterword_migration (name) values (%s)"
LASTING = "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'server_encoding')"
LASTING_AS = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}


class PostgresSession:
    """One transaction of a connection."""

    dialect: Dialect = POSTGRES

    def __init__(self, link: Link) -> None:
        self._link = link

    def rows(self, sql: str, **values: Value) -> list[Row]:
        return self._link.execute(translated(sql), storable(values)).fetchall()

    def run(self, sql: str, **values: Value) -> int:
        return self._link.execute(translated(sql), storable(values)).rowcount

    def table(self, sql: str, columns: Sequence[str], **values: Value) -> list[Sequence[Any]]:
        return [[row[column] for column in columns] for row in self.rows(sql, **values)]

    def run_each(self, sql: str, each: Sequence[dict[str, Value]]) -> None:
        self._link.execute_each(translated(sql), [storable(values) for values in each])


class PostgresTransactions:
    """A writer thread's connection."""

    def __init__(self, connecting: Connecting) -> None:
        self._link = Link(connecting)
        self._parts = 0
        self.session: Session = PostgresSession(self._link)

    @contextmanager
    def group(self, *, patient: bool) -> Iterator[None]:
        self._parts = 0
        with self._link.transaction("begin" if patient else f"begin;{IMPATIENT}"):
            yield

    def sound(self) -> bool:
        return self._link.status is TransactionStatus.INTRANS

    @contextmanager
    def part(self) -> Iterator[None]:
        self._save()
        try:
            yield
            if self._link.status is TransactionStatus.INERROR:
                raise errors.InFailedSqlTransaction("a statement failed, and its job went on")
        except STALE:
            self._link.drop()
            raise
        except BaseException:
            if not self.lost():
                self._link.command("rollback to savepoint part")
            raise

    def lost(self) -> bool:
        return self._link.status not in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def collided(self, error: Exception) -> bool:
        if isinstance(error, errors.LockNotAvailable):
            return self._parts > 1  # the first of a group has waited its full time
        return isinstance(error, errors.DeadlockDetected | errors.SerializationFailure)

    def passing(self, error: Exception) -> Exception:
        return as_unavailable(error)

    def roomy(self) -> nullcontext[None]:
        """Nothing is kept back here: the server's disk is its operator's."""
        return nullcontext()

    def tidy(self) -> None:
        if self._link.bulky:
            self._link.drop()

    def close(self) -> None:
        self._link.drop()

    def _save(self) -> None:
        """A new savepoint in place of the last one, in one round trip."""
        self._parts += 1
        before = "release savepoint part;" if self._parts > 1 else ""
        self._link.command(before + (IMPATIENT if self._parts == 2 else "") + "savepoint part")


class PostgresEngine(Threaded):
    """The engine over one server or cluster. Opening it raises SchemaError or EngineError."""

    def __init__(self, url: str, *, affected_allowed: bool = False) -> None:
        connecting_ = connecting(url)
        with opened(connecting_) as connection:
            refuse_unsafe(connection, affected_allowed)
            check(applied(connection))
        self._connecting = connecting_
        self._local = threading.local()
        self._links: list[Link] = []
        super().__init__(lambda: PostgresTransactions(connecting_), writers=WRITERS, readers=READERS)

    def _let_go(self) -> None:
        for link in self._links:
            link.drop()

    def _read(self, job: Job[Result]) -> Result:
        link: Link | None = getattr(self._local, "link", None)
        if link is None:
            link = self._local.link = Link(self._connecting)
            self._links.append(link)
        try:
            with suppress(*STALE):
                return _snapshot(link, job)
            return _snapshot(link, job)  # on a new connection, which plans for the schema as it is now
        except psycopg.Error as error:
            raise as_unavailable(error) from error


def _snapshot(link: Link, job: Job[Result]) -> Result:
    with link.transaction(SNAPSHOT):
        return job(PostgresSession(link))


def migrate(url: str, *, affected_allowed: bool = False) -> tuple[str, ...]:
    """Bring the schema up to date, all or nothing; the names of the migrations that were applied. Two processes may
    race."""
    with opened(connecting(url)) as connection:
        refuse_unsafe(connection, affected_allowed)
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (MIGRATING,))
            connection.execute(CREATE_MIGRATIONS)
            missing = pending(applied(connection))
            for name, statements in missing:
                for statement in POSTGRES.statements(statements):
                    connection.execute(statement)
                connection.execute(ADD_APPLIED, (name,))
    return tuple(name for name, _ in missing)


def applied(connection: "psycopg.Connection[tuple[object, ...]]") -> set[str]:
    """The names of the migrations that this database has seen."""
    if connection.execute(HAS_MIGRATIONS).fetchone() == (False,):
        return set()
    return {str(name) for (name,) in connection.execute(APPLIED)}


def refuse_unsafe(connection: "psycopg.Connection[tuple[object, ...]]", allowed: bool) -> None:
    """EngineError when the server's settings can lose a commit, or cannot hold every language."""
    told = {str(name): str(setting) for name, setting in connection.execute(LASTING)}
    wrong = [f"{name} = {told[name]}" for name, wanted in LASTING_AS.items() if told.get(name, wanted) != wanted]
    if wrong and not allowed:
        raise EngineError(f"this PostgreSQL cannot be trusted with mail: it runs with {', '.join(wrong)}")


def as_unavailable(error: Exception) -> Exception:
    """What passes, of psycopg's own errors, as one of ours; any other, a broken constraint among them, unchanged."""
    if isinstance(error, errors.DiskFull):
        return StoreFullError(str(error))
    if isinstance(error, errors.ProgramLimitExceeded):  # too long for an index: it will be tomorrow, too
        return error
    passing = (psycopg.OperationalError, psycopg.InterfaceError, errors.InFailedSqlTransaction, *STALE)
    return StoreUnavailableError(str(error)) if isinstance(error, passing) else error
