"""What holds the store back? A disk that is full, and somebody else who holds the database's lock."""

import asyncio
import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults.house import ROOT, House, Process
from bench.faults.ledger import Skipped

DISK_BYTES = 48 * 1024 * 1024
"""Room for what the store keeps back for erasing (8 MB), twice as much beside it, and the trial."""
BLOCK = b"\0" * 4096
LIMIT_SPARE_BYTES = 16 * 1024
LOCKING = """
import sys, time
from sqlite_utils.utils import sqlite3
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("begin exclusive")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("rollback")
"""
LOCK_TABLES = """do $$ declare name text; begin
    for name in select quote_ident(tablename) from pg_tables where schemaname = current_schema() loop
        execute 'lock table ' || name || ' in access exclusive mode';
    end loop; end $$"""


@dataclass(frozen=True)
class SmallDisk:
    """A disk of a few megabytes, mounted in memory: full means ENOSPC, as on any disk."""

    folder: Path
    full_code = 452
    has_reserve = True

    def fill(self, processes: Iterable[Process]) -> None:
        """Leave no room at all."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            while True:
                ballast.write(BLOCK)

    def make_room(self, processes: Iterable[Process]) -> None:
        """Take the ballast away."""
        (self.folder / "ballast").unlink()


@dataclass(frozen=True)
class SmallFiles:
    """Without root: a limit on the size of the processes' files (RLIMIT_FSIZE). SQLite takes its EFBIG for a failing
    disk and not for a full one, so mail is answered 451."""

    folder: Path
    full_code = 451
    has_reserve = False

    def fill(self, processes: Iterable[Process]) -> None:
        """Let no file grow beyond the largest one that is there."""
        largest = max(file.stat().st_size for file in self.folder.iterdir() if file.is_file())
        self._limit(processes, largest + LIMIT_SPARE_BYTES)

    def make_room(self, processes: Iterable[Process]) -> None:
        """Take the limit away."""
        self._limit(processes, resource.RLIM_INFINITY)

    def _limit(self, processes: Iterable[Process], size_bytes: int) -> None:
        for process in processes:
            _, hard = resource.prlimit(process.running.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.running.pid, resource.RLIMIT_FSIZE, (size_bytes, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | SmallFiles]:
    """A disk that can be filled: a small tmpfs where we may mount one, else a limit on the size of files."""
    folder.mkdir()
    if not _mounted(folder):
        if not hasattr(resource, "prlimit"):
            raise Skipped("a full disk needs root, to mount a small one, or Linux, to limit the size of files")
        yield SmallFiles(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@asynccontextmanager
async def locked(house: House, *, seconds_max: float) -> AsyncIterator[None]:
    """Somebody else holds the write lock for so long, or until the block is left; entered once they have it."""
    if house.url.startswith("sqlite"):
        async with _file_locked(Path(house.url.removeprefix("sqlite:///")), seconds_max=seconds_max):
            yield
    else:
        async with _tables_locked(house.url):
            yield


@asynccontextmanager
async def _file_locked(database: Path, *, seconds_max: float) -> AsyncIterator[None]:
    """Another process has begun an exclusive transaction."""
    arguments = [sys.executable, "-c", LOCKING, str(database), str(seconds_max)]
    holder = await asyncio.create_subprocess_exec(
        *arguments, cwd=ROOT, env={"PATH": os.environ.get("PATH", "")}, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout
    try:
        if await holder.stdout.readline() != b"held\n":
            raise Skipped("the database could not be locked")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            holder.kill()
        await holder.communicate()


@asynccontextmanager
async def _tables_locked(url: str) -> AsyncIterator[None]:
    """Another session holds every table for itself, as who alters them does. It cannot always have them at once."""
    import psycopg

    async with await psycopg.AsyncConnection.connect(url) as connection:
        while True:
            try:
                await connection.execute(LOCK_TABLES)
                break
            except psycopg.errors.DeadlockDetected:
                await connection.rollback()
        yield
        await connection.rollback()


def _mounted(folder: Path) -> bool:
    mount = shutil.which("mount")
    if not mount or os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return False
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)]
    return subprocess.run([mount, *options], check=False, capture_output=True).returncode == 0
