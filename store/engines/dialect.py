"""Where do the engines differ? Every word of SQL that is not common to both stands here, and nowhere else.

A statement that needs such a word has a slot for it (`{skip_locked}`), filled by the session's dialect.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SUSPECT = ("\\u0000", "\\ud")
"""How JSON writes a NUL, and half a character or both halves of one."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine's words."""

    name: str
    serial: str
    """The type of a key that counts up by itself."""
    bytes: str
    """The type of raw bytes."""
    clustered: str
    """Ends the making of a table whose rows are to lie in the order of its key."""
    for_update: str
    """Ends a query whose rows nobody else may change before this transaction is over."""
    skip_locked: str
    """The same for rows that any other will do for: those that somebody else has taken are passed over."""
    each: str
    """The rows of the JSON array `:asked`, each as `asked.value`; of an array in it `asked.value ->> 0` is first."""

    json: str
    """A text that holds JSON, as `{text}`, so that `-> 'name'` and `->> 'name'` look into it."""
    indexed_by: str
    """Has a table of a query read by the index `{index}` and no other; nothing where the engine is left to choose."""

    def fields(self, text: str, names: Iterable[str]) -> str:
        """Columns of those names out of a JSON text; `contact.email` is a field within a field."""
        within = self.json.format(text=text)
        return ", ".join(f"{within} {_steps(name.split('.'))} as {name.replace('.', '_')}" for name in names)

    def by_index(self, index: str) -> str:
        """The same for an index."""
        return self.indexed_by.format(index=index) if index else ""

    def for_update_of(self, table: str) -> str:
        """The same for the rows of one table of a join."""
        return f"{self.for_update} of {table}" if self.for_update else ""

    def statements(self, migration: Iterable["Statement"]) -> Iterator[str]:
        """The statements of a migration that are meant for this engine, in its words."""
        for statement in migration:
            if isinstance(statement, str):
                yield statement.format(serial=self.serial, bytes=self.bytes, clustered=self.clustered)
            elif statement.dialect == self.name:
                yield statement.sql


def _steps(path: list[str]) -> str:
    """From a JSON text to a field of a field, as text."""
    return "".join(f"-> '{step}' " for step in path[:-1]) + f"->> '{path[-1]}'"


@dataclass(frozen=True, slots=True)
class Only:
    """A statement of a migration that one engine alone needs, as each has its own index of words."""

    dialect: str
    sql: str


Statement = str | Only
Migration = tuple[str, tuple[Statement, ...]]
"""A migration's name, and its statements."""

SQLITE = Dialect(
    name="sqlite",
    serial="integer primary key autoincrement",
    bytes="blob",
    clustered="without rowid",
    for_update="",  # a writing transaction has the whole database to itself
    skip_locked="",
    each="json_each(:asked) as asked",
    json="{text}",
    indexed_by="indexed by {index}",  # it knows too little of what is in a column to choose well
)
POSTGRES = Dialect(
    name="postgres",
    serial="bigint generated always as identity primary key",
    bytes="bytea",
    clustered="",
    for_update="for update",
    skip_locked="for update skip locked",
    each="json_array_elements(cast(:asked as json)) as asked",
    json=r"cast(replace({text}, '\u0000', '\ufffd') as json)",  # its text has no NUL
    indexed_by="",
)


def storable(values: dict[str, str | int | bytes | None]) -> dict[str, str | int | bytes | None]:
    """The values of a statement as both engines can keep them; bytes stay."""
    return {name: storable_text(value) if isinstance(value, str) else value for name, value in values.items()}


def storable_rows(rows: Iterable[Sequence[str | int | None]]) -> str:
    """Rows as the JSON that `Dialect.each` reads, their texts as both engines can keep them. What they cannot keep is
    rare, and shows in the JSON of all."""
    told = [list(row) for row in rows]
    written = json.dumps(told)
    if any(sign in written for sign in SUSPECT):
        return json.dumps(
            [[storable_text(value) if isinstance(value, str) else value for value in row] for row in told]
        )
    return written


def storable_text(value: str) -> str:
    """A text as both engines can keep it. A NUL, which PostgreSQL refuses, is marked by U+FFFD, and half a character (a
    lone surrogate, from a broken header) becomes `?`, as in a fact's id."""
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
