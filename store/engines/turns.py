"""Whose turn is it to write? Processes that write one file wait for each other here, not inside SQLite.

SQLite's own waiting is a sleep and another try, so under load one of six writers waited for seconds. The kernel wakes
who waits for a file's lock at once (flock(2)), and lets it go when its process dies.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreUnavailableError


class Turns:
    """The lock file beside a database, for one thread. A turn within a turn is the same turn."""

    def __init__(self, path: Path, *, wait_seconds: float) -> None:
        self._path = path
        self._wait_seconds = wait_seconds
        self._file = -1
        self._depth = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Ours alone until it is left. StoreUnavailableError when another process keeps it for too long."""
        if not self._depth:
            self._take()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; it stays, as another process may wait for it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _take(self) -> None:
        if self._file < 0:
            self._file = _open(self._path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait()

    def _wait(self) -> None:
        """flock knows no time-out, so a thread of its own waits, on a file that is its own to close."""
        waiter = _Waiter(self._file)
        if not waiter.done.wait(self._wait_seconds) and not waiter.give_up():
            self.close()  # the waiter still has the same open file, and lets go when it closes it
            raise StoreUnavailableError("another process has been writing for too long")


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error}") from error


class _Waiter:
    """Waits for the lock of an open file until it has it; then it is the caller's, unless they gave up."""

    def __init__(self, file: int) -> None:
        self.done = threading.Event()
        self._given_up = False
        self._lock = threading.Lock()
        self._own = os.dup(file)
        threading.Thread(target=self._run, name="store-turn", daemon=True).start()

    def give_up(self) -> bool:
        """Whether the lock came after all, in this very moment; if not, it will be let go when it comes."""
        with self._lock:
            self._given_up = not self.done.is_set()
            return not self._given_up

    def _run(self) -> None:
        fcntl.flock(self._own, fcntl.LOCK_EX)
        with self._lock:
            self.done.set()
            if self._given_up:
                fcntl.flock(self._own, fcntl.LOCK_UN)
        os.close(self._own)
