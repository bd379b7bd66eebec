"""Is a database's schema the one that this version of Afterword works with?"""

from collections.abc import Collection

from store import schema
from store.engines.dialect import Migration
from store.errors import SchemaError

COPYING = "copy_not_finished"
"""Stands among the migrations of a database into which another is being copied: until that is done nobody opens it."""

ALONE = "_alone"
"""Ends the name of a migration that takes something away or gives it another meaning: while it is applied nobody may
work with an older version. All others only add, and who runs already goes on beside those who know the addition."""


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


def check_running(applied: Collection[str]) -> bool:
    """Whether a process that runs already has a schema that was added to since. SchemaError when it cannot go on."""
    newer = set(applied) - {name for name, _ in schema.MIGRATIONS}
    check(set(applied) - {name for name in newer if name != COPYING and not name.endswith(ALONE)})
    return bool(newer)
