"""How is PostgreSQL's memory copied away, proved, and put back? By its own pg_dump and pg_restore, into one archive.

They are run with the password in their environment, never on the command line, which others on the machine may read.
"""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from reviews.rules import Rules
from store import lists
from store.backup import Proof, refuse_taken
from store.engines.postgres_link import Connecting, connecting, opened
from store.errors import EngineError
from store.opening import migrate_store, open_store
from store.recompute import recompute

OWNER_ONLY_MASK = 0o077
SERVER_ONLY = {"target_session_attrs", "fallback_application_name", "connect_timeout"}
"""Of what libpq is told, the part that says whom to reach stays; the rest is for processes that stay."""


class Unproved(EngineError):
    """The archive was read to its end, but could not be opened as a database: this role may make none."""


async def back_up(url: str, target: Path, *, rules: Rules, clock: Callable[[], datetime]) -> Proof:
    """Dump the database to a new file, and prove it. EngineError when it is not whole; then there is no file. Unproved
    when no database can be made to open it in; the file is there."""
    refuse_taken(target)
    told = connecting(url)
    with _part_of(target) as part:
        _dump(told, part)
        _run("pg_restore", ["--file", os.devnull, str(part)], told)  # every block of it is read
        try:
            proof = await _proved(url, told, part, rules=rules, clock=clock)
        except Unproved:
            os.link(part, target)
            raise
        os.link(part, target)
    return proof


async def restore(url: str, backup: Path, *, rules: Rules, clock: Callable[[], datetime]) -> Proof:
    """Put an archive into a database that holds nothing of ours, all or nothing, bring it up to date, and prove
    it."""
    told = connecting(url)
    with opened(told) as connection:
        if connection.execute("select to_regclass('afterword_migration')").fetchone() != (None,):
            raise EngineError("this database holds an Afterword already: restore into an empty one")
    _put_in(told, backup)
    migrate_store(url)
    return await _opened_and_held(url, rules=rules, clock=clock)


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """A file beside it, gone in the end: under its own name an archive is whole."""
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _dump(told: Connecting, target: Path) -> None:
    with opened(told) as connection:
        row = connection.execute("select current_schema()").fetchone()
    schema = str(row[0]) if row else "public"
    before = os.umask(OWNER_ONLY_MASK)
    try:
        chosen = ["--schema", f'"{schema}"', "--no-owner", "--no-privileges"]
        _run("pg_dump", ["--format", "custom", *chosen, "--file", str(target), "--dbname", _whom(told)], told)
    finally:
        os.umask(before)


def _put_in(told: Connecting, backup: Path) -> None:
    """The schema itself is there, or is made: an archive of `public` would stumble over it."""
    listed = _run("pg_restore", ["--list", str(backup)], told).splitlines()
    kept = [line for line in listed if " SCHEMA - " not in line and " COMMENT - SCHEMA " not in line]
    named = next((line.split()[4] for line in listed if " TABLE " in line and not line.startswith(";")), "public")
    with opened(told) as connection:
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(named)))
    wanted = ["--use-list", "/dev/stdin", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", [*wanted, "--dbname", _whom(told), str(backup)], told, stdin="\n".join(kept))


async def _proved(url: str, told: Connecting, archive: Path, *, rules: Rules, clock: Callable[[], datetime]) -> Proof:
    """Open it as a database of its own for a moment, on the same server."""
    with _scratch(told) as name:
        there = {**told, "dbname": name}
        _put_in(there, archive)
        return await _opened_and_held(_url_of(url, name), rules=rules, clock=clock)


async def _opened_and_held(url: str, *, rules: Rules, clock: Callable[[], datetime]) -> Proof:
    store = open_store(url, rules=rules, mail_domain="", affected_allowed=True)
    try:
        found = recompute(store, mend=False, clock=clock, told=lambda _: None)
        return Proof(await store.read(lists.count), tuple([difference async for difference in found]))
    finally:
        await store.close()


@contextmanager
def _scratch(told: Connecting) -> Iterator[str]:
    name = f"afterword_proof_{secrets.token_hex(4)}"
    with opened(told) as connection:
        try:
            connection.execute(
                sql.SQL("create database {} encoding 'UTF8' locale 'C' template template0").format(sql.Identifier(name))
            )
        except errors.InsufficientPrivilege:
            raise Unproved(
                "the archive was read to its end, but not opened: this role may not make a database to open it in"
                " (`alter role … createdb` lets it)"
            ) from None
        try:
            yield name
        finally:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _url_of(url: str, database: str) -> str:
    """The same server, another database, as a URL: libpq takes the last word of its query string."""
    return f"{url}{'&' if '?' in url else '?'}dbname={database}"


def _whom(told: Connecting) -> str:
    """The server and database without the password, as pg_dump takes it."""
    return make_conninfo(**{key: value for key, value in told.items() if key not in SERVER_ONLY | {"password"}})


def _run(program: str, words: list[str], told: Connecting, *, stdin: str | None = None) -> str:
    environment: dict[str, Any] = dict(os.environ)  # noqa: TID251 - the programs' own PATH and locale
    if told.get("password"):
        environment["PGPASSWORD"] = str(told["password"])
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            [program, *words], env=environment, capture_output=True, text=True, check=False, input=stdin
        )
    except FileNotFoundError:
        raise EngineError(f"{program} is not installed: it comes with PostgreSQL's client programs") from None
    if done.returncode:
        raise EngineError(f"{program}: {done.stderr.strip()}")
    return done.stdout
