"""How is a PostgreSQL reached, and reached again after it was away?"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from store.errors import EngineError

DEFAULTS = {
    "fallback_application_name": "afterword",
    "client_encoding": "utf8",
    "target_session_attrs": "read-write",  # of several hosts the one that takes writes, after a failover too
    "connect_timeout": "5",
    "keepalives_idle": "10",  # a server that fell silent is found out within half a minute
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What libpq is told unless the URL says otherwise."""
SET_UP = """set lock_timeout = '10s'; set statement_timeout = '60s'; set idle_in_transaction_session_timeout = '60s';
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local')"""
"""Nobody waits for ever, a process that was stopped in the middle holds no rows, and commits wait for the disk, and
for the standby where there is one."""
STALE = (errors.ReadOnlySqlTransaction, errors.FeatureNotSupported)
"""After these the connection is of no use: its server no longer takes writes, or plans for a schema of yesterday."""
AGAIN_SECONDS = 0.5
BULKY_BYTES = 1024 * 1024
SLOTS = re.compile(r"'[^']*'|::|:([a-z_][a-z0-9_]*)|%")

Connecting = dict[str, Any]
"""What libpq is to be told, by keyword."""


class Link:
    """A connection of one thread. One that was lost is opened anew by the next transaction."""

    def __init__(self, connecting: Connecting) -> None:
        self._refused = ""
        self._again_at = 0.0
        self.bulky = False
        """Whether something large went over it: libpq's buffer only grows, and lives as long as the connection."""
        self._connecting = connecting
        self._warned = ""
        """What the server warned of during the last command."""
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._cursor: psycopg.Cursor[dict[str, Any]] | None = None

    def execute(self, sql: str, values: dict[str, Any]) -> "psycopg.Cursor[dict[str, Any]]":
        """Run one statement; the cursor over its rows, good until the next one."""
        if self._cursor is None:
            raise psycopg.InterfaceError("there is no connection")
        self.bulky |= any(isinstance(value, bytes) and len(value) > BULKY_BYTES for value in values.values())
        return self._cursor.execute(sql, values)

    def execute_each(self, sql: str, each: list[dict[str, Any]]) -> None:
        """Run one statement for each of these values, in one round trip."""
        if self._cursor is None:
            raise psycopg.InterfaceError("there is no connection")
        size_bytes = sum(len(value) for values in each for value in values.values() if isinstance(value, bytes))
        self.bulky |= size_bytes > BULKY_BYTES
        self._cursor.executemany(sql, each)

    @property
    def status(self) -> TransactionStatus:
        """How the transaction stands; UNKNOWN when the connection is lost."""
        return self._connection.info.transaction_status if self._connection else TransactionStatus.UNKNOWN

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """A transaction, committed when it is left without an error. A COMMIT that warns has not reached the standby
        that it waits for ("canceling wait for synchronous replication"): a failover would undo it, so it is none."""
        self._begin(begin)
        try:
            yield
            if self.command("commit") != "COMMIT":
                raise errors.InFailedSqlTransaction("nothing was committed")
            if self._warned:
                raise psycopg.OperationalError(self._warned)
        except BaseException as error:
            self._undo(stale=isinstance(error, STALE) or isinstance(error.__cause__, STALE))
            raise

    def command(self, sql: str) -> str | None:
        """Run one or more statements without values, none of which is a query; the server's word for the last one."""
        if self._connection is None:
            raise psycopg.InterfaceError("there is no connection")
        self._warned = ""
        return self._connection.execute(sql, prepare=False).statusmessage

    def drop(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._cursor = None
            self.bulky = False

    def _begin(self, begin: str) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):  # it was lost while nobody used it: nothing is undone, so nobody need know
                self.command(begin)
                return
            self.drop()
        self._connect()
        self.command(begin)

    def _connect(self) -> None:
        if self._refused and time.monotonic() < self._again_at:
            raise psycopg.OperationalError(
                self._refused
            )  # so that who waits hears it at once, not after one time-out for each before them
        try:
            self._connection = psycopg.connect(**self._connecting, autocommit=True, row_factory=dict_row)
        except psycopg.OperationalError as error:
            self._refused, self._again_at = str(error), time.monotonic() + AGAIN_SECONDS
            raise
        self._connection.add_notice_handler(self._notice)
        self._cursor = self._connection.cursor(binary=True)
        self.command(SET_UP)

    def _notice(self, told: errors.Diagnostic) -> None:
        if told.severity_nonlocalized == "WARNING":
            self._warned = told.message_primary or "the server warns"

    def _undo(self, *, stale: bool) -> None:
        try:
            if not stale:
                self.command("rollback")
        except psycopg.Error:
            stale = True
        if stale:
            self.drop()


def connecting(url: str) -> Connecting:
    """What libpq makes of a URL. EngineError when it cannot, without a word of it: there is a password in it."""
    try:
        return DEFAULTS | conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise EngineError(
            "DATABASE_URL cannot be read: expected postgresql://user:password@host:5432/database, where"
            " each of / ? # @ : % in user and password is written as its %XX"
        ) from None


@contextmanager
def opened(connecting: Connecting) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """A connection for one short use. EngineError when there is no way to the server."""
    try:
        connection = psycopg.connect(**connecting, autocommit=True)
    except psycopg.OperationalError as error:
        raise EngineError(f"PostgreSQL cannot be reached: {error}") from error
    with connection:
        yield connection


@lru_cache(maxsize=1_000)
def translated(sql: str) -> str:
    """A statement with our `:name` as psycopg's `%(name)s`; what stands in quotes, and `::`, stays."""
    return SLOTS.sub(_slot, sql)


def _slot(found: "re.Match[str]") -> str:
    return f"%({found[1]})s" if found[1] else found[0].replace("%", "%%")
