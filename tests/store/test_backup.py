"""A backup is taken while others write, is proved, and comes back whole; what cannot be proved is not kept."""

import asyncio
import os
from functools import partial
from pathlib import Path

import pytest

from store import EngineError, Store, migrate_store, open_store, schema
from store.backup import Proof, back_up, restore
from store.recompute import RATING
from tests import postgres_server
from tests.store.keeping import DOMAIN, envelope, new_review, seed, url_of
from tests.story import RULES, later

MAIL = b"Subject: x\r\n\r\n" + b"a large one " * 300_000


async def backed_up(source: Path, target: Path) -> Proof:
    return await back_up(source, target, rules=RULES, clock=lambda: later(hours=2), told=lambda done, all_: None)


async def restored(backup: Path, target: Path) -> Proof:
    return await restore(backup, target, rules=RULES, clock=lambda: later(hours=2), told=lambda done, all_: None)


def opened(file: Path) -> Store:
    return open_store(f"sqlite:///{file}", rules=RULES, mail_domain=DOMAIN)


async def test_a_backup_holds_all_that_was_committed_and_comes_back_whole(file: Path, tmp_path: Path) -> None:
    review = await seed(lambda: opened(file))
    store = opened(file)
    sha256 = await store.keep_mail(id="arrival", envelope=envelope(), raw=MAIL)
    log, timeline = await store.log(review), await store.timeline(review)
    assert await backed_up(file, tmp_path / "copy.db") == Proof(1, ())
    await store.close()
    assert await restored(tmp_path / "copy.db", tmp_path / "again.db") == Proof(1, ())
    again = opened(tmp_path / "again.db")
    assert (await again.log(review), await again.timeline(review)) == (log, timeline)
    assert await again.raw_mail(sha256) == MAIL
    await again.close()


async def test_a_backup_is_one_file_that_only_its_owner_may_read(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    await backed_up(file, folder / "copy.db")
    assert [(found.name, found.stat().st_mode & 0o777) for found in folder.iterdir()] == [("copy.db", 0o600)]


async def test_a_backup_is_taken_while_others_write_and_holds_a_moment_of_theirs(file: Path, tmp_path: Path) -> None:
    store, stop, number = opened(file), asyncio.Event(), 0

    async def write() -> None:
        nonlocal number
        while not stop.is_set():
            number += 1
            await new_review(store, ticket=str(number))

    for _ in range(200):
        number += 1
        await new_review(store, ticket=str(number))
    before, writing = number, asyncio.create_task(write())
    proof = await backed_up(file, tmp_path / "copy.db")
    stop.set()
    await writing
    await store.close()
    assert before <= proof.reviews < number
    assert proof.differences == ()


async def test_a_backup_never_takes_the_place_of_a_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("yesterday's")
    with pytest.raises(FileExistsError):
        await backed_up(file, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "yesterday's"


async def test_a_database_that_is_not_whole_makes_no_backup(file: Path, tmp_path: Path) -> None:
    store = opened(file)
    for number in range(50):
        await new_review(store, ticket=str(number))
    await store.close()
    with file.open("r+b") as damaged:
        damaged.seek(4096 * 3)
        damaged.write(os.urandom(4096 * 12))
    with pytest.raises(EngineError):
        await backed_up(file, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_a_backup_tells_of_what_is_derived_wrongly_and_is_kept(file: Path, tmp_path: Path) -> None:
    review = await seed(lambda: opened(file))
    store = opened(file)
    await store.write(lambda session: session.run("delete from step"))
    await store.close()
    proof = await backed_up(file, tmp_path / "copy.db")
    assert [(found.what, found.of) for found in proof.differences if found.what == RATING] == [(RATING, review)]
    assert (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("there", ["", "-wal", "-journal"])
async def test_nothing_is_restored_over_a_database_or_over_the_log_of_one(
    file: Path, tmp_path: Path, there: str
) -> None:
    await backed_up(file, tmp_path / "copy.db")
    (tmp_path / f"again.db{there}").write_text("in use")
    with pytest.raises(FileExistsError, match="move it away"):
        await restored(tmp_path / "copy.db", tmp_path / "again.db")


async def test_a_backup_of_an_older_version_is_brought_up_to_date_and_itself_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "afterword.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        migrate_store(url_of(tmp_path))
    before = old.read_bytes()
    await restored(old, tmp_path / "again.db")
    await opened(tmp_path / "again.db").close()
    assert old.read_bytes() == before


@pytest.mark.postgres
async def test_an_archive_of_postgresql_is_proved_and_comes_back_whole(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg import connect

    from store import backup_postgres

    monkeypatch.setenv("PATH", f"{postgres_server.programs()}{os.pathsep}{os.environ['PATH']}")
    soon = partial(later, hours=2)
    with postgres_server.empty_schema(postgres) as url:
        migrate_store(url)

        def opening() -> Store:
            return open_store(url, rules=RULES, mail_domain=DOMAIN)

        review = await seed(opening)
        assert await backup_postgres.back_up(url, tmp_path / "archive", rules=RULES, clock=soon) == Proof(1, ())
        assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o600
        with pytest.raises(EngineError, match="holds an Afterword already"):
            await backup_postgres.restore(url, tmp_path / "archive", rules=RULES, clock=soon)
        store = opening()
        log = await store.log(review)
        await store.close()
        with connect(url, autocommit=True) as connection:
            (name,) = connection.execute("select current_schema()").fetchone() or ("",)
            connection.execute(f"drop schema {name} cascade")
        assert await backup_postgres.restore(url, tmp_path / "archive", rules=RULES, clock=soon) == Proof(1, ())
        store = opening()
        assert await store.log(review) == log
        await store.close()
