"""May this SQLite, and the place of its file, be trusted with what was acknowledged?"""

from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from store.engines.places import network_file_system
from store.errors import EngineError

AFFECTED = ((3, 7, 0), (3, 51, 2))
"""SQLite versions whose WAL can lose a commit when it is reset under load (published by SQLite)."""
VERSION: str = sqlite3.sqlite_version


def refuse_unsafe(path: Path, allowed: bool) -> None:
    """EngineError when this Python's SQLite, or the place of the file, can lose a commit, unless that is allowed (the
    demo allows it)."""
    if allowed:
        return
    network = network_file_system(path)
    if network:
        raise EngineError(
            f"{path} lies on a network file system ({network}): SQLite loses data there; take a local disk"
        )
    version = affected()
    if version:
        raise EngineError(
            f"SQLite {version} can lose committed writes (WAL reset race, 3.7.0 to 3.51.2): install"
            " pysqlite3 0.6.1 or later, or use a Python linked with SQLite 3.51.3 or later"
        )


def affected(version: tuple[int, ...] = tuple(sqlite3.sqlite_version_info)) -> str:
    """A version of SQLite, by default the one in use, if it has the WAL-reset race, else ''."""
    return ".".join(map(str, version)) if AFFECTED[0] <= version <= AFFECTED[1] else ""
