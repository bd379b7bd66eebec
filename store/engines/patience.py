"""How long may one query read? SQLite knows no time limit, so its reader looks at the clock while it works."""

import time
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

QUERY_SECONDS_MAX = 60.0
"""As long as PostgreSQL is given (postgres_link.py). Whoever asks is gone by then, and the others want their reader."""
LOOK_EVERY = 20_000
"""Steps of SQLite's machine, about a millisecond, between two looks at the clock."""
ENDED = f"reading took longer than {QUERY_SECONDS_MAX:.0f} s and was ended"


class Patience:
    """A reader's database: a query that takes too long is interrupted (sqlite3.OperationalError, see `ran_out`)."""

    def __init__(
        self, db: Database, *, seconds: float = QUERY_SECONDS_MAX, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._clock = clock
        self.conn = db.conn
        self._seconds = seconds
        self._until = float("inf")
        self.conn.set_progress_handler(self._is_late, LOOK_EVERY)

    def execute(self, sql: str, values: dict[str, Any]) -> Any:  # noqa: ANN401 - sqlite3's or pysqlite3's cursor
        """Begin a query; its time runs until the next one."""
        self._until = self._clock() + self._seconds
        return self._db.execute(sql, values)

    def _is_late(self) -> bool:
        return self._clock() > self._until


def ran_out(error: Exception) -> bool:
    """Whether a query was interrupted."""
    return str(error) == "interrupted"
