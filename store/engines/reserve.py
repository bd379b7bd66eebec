"""Is there room to erase when the disk is full? A file beside the database holds some until then.

On a full disk SQLite cannot even delete: what it changes goes to its log first. So this file is given up for an urgent
write, and built again as soon as there is room; other writes are refused meanwhile, so they cannot eat it up.
"""

import os
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 8 * 1024 * 1024
"""Room for the log of many deletions, of one review or person each."""
FREE_BYTES_MIN = 2 * RESERVE_BYTES
"""Beside it this much stays free: the reserve must not be what fills the disk."""


class Reserve:
    """One file; as every process that writes keeps the same one, it is there once for all of them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size_bytes(self) -> int:
        """How much room is held."""
        with suppress(OSError):
            return self._path.stat().st_size
        return 0

    def keep(self) -> None:
        """Hold the whole room, where the disk has that much to spare."""
        if self.size_bytes < RESERVE_BYTES and self._free_bytes() >= FREE_BYTES_MIN:
            self._grow(RESERVE_BYTES)

    def keep_what_is_left(self) -> None:
        """Hold what an urgent write did not need, however little that is: nobody else is to have it."""
        self._grow(min(RESERVE_BYTES, self._free_bytes()))

    def release(self) -> None:
        """Give the room up."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _free_bytes(self) -> int:
        with suppress(OSError):
            disk = os.statvfs(self._path.parent)
            return disk.f_bavail * disk.f_frsize
        return 0

    def _grow(self, size_bytes: int) -> None:
        if not size_bytes:
            return
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                _fill(file, size_bytes)
            finally:
                os.close(file)
        except OSError:  # somebody was quicker
            self.release()


def _fill(file: int, size_bytes: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size_bytes)
    else:  # macOS
        os.write(file, bytes(size_bytes))
