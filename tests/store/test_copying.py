"""A copy from SQLite to PostgreSQL brings everything, goes on where it was cut off, and says so when they differ."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from store import (
    EngineError,
    SchemaError,
    Store,
    StoreUnavailableError,
    api_keys,
    migrate_store,
    open_store,
    sources,
)
from store.copying import COLUMNS, OWN, TABLES
from store.engines import Session
from store.recompute import recompute
from tests import postgres_server
from tests.store.keeping import DOMAIN, envelope, new_review, seed
from tests.story import RULES, START, later, one_of_each

pytestmark = pytest.mark.postgres
LARGE = b"Subject: x\r\n\r\n" + bytes(range(256)) * 20_000


@pytest.fixture
def target(postgres: str) -> Iterator[str]:
    with postgres_server.empty_schema(postgres) as url:
        migrate_store(url)
        yield url


def opened(url: str) -> Store:
    return open_store(url, rules=RULES, mail_domain=DOMAIN)


async def filled(file: Path) -> list[str]:
    """A database with something in every table that has a story; its reviews."""
    rated = await seed(lambda: opened(f"sqlite:///{file}"))
    store = opened(f"sqlite:///{file}")
    await store.record_new(*one_of_each("W\u00f6rter, \u4f60\u597d \\N \t\n", ticket="7"))
    for number in range(20):
        await new_review(store, ticket=f"t{number}")
    await store.keep_mail(id="arrival", envelope=envelope(), raw=LARGE)
    await store.write(partial(api_keys.add_key, name="helpdesk", secret="a secret", at=START))
    await store.write(partial(sources.set_cap, brand="acme", per_hour=7, at=START))
    await store.close()
    return [rated]


def one_row_in_each(session: Session) -> None:
    """A made-up row in every table that the story above leaves empty, so that none is passed over."""
    tables = [row["name"] for row in session.rows(TABLES) if not row["name"].startswith((*OWN, "afterword_"))]
    for table in tables:
        if session.rows(f"select 1 as one from {table} limit 1"):  # noqa: S608 - our own schema's names
            continue
        columns = session.rows(COLUMNS, name=table)
        names = ", ".join(column["name"] for column in columns)
        values = ", ".join({"text": "'[]'", "blob": "x'00'"}.get(column["type"].lower(), "7") for column in columns)
        session.run(f"insert into {table} ({names}) values ({values})")  # noqa: S608 - our own schema's names


def copied(file: Path, target: str, told: list[tuple[int, int]] | None = None) -> dict[str, int]:
    from store.copying import Plan
    from store.copying import copied as copy

    heard = told if told is not None else []
    return {
        same.name: same.rows for same in copy(Plan(file, target), told=lambda done, all_: heard.append((done, all_)))
    }


async def test_everything_is_there_and_what_is_derived_agrees_with_it(file: Path, target: str) -> None:
    (rated,) = await filled(file)
    told: list[tuple[int, int]] = []
    rows = copied(file, target, told)
    assert (rows["review"], rows["api_key"], rows["mail_piece"]) == (22, 1, 4)
    assert told[-1] == (2 * sum(rows.values()),) * 2
    ours, theirs = opened(f"sqlite:///{file}"), opened(target)
    assert await theirs.log(rated) == await ours.log(rated)
    assert await theirs.raw_mail(await one_mail(theirs)) == LARGE
    assert [found async for found in recompute(theirs, mend=False, clock=lambda: later(hours=2), told=len_of)] == []
    assert await theirs.key_name("a secret") == "helpdesk"
    await new_review(theirs, ticket="the next")  # keys that count by themselves go on
    await ours.close()
    await theirs.close()


async def test_no_table_is_passed_over(file: Path, target: str) -> None:
    await filled(file)
    store = opened(f"sqlite:///{file}")
    await store.write(one_row_in_each)
    await store.close()
    rows = copied(file, target)
    assert [table for table, number in rows.items() if not number] == []
    assert rows.keys() >= {"call", "endpoint", "untold", "answered", "inbox", "inbox_label", "saved_view", "process"}


async def one_mail(store: Store) -> str:
    return str((await store.read(lambda session: session.rows("select sha256 from mail")))[0]["sha256"])


def len_of(number: int) -> None:
    assert number >= 0


async def test_a_copy_that_was_cut_off_goes_on_and_nobody_opens_half_of_it(
    file: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import copying

    await filled(file)
    monkeypatch.setattr(copying, "PIECE_ROWS", 5)
    done: list[int] = []

    def cut(number: int, all_: int) -> None:
        done.append(number)
        if len(done) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copied(copying.Plan(file, target), told=cut)
    with pytest.raises(SchemaError, match="afterword copy"):
        opened(target)
    told: list[tuple[int, int]] = []
    assert copied(file, target, told)["review"] == 22
    assert told[0][0] > done[0]
    await opened(target).close()


async def test_nothing_is_copied_into_a_database_that_is_in_use(file: Path, target: str) -> None:
    await filled(file)
    store = opened(target)
    await new_review(store)
    await store.close()
    with pytest.raises(EngineError, match="not empty: there is something in"):
        copied(file, target)


async def test_a_difference_is_told_and_the_copy_stays_closed(file: Path, target: str) -> None:
    import psycopg

    await filled(file)

    def meddled(done: int, all_: int) -> None:
        if done * 2 == all_:
            with psycopg.connect(target) as other:
                other.execute("update review set ticket = 'another' where ticket = 't7'")

    from store.copying import Plan
    from store.copying import copied as copy

    with pytest.raises(EngineError, match="review is not the same in both"):
        copy(Plan(file, target), told=meddled)
    with pytest.raises(SchemaError):
        opened(target)


async def test_whoever_writes_meanwhile_is_told_to_come_back(
    file: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import copying
    from store.engines import sqlite

    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    store = opened(f"sqlite:///{file}")
    await new_review(store)
    told: list[str] = []
    loop = asyncio.get_running_loop()

    def tried(done: int, all_: int) -> None:
        if not told:
            told.append("tried")
            with pytest.raises(StoreUnavailableError):
                asyncio.run_coroutine_threadsafe(new_review(store, ticket="2"), loop).result(timeout=5)

    await asyncio.to_thread(copying.copied, copying.Plan(file, target), told=tried)
    assert told
    await new_review(store, ticket="3")
    await store.close()


def test_a_source_that_is_not_up_to_date_is_refused(tmp_path: Path, target: str) -> None:
    from store.engines import sqlite

    with sqlite.opened(tmp_path / "old.db") as db:
        sqlite.applied(db)
    with pytest.raises(SchemaError, match="copy from is not up to date"):
        copied(tmp_path / "old.db", target)
