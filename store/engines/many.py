"""How are many rows asked for by their ids in one statement that both engines know, and keep compiled?"""

from collections.abc import Iterable, Iterator
from functools import cache

from store.engines import Row, Session, Value

AT_ONCE = 50
"""Ids in one statement. Always so many, the last repeated: so it is one statement, not one for each number of ids."""


def each(session: Session, sql: str, ids: Iterable[str], **values: Value) -> Iterator[Row]:
    """The rows of a query with `in ({ids})`, whichever ids they belong to."""
    known = sorted(set(ids))
    for start in range(0, len(known), AT_ONCE):
        some = known[start : start + AT_ONCE]
        named = {f"id{number}": some[min(number, len(some) - 1)] for number in range(AT_ONCE)}
        yield from session.rows(_with_ids(sql), **named, **values)


@cache
def _with_ids(sql: str) -> str:
    return sql.format(ids=", ".join(f":id{number}" for number in range(AT_ONCE)))
