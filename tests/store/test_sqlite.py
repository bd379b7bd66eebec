"""What only SQLite has: a file, versions that lose commits, readers that cannot write."""

from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from store import (
    EngineError,
    SchemaError,
    Store,
    StoreUnavailableError,
    migrate_store,
    open_store,
    schema,
)
from store.engines import sqlite, sqlite_trust
from tests.store.keeping import numbers, put, url_of
from tests.story import RULES


def test_the_file_is_its_owners_alone(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_store_without_a_database_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="python -m store migrate"):
        open_store(url_of(tmp_path), rules=RULES, mail_domain="x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://db/afterword", "DATABASE_URL must be like"),
        ("sqlite://", "DATABASE_URL must be like"),
        ("sqlite:///", "DATABASE_URL must be like"),
        ("afterword.db", "DATABASE_URL must be like"),
        ("sqlite:///{}/no such folder/afterword.db", "no such folder"),
        ("sqlite:///{}/letter.txt", "not a database"),
    ],
)
def test_a_database_that_cannot_be_one_is_refused_with_the_reason(tmp_path: Path, url: str, says: str) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada,\n" * 200)
    with pytest.raises(EngineError, match=says):
        migrate_store(url.format(tmp_path))


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), ""),
        ((3, 7, 0), "3.7.0"),
        ((3, 40, 1), "3.40.1"),
        ((3, 51, 2), "3.51.2"),
        ((3, 51, 3), ""),
        ((3, 53, 0), ""),
        ((4, 0, 0), ""),
    ],
)
def test_the_versions_that_can_lose_a_commit_are_known(version: tuple[int, ...], affected: str) -> None:
    assert sqlite_trust.affected(version) == affected


def test_an_affected_version_is_refused_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sqlite_trust, "AFFECTED", ((3, 0, 0), tuple(sqlite3.sqlite_version_info)))
    with pytest.raises(EngineError, match="pysqlite3"):
        migrate_store(url_of(tmp_path))
    assert migrate_store(url_of(tmp_path), affected_allowed=True) == schema.NAMES


def test_every_commit_is_on_disk_before_anybody_is_answered(file: Path) -> None:
    with sqlite.opened(file) as db:
        asked = {name: db.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert asked == {"journal_mode": "wal", "synchronous": 2}


async def test_a_reader_cannot_write(sqlite_store: Store) -> None:
    with pytest.raises(StoreUnavailableError):
        await sqlite_store.read(put(1))
    assert await sqlite_store.read(numbers) == []
