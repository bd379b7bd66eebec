"""How is the whole memory copied away while everything runs, proved to be whole, and put back?

Of SQLite the copy is a database like the one in use, taken from one snapshot by SQLite's own online backup: nobody
waits for it. Of PostgreSQL it is an archive that pg_dump makes (store/backup_postgres.py). Neither counts before it was
opened, and what is derived in it was held against its facts (store/recompute.py).
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from reviews.rules import Rules
from store import lists
from store.engines.sqlite import OWNER_ONLY, beside, connect, migrate
from store.errors import EngineError
from store.opening import open_store
from store.recompute import Difference, recompute

PAGES = 2_048
"""Copied between two looks at the bar: 8 MB."""
SNAPSHOT = "select count(*) from sqlite_schema"
LEFT_BEHIND = ("wal", "shm", "journal")
"""Beside a database that is gone, these would be taken for the log of the one that is put in its place."""

Told = Callable[[int, int], None]
"""Hears how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a copy was found to hold: how many reviews, and what in it is not as its facts say."""

    reviews: int
    differences: tuple[Difference, ...]


async def back_up(source: Path, target: Path, *, rules: Rules, clock: Callable[[], datetime], told: Told) -> Proof:
    """Copy the database of a running installation to a new file, and prove the copy. EngineError when it is not whole;
    then there is no file. FileExistsError when there is one already."""
    return await _copied(source, target, rules=rules, clock=clock, told=told)


async def restore(backup: Path, target: Path, *, rules: Rules, clock: Callable[[], datetime], told: Told) -> Proof:
    """Put a backup where there is no database, brought up to date and proved. The backup stays as it is."""
    for there in (target, *(beside(target, kind) for kind in LEFT_BEHIND)):
        if there.exists():
            raise FileExistsError(f"{there} is there already: move it away first, with what lies beside it")
    return await _copied(backup, target, rules=rules, clock=clock, told=told, older=True)


async def _copied(
    source: Path, target: Path, *, rules: Rules, clock: Callable[[], datetime], told: Told, older: bool = False
) -> Proof:
    refuse_taken(target)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        copy = Path(folder, target.name)
        _copy(source, copy, told)
        if older:
            migrate(copy, affected_allowed=True)
        proof = await prove(copy, rules=rules, clock=clock)
        _settle(copy)
        _place(copy, target)
    return proof


async def prove(copy: Path, *, rules: Rules, clock: Callable[[], datetime]) -> Proof:
    """Open it, let SQLite look through every page and index, and hold what is derived against the facts."""
    _refuse_broken(copy)
    store = open_store(f"sqlite:///{copy}", rules=rules, mail_domain="", affected_allowed=True)
    try:
        found = recompute(store, mend=False, clock=clock, told=lambda _: None)
        return Proof(await store.read(lists.count), tuple([difference async for difference in found]))
    finally:
        await store.close()


def refuse_taken(target: Path) -> None:
    """FileExistsError where a file has that name."""
    if target.exists():
        raise FileExistsError(f"there is a {target} already")


def _copy(source: Path, target: Path, told: Told) -> None:
    """One snapshot, held from the first page to the last: a copy that began anew at each write would never end."""
    if not source.is_file():
        raise EngineError(f"there is no database at {source}")
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    with _opened(source) as here, _opened(target) as there:
        here.execute("begin")
        here.execute(SNAPSHOT).fetchone()
        here.backup(there, pages=PAGES, progress=lambda _, left, all_: told(all_ - left, all_))
        here.rollback()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise EngineError(f"{path}: {error}") from error


def _refuse_broken(path: Path) -> None:
    with _opened(path) as connection:
        found = [str(line) for (line,) in connection.execute("pragma integrity_check(5)")]
        strangers = connection.execute("pragma foreign_key_check").fetchall()
    if found != ["ok"] or strangers:
        raise EngineError(f"the copy is not whole, and is not kept: {'; '.join(found)}")


def _settle(path: Path) -> None:
    """Bring its log into the file, and the file onto the disk."""
    connect(path).close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _place(copy: Path, target: Path) -> None:
    """Give it its name, unless somebody took that meanwhile."""
    os.link(copy, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
