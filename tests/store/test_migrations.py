"""The schema is brought up to date from any earlier one, on every engine, and is the same on each."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from reviews.facts import Review
from reviews.holds import Suppression
from reviews.model import UNSUBSCRIBED
from store import SchemaError, Session, Store, migrate_store, open_store, rows, schema, suppressions
from store.engines.dialect import Migration, Only
from tests import postgres_server
from tests.store.keeping import ROOT, url_of
from tests.story import RULES, closing

OWN = {"_sqlite_migrations", "afterword_migration", "sqlite_schema", "sqlite_sequence"}
"""Tables that an engine keeps for itself."""
TYPES: dict[str, str] = {"integer": "integer", "bigint": "integer", "blob": "bytes", "bytea": "bytes", "text": "text"}
INDICES = {"tsvector"}
"""Kinds of column that are an index: SQLite has a virtual table for that."""
SQLITE_COLUMNS = """select t.name as place, c.name as name, lower(c.type) as kind
    from pragma_table_list as t join pragma_table_info(t.name) as c where t.schema = 'main' and t.type = 'table'"""
POSTGRES_COLUMNS = """select table_name as place, column_name as name, data_type as kind
    from information_schema.columns where table_schema = current_schema()"""


def opened(url: str) -> Store:
    return open_store(url, rules=RULES, mail_domain="x")


@contextmanager
def migrations(monkeypatch: pytest.MonkeyPatch, *known: Migration) -> Iterator[None]:
    """A version of Afterword that knows these migrations."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", known)
        yield


def test_a_schema_is_brought_up_to_date_once(url: str) -> None:
    assert migrate_store(url) == schema.NAMES
    assert migrate_store(url) == ()


def test_a_database_that_was_not_migrated_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with migrations(monkeypatch):
        migrate_store(url)
    with pytest.raises(SchemaError, match="python -m store migrate"):
        opened(url)


