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
    def kept(self) -> bool:
        """Whether the room is held."""
        with suppress(OSError):
            return self._path.stat().st_size >= RESERVE_BYTES
        return False

    def keep(self) -> None:
        """Hold the room, if there is that much."""
        if self.kept:
            return
        try:
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize >= FREE_BYTES_MIN:
                _fill(self._path)
        except OSError:
            self.release()  # a part of it holds nothing back

    def release(self) -> None:
        """Give the room up."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def _fill(path: Path) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, RESERVE_BYTES)
        else:  # macOS
            os.write(file, bytes(RESERVE_BYTES))
    finally:
        os.close(file)
