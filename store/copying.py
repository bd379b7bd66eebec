"""How does all move from SQLite to PostgreSQL? Table by table in the order of their keys; then both are compared.

While it runs nobody can write to the source: we hold its writers' turn (engines/turns.py), so that a process that was
left running says "later" and loses nothing. The target is marked among its migrations until both were found equal,
so that no process starts on half of it. Each piece is one transaction, and keys only grow, so a copy that was
interrupted goes on beyond the last key that is there. What PostgreSQL refuses in text, no source holds (dialect.py).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from store.backup import Told
from store.engines import sqlite
from store.engines.postgres import ADD_APPLIED, applied
from store.engines.postgres_link import connecting, opened
from store.engines.turns import Turns
from store.engines.versions import COPYING, pending
from store.errors import EngineError, SchemaError

PIECE_ROWS = 2_000
PIECE_BYTES = 8 * 1024 * 1024
"""A piece of the copy is one transaction, and held in memory: some thousand facts, or eight pieces of large mails."""
OWN = ("sqlite_", "_sqlite_", "searchable_index")
"""How the tables begin that SQLite keeps for itself; PostgreSQL makes its index of words from the words."""
TABLES = "select name from sqlite_schema where type = 'table' order by rowid"
COLUMNS = "select name, type, pk from pragma_table_info(:name) order by cid"
REFERRED = 'select "table" from pragma_foreign_key_list(:name)'

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """From which file to which server."""

    source: Path
    target: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table as both engines know it; `key` are the columns of its primary key, in order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    texts: frozenset[str]
    """The columns of its key that hold text: PostgreSQL is told to order them by their bytes, as SQLite does."""
    counting: bool
    """Whether its key counts up by itself."""


@dataclass(frozen=True, slots=True)
class Same:
    """A table that is the same in both: how many rows, and the SHA-256 of all of them in the order of their keys."""

    name: str
    rows: int
    sha256: str


def copied(plan: Plan, *, told: Told) -> list[Same]:
    """Copy what is not there yet, then compare. EngineError when the target holds something else, or when in the end
    they differ: then it stays marked. SchemaError when one of them is not up to date."""
    _refuse_outdated(plan.source)
    with _held(plan.source) as source, opened(connecting(plan.target)) as target:
        tables = _tables(source)
        _mark(target, tables)
        total = 2 * sum(_count(source, table) for table in tables)
        done = 0
        for table in tables:
            done += _there(target, table)
            for rows in _pieces(source, target, table):
                done += rows
                told(done, total)
            _count_on(source, target, table)
        same = []
        for table in tables:
            same.append(_compared(source, target, table))
            done += same[-1].rows
            told(done, total)
        target.execute("delete from afterword_migration where name = %s", (COPYING,))
    return same


def _refuse_outdated(path: Path) -> None:
    if not path.is_file():
        raise EngineError(f"there is no database at {path}")
    with sqlite.opened(path) as db:
        if pending(sqlite.applied(db)):
            raise SchemaError("the database to copy from is not up to date: run `python -m store migrate` on it first")


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """The source, with nobody writing to it."""
    turns = Turns(sqlite.beside(path, "turns"), wait_seconds=sqlite.BUSY_SECONDS)
    try:
        with turns.turn(), closing(sqlite3.connect(str(path), isolation_level=None)) as source:
            source.execute("begin")
            yield source
    finally:
        turns.close()


def _tables(source: sqlite3.Connection) -> list[Table]:
    """Every table, those first that others refer to."""
    names = [name for (name,) in source.execute(TABLES).fetchall() if not name.startswith(OWN)]
    referring = {name for name in names if source.execute(REFERRED, {"name": name}).fetchall()}
    return [_table(source, name) for name in sorted(names, key=lambda name: name in referring)]


def _table(source: sqlite3.Connection, name: str) -> Table:
    columns = source.execute(COLUMNS, {"name": name}).fetchall()
    keys = sorted((place, column, kind) for column, kind, place in columns if place)
    return Table(
        name=name,
        columns=tuple(column for column, _, _ in columns),
        key=tuple(column for _, column, _ in keys),
        texts=frozenset(column for _, column, kind in keys if kind.lower() == "text"),
        counting=[kind.lower() for _, _, kind in keys] == ["integer"],
    )


def _mark(target: "Connection[Any]", tables: Sequence[Table]) -> None:
    """Mark the target as being filled, empty but for what its migrations put there; or find the mark."""
    known = applied(target)
    if pending(known - {COPYING}):
        raise SchemaError("the database to copy to is not up to date: run `python -m store migrate` on it first")
    if COPYING in known:
        return
    seeded = {table.name for table in tables if table.name.endswith("_mark")}
    full = [table.name for table in tables if table.name not in seeded and _there(target, table)]
    if full:
        raise EngineError(f"the database to copy to is not empty: there is something in {', '.join(full)}")
    with target.transaction():
        for name in sorted(seeded):
            target.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
        target.execute(ADD_APPLIED, (COPYING,))


def _pieces(source: sqlite3.Connection, target: "Connection[Any]", table: Table) -> Iterator[int]:
    """Copy what lies beyond the last key that is there; how many rows each piece had."""
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.name), _named(table.columns))
    rows = iter(_rows(source, table, after=_last(target, table)))
    while piece := _piece(rows):
        with target.transaction(), target.cursor() as cursor, cursor.copy(into) as writing:
            for row in piece:
                writing.write_row(row)
        yield len(piece)


def _piece(rows: Iterator[Sequence[Any]]) -> list[Sequence[Any]]:
    piece: list[Sequence[Any]] = []
    left_bytes = PIECE_BYTES
    for row in islice(rows, PIECE_ROWS):
        piece.append(row)
        left_bytes -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if left_bytes <= 0:
            break
    return piece


def _rows(source: sqlite3.Connection, table: Table, *, after: Key | None = None) -> Iterable[Sequence[Any]]:
    key, columns = ", ".join(table.key), ", ".join(table.columns)
    beyond = f"where ({key}) > ({', '.join('?' * len(table.key))})" if after else ""
    ask = f"select {columns} from {table.name} {beyond} order by {key}"  # noqa: S608 - our own schema's names
    return source.execute(ask, after or ())


def _last(target: "Connection[Any]", table: Table) -> Key | None:
    order = sql.SQL(", ").join(sql.SQL("{} desc").format(key) for key in _by_bytes(table))
    ask = sql.SQL("select {} from {} order by {} limit 1").format(_named(table.key), sql.Identifier(table.name), order)
    return target.execute(ask).fetchone()


def _count_on(source: sqlite3.Connection, target: "Connection[Any]", table: Table) -> None:
    """Let a key that counts by itself go on where it stood, past rows that are gone."""
    if not table.counting:
        return
    (key,) = table.key
    (last,) = source.execute(f"select coalesce(max({key}), 0) from {table.name}").fetchone()  # noqa: S608 - our names
    kept = source.execute("select seq from sqlite_sequence where name = ?", (table.name,)).fetchone()
    number = max(int(last), int(kept[0]) if kept else 0)
    if number:
        target.execute("select setval(pg_get_serial_sequence(%s, %s), %s)", (table.name, key, number))


def _compared(source: sqlite3.Connection, target: "Connection[Any]", table: Table) -> Same:
    """Both, row for row in the order of their keys. EngineError when they are not the same."""
    ours, theirs = _digest(_rows(source, table)), _digest(_their_rows(target, table))
    if ours != theirs:
        raise EngineError(
            f"{table.name} is not the same in both: {ours[0]} rows in the one, {theirs[0]} in the other; something else"
            " wrote to one of them. Empty the target and begin anew"
        )
    return Same(table.name, *ours)


def _their_rows(target: "Connection[Any]", table: Table) -> Iterator[Sequence[Any]]:
    """A cursor of the server's, read in pieces; it lives in a transaction."""
    order = sql.SQL(", ").join(_by_bytes(table))
    ask = sql.SQL("select {} from {} order by {}").format(_named(table.columns), sql.Identifier(table.name), order)
    with target.transaction(), target.cursor(name="compared") as cursor:
        cursor.itersize = PIECE_BYTES // (1024 * 1024) if "raw" in table.columns else PIECE_ROWS
        yield from cursor.execute(ask)


def _digest(rows: Iterable[Sequence[Any]]) -> tuple[int, str]:
    """How many rows, and the SHA-256 of all their values: each with its kind and length, so that none runs into the
    next."""
    digest, number = hashlib.sha256(), 0
    for row in rows:
        number += 1
        for value in row:
            packed = value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
            digest.update(f"{type(value).__name__} {len(packed)} ".encode())
            digest.update(packed)
    return number, digest.hexdigest()


def _count(source: sqlite3.Connection, table: Table) -> int:
    (rows,) = source.execute(f"select count(*) from {table.name}").fetchone()  # noqa: S608 - our own schema's names
    return int(rows)


def _there(target: "Connection[Any]", table: Table) -> int:
    found = target.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table.name))).fetchone()
    return int(found[0]) if found else 0


def _named(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _by_bytes(table: Table) -> list[sql.Composable]:
    collated = sql.SQL('{} collate "C"')
    return [collated.format(sql.Identifier(key)) if key in table.texts else sql.Identifier(key) for key in table.key]