def test_a_database_of_a_newer_version_is_neither_opened_nor_migrated(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with migrations(monkeypatch, *schema.MIGRATIONS, ("9999_later", ("create table later (id text)",))):
        migrate_store(url)
    for refused in (opened, migrate_store):
        with pytest.raises(SchemaError, match="9999_later"):
            refused(url)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    half = "create table half (id text)"
    with (
        migrations(monkeypatch, *schema.MIGRATIONS, ("9999_broken", (half, "create table nonsense ("))),
        pytest.raises(Exception, match=r"syntax|incomplete"),
    ):
        migrate_store(url)
    with migrations(monkeypatch, *schema.MIGRATIONS, ("9999_mended", (half,))):
        assert migrate_store(url) == (*schema.NAMES, "9999_mended")


def test_a_statement_for_one_engine_is_run_on_that_engine_alone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    each = (Only("sqlite", "create table own (id text) strict"), Only("postgres", "create table own (id xml)"))
    with migrations(monkeypatch, *schema.MIGRATIONS, ("9999_own", each)):
        assert migrate_store(url)[-1] == "9999_own"


async def old_data(url: str) -> Review:
    """A review as the first version wrote it."""
    review = closing()[0]
    assert isinstance(review, Review)

    def job(session: Session) -> None:
        session.run(
            """insert into review (id, brand, source, ticket, contact, agent, team, closed_at, at, body)
                values (:id, 'acme', 'zammad', '48213', 'ada@customer.example', '', '', :at, :at, :body)""",
            id=review.id,
            at=rows.micros(review.at),
            body=rows.write_fact(review),
        )

    store = opened(url)
    await store.write(job)
    await store.close()
    return review


@pytest.mark.parametrize("known", range(1, len(schema.MIGRATIONS) + 1))
async def test_every_earlier_schema_is_brought_up_to_date_with_what_is_in_it(
    url: str, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with migrations(monkeypatch, *schema.MIGRATIONS[:known]):
        migrate_store(url)
        review = await old_data(url)
    assert migrate_store(url) == schema.NAMES[known:]
    store = opened(url)
    log = await store.log(review.id)
    assert log is not None
    assert log.review == review
    await store.close()


async def columns(url: str) -> set[tuple[str, str, str]]:
    """Every column: its table, its name, and what kind of thing is in it."""
    migrate_store(url)
    store = opened(url)
    ask = SQLITE_COLUMNS if url.startswith("sqlite") else POSTGRES_COLUMNS
    found = await store.read(lambda session: session.rows(ask))
    await store.close()
    ours = (row for row in found if row["place"] not in OWN and row["kind"] not in INDICES)
    return {(row["place"], row["name"], TYPES[row["kind"]]) for row in ours}


@pytest.mark.postgres
async def test_the_engines_have_the_same_tables_and_columns(tmp_path: Path, postgres: str) -> None:
    with postgres_server.empty_schema(postgres) as url:
        theirs = await columns(url)
    assert theirs == await columns(url_of(tmp_path))
    assert len({place for place, _, _ in theirs}) >= 13


MIGRATING = """
import sys
from store import migrate_store
print("ready", flush=True)
for line in sys.stdin:
    print(",".join(migrate_store(line.strip())) or "nothing", flush=True)
"""


def told_by_two(*urls: str) -> list[list[str]]:
    """What two processes say that migrate each of these databases at once."""
    command = [sys.executable, "-c", MIGRATING]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    told = []
    with processes[0], processes[1]:
        pipes = [(process.stdin, process.stdout) for process in processes]
        assert {answers and answers.readline() for _, answers in pipes} == {"ready\n"}
        for url in urls:
            for asks, _ in pipes:
                assert asks
                asks.write(f"{url}\n")
                asks.flush()
            told.append(sorted(answers.readline().strip() for _, answers in pipes if answers))
        for asks, _ in pipes:
            assert asks
            asks.close()
    return told


def test_two_processes_that_migrate_a_file_at_once_both_succeed(tmp_path: Path) -> None:
    told = told_by_two(*(f"sqlite:///{tmp_path}/{number}.db" for number in range(40)))
    assert told == [sorted([",".join(schema.NAMES), "nothing"])] * 40


@pytest.mark.postgres
def test_two_processes_that_migrate_a_server_at_once_both_succeed(postgres: str) -> None:
    for _ in range(3):
        with postgres_server.empty_schema(postgres) as url:
            assert told_by_two(url) == [sorted([",".join(schema.NAMES), "nothing"])]


async def test_who_had_unsubscribed_before_the_upgrade_is_still_left_in_peace(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema.NAMES.index("0010_asking")
    with migrations(monkeypatch, *schema.MIGRATIONS[:before]):
        migrate_store(url)
        review = await old_data(url)
        await old_suppression(url, review)
    migrate_store(url)
    store = opened(url)
    again = (await store.record_new(*closing(ticket="2")))[0]
    for id in (review.id, again.id):
        log = await store.log(id)
        assert log
        assert log.suppressed == UNSUBSCRIBED
    (one,) = await store.read(partial(suppressions.standing, most=5))
    assert one.fact.address == review.contact.email
    await store.close()


async def old_suppression(url: str, review: Review) -> None:
    """As the first version wrote it."""
    fact = Suppression(review.brand, review.contact.email, UNSUBSCRIBED, f"{review.id}:0", review.at)
    known = {"kind", "brand", "address", "reason", "source", "at", "lifted"}
    body = {name: value for name, value in json.loads(rows.write_fact(fact)).items() if name in known}

    def job(session: Session) -> None:
        session.run(
            "insert into suppression (id, brand, address, body) values (:id, :brand, :address, :body)",
            id=fact.id,
            brand=fact.brand,
            address=fact.address,
            body=json.dumps(body),
        )

    store = opened(url)
    await store.write(job)
    await store.close()
