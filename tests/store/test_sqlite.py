"""What only SQLite has: its schema's migrations, versions that lose commits, readers that cannot write."""

import subprocess
import sys
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
from store.engines import sqlite
from tests.store.keeping import ROOT, numbers, put, url_of
from tests.story import RULES


def test_a_schema_is_brought_up_to_date_once(tmp_path: Path) -> None:
    assert migrate_store(url_of(tmp_path)) == schema.NAMES
    assert migrate_store(url_of(tmp_path)) == ()


def test_a_store_without_a_database_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="python -m store migrate"):
        open_store(url_of(tmp_path), rules=RULES, mail_domain="x")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_was_not_migrated_is_refused(tmp_path: Path) -> None:
    sqlite.connect(tmp_path / "afterword.db").close()
    with pytest.raises(SchemaError, match="python -m store migrate"):
        open_store(url_of(tmp_path), rules=RULES, mail_domain="x")


def test_a_database_of_a_newer_version_is_neither_opened_nor_migrated(file: Path) -> None:
    with sqlite.opened(file) as db:
        db.table("_sqlite_migrations").insert({"migration_set": "afterword", "name": "9999_later", "applied_at": "x"})
    with pytest.raises(SchemaError, match="9999_later"):
        open_store(url_of(file.parent), rules=RULES, mail_domain="x")
    with pytest.raises(SchemaError, match="9999_later"):
        migrate_store(url_of(file.parent))


def test_a_migration_that_fails_leaves_the_schema_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ("9999_broken", ("create table half (id text)", "create table nonsense ("))
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(sqlite3.OperationalError):
        migrate_store(url_of(file.parent))
    with sqlite.opened(file) as db:
        assert "half" not in db.table_names()


MIGRATING = """
import sys
from store import migrate_store
print("ready", flush=True)
for line in sys.stdin:
    print(",".join(migrate_store(line.strip())) or "nothing", flush=True)
"""


def test_two_processes_that_migrate_at_once_both_succeed(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", MIGRATING]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen(arguments, text=True, cwd=ROOT, **pipes) as first,  # type: ignore[call-overload]  # as run() has it
        subprocess.Popen(arguments, text=True, cwd=ROOT, **pipes) as second,  # type: ignore[call-overload]
    ):
        assert {process.stdout.readline() for process in (first, second)} == {"ready\n"}
        for number in range(40):
            for process in (first, second):
                process.stdin.write(f"sqlite:///{tmp_path}/{number}.db\n")
                process.stdin.flush()
            told = sorted(process.stdout.readline().strip() for process in (first, second))
            assert told == sorted([",".join(schema.NAMES), "nothing"])
        for process in (first, second):
            process.stdin.close()


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
    assert sqlite.affected(version) == affected


def test_an_affected_version_is_refused_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sqlite, "AFFECTED", ((3, 0, 0), tuple(sqlite3.sqlite_version_info)))
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
