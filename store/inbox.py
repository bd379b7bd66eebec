"""How is the inbox kept? A line for each review, with an index for each way to look at it; in the transaction of the
facts it is made from, and equal to `reviews.inbox.place` of the log at all times (`afterword recompute`)."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from reviews.clicks import Timeline
from reviews.facts import Arrived, Bounce, Delivered, Delivery, Fact, Hit, Settled, Signal, SnippetGiven
from reviews.inbox import Place, place
from reviews.log import Log
from store.engines import Row, Session
from store.engines.dialect import storable_rows
from store.rows import instant, micros

MOVES_NOTHING = (Hit, Arrived, Signal, Settled, Delivery, Delivered, SnippetGiven, Bounce)
"""Facts that leave a review where it stands, unless its rating changes with them."""
COLUMNS = tuple(field.name for field in fields(Place) if field.name != "labels")
TEXTS = frozenset({"review", "brand", "face", "agent", "team", "company", "owner"})

_ASKED = ", ".join(
    f"asked.value ->> {n}" if name in TEXTS else f"cast(asked.value ->> {n} as bigint)"
    for n, name in enumerate(COLUMNS)
)
_SET = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
PUT = f"""insert into inbox ({", ".join(COLUMNS)}) select {_ASKED} from {{each}} where true
    on conflict (review) do update set {_SET}"""  # noqa: S608 - our own names
DROP_LABELS = "delete from inbox_label where review in (select asked.value ->> 0 from {each})"
ADD_LABELS = """insert into inbox_label (kind, name, at, review)
    select asked.value ->> 0, asked.value ->> 1, cast(asked.value ->> 2 as bigint), asked.value ->> 3
    from {each} where true on conflict do nothing"""
KEPT = f"select {', '.join(COLUMNS)} from inbox where review = :review"  # noqa: S608 - our own names
PLACES = f"select {', '.join(COLUMNS)} from inbox where review in (select asked.value ->> 0 from {{each}})"  # noqa: S608 - our own names
LABELS_OF = "select kind, name, review from inbox_label where review in (select asked.value ->> 0 from {each})"
LABELS = "select kind, name, at from inbox_label where review = :review"


def moved(
    log: Log, timeline: Timeline, *, before: tuple[Log, Timeline] | None, new: Iterable[Fact]
) -> tuple[Place, Place | None] | None:
    """Where a review stands after an event and where it stood, None for nowhere; None when nothing changed."""
    if before is None:
        return place(log, timeline), None
    if timeline == before[1] and log.review == before[0].review and all(isinstance(f, MOVES_NOTHING) for f in new):
        return None
    now, then = place(log, timeline), place(*before) if before[1].steps else None
    return (now, then) if now != then else None


def put(session: Session, places: Sequence[tuple[Place, Place | None]]) -> None:
    """Keep where reviews stand, each with where it stood before."""
    if not places:
        return
    each = session.dialect.each
    session.run(PUT.format(each=each), asked=storable_rows(row_of(now) for now, _ in places))
    relabelled = [now for now, then in places if then is None or (now.at, now.labels) != (then.at, then.labels)]
    stale = [[then.review] for now, then in places if now in relabelled and then and then.labels]
    if stale:
        session.run(DROP_LABELS.format(each=each), asked=storable_rows(stale))
    labels = [(kind, name, micros(one.at), one.review) for one in relabelled for kind, name in one.labels]
    if labels:
        session.run(ADD_LABELS.format(each=each), asked=storable_rows(labels))


def put_again(session: Session, now: Place) -> None:
    """Keep where a review stands, whatever was kept before."""
    session.run(DROP_LABELS.format(each=session.dialect.each), asked=storable_rows([[now.review]]))
    put(session, [(now, None)])


def kept(session: Session, review: str) -> Place | None:
    """Where a review stands as it is kept; None where nothing is, or where its labels stand elsewhere."""
    found = session.rows(KEPT, review=review)
    labels = session.rows(LABELS, review=review)
    if not found or any(label["at"] != found[0]["at"] for label in labels):
        return None
    return read(found[0], ((label["kind"], label["name"]) for label in labels))


def places(session: Session, reviews: Sequence[str]) -> dict[str, Place]:
    """Where these reviews stand, by review."""
    if not reviews:
        return {}
    labels = _labels_of(session, reviews)
    rows = session.rows(PLACES.format(each=session.dialect.each), asked=storable_rows([[review] for review in reviews]))
    return {row["review"]: read(row, labels.get(row["review"], ())) for row in rows}


def _labels_of(session: Session, reviews: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The labels of these reviews, by review."""
    rows = session.rows(
        LABELS_OF.format(each=session.dialect.each), asked=storable_rows([[review] for review in reviews])
    )
    labels: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        labels.setdefault(row["review"], []).append((row["kind"], row["name"]))
    return labels


def read(row: Row, labels: Iterable[tuple[str, str]] = ()) -> Place:
    """The place of a row."""
    values: dict[str, Any] = {name: row[name] if name in TEXTS else _instant(row[name]) for name in COLUMNS}
    return Place(**values, labels=tuple(sorted(labels)))


def row_of(one: Place) -> list[str | int | None]:
    """A place as the columns of its row."""
    return [_value(getattr(one, name)) for name in COLUMNS]


def _value(value: str | datetime | None) -> str | int | None:
    return micros(value) if isinstance(value, datetime) else value


def _instant(value: int | None) -> datetime | None:
    return None if value is None else instant(value)
