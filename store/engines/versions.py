"""Is a database's schema the one that this version of Afterword works with?"""

from collections.abc import Collection

from store import schema
from store.engines.dialect import Migration
from store.errors import SchemaError

COPYING = "copy_not_finished"
"""Stands among the migrations of a database into which another is being copied: until that is done nobody opens it."""


def pending(applied: Collection[str]) -> tuple[Migration, ...]:
    """The migrations still to be applied, in order. SchemaError when a newer version has changed this schema."""
    if COPYING in applied:
        raise SchemaError("a copy into this database was not finished: run the same `afterword copy` again")
    unknown = set(applied) - {name for name, _ in schema.MIGRATIONS}
    if unknown:
        raise SchemaError(f"the database was changed by a newer version ({', '.join(sorted(unknown))}): upgrade first")
    return tuple(migration for migration in schema.MIGRATIONS if migration[0] not in applied)


def check(applied: Collection[str]) -> None:
    """SchemaError unless every migration, and none that is unknown, was applied."""
    if pending(applied):
        raise SchemaError("the database's schema is not up to date: run `python -m store migrate` first")
