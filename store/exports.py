"""Which reviews leave the house together? All in the order they were recorded, one page in memory at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic_core import from_json

from reviews.exported import Line
from store.engines import Row, Session, Value
from store.paging import NEWEST, Cursor
from store.rows import instant, micros
from store.store import Store

LINES_MAX = 2_000
"""Lines of one page, some 2 MB: no reader waits long for a turn, no snapshot keeps SQLite's log from being cut."""

PAGE = """select review.at, review.id, review.body, step.at as rated_at, step.status, step.value, step.grade,
    (select body from fact where fact.review = review.id and fact.kind = 'comment'
        order by seq desc limit 1) as comment
    from review left join step on step.review = review.id and step.number = (
        select max(number) from step as s where s.review = review.id and s.at <= :now)
    where (review.at, review.id) > (:edge_at, :edge_id) and review.at < :until {brand}
    order by review.at, review.id limit :most"""
OF_BRAND = "and review.brand = :brand"


@dataclass(frozen=True, slots=True)
class Span:
    """Which reviews are wanted: of a brand, or ''; recorded from `since` on and before `until`, None for no end."""

    brand: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def pages(store: Store, span: Span, *, now: datetime) -> AsyncIterator[list[Line]]:
    """The lines as of `now`, in pages. Each is read for itself: what is recorded meanwhile comes at the end, and what
    was said meanwhile stands in the pages that come after."""
    edge = Cursor(instant(micros(span.since)), "") if span.since else None
    while True:
        lines, edge = await store.read(partial(page, span=span, now=now, edge=edge))
        if lines:
            yield lines
        if edge is None:
            return


def page(session: Session, *, span: Span, now: datetime, edge: Cursor | None) -> tuple[list[Line], Cursor | None]:
    """The lines after that edge, and where they end; None at the last one."""
    place: dict[str, Value] = {"edge_at": micros(edge.at) if edge else 0, "edge_id": edge.id if edge else ""}
    only: dict[str, Value] = {"brand": span.brand} if span.brand else {}
    until = micros(span.until or NEWEST.at)
    sql = PAGE.format(brand=OF_BRAND if only else "")
    rows = session.rows(sql, now=micros(now), until=until, most=LINES_MAX, **place, **only)
    ended = len(rows) < LINES_MAX
    return [_line(row) for row in rows], None if ended else Cursor(instant(rows[-1]["at"]), rows[-1]["id"])


def _line(row: Row) -> Line:
    """One line. The bodies are read as plain JSON: as facts they would take four times as long."""
    review = from_json(row["body"])
    agent, contact, value = review["agent"] or {}, review["contact"], row["value"]
    return Line(
        review=row["id"],
        brand=review["brand"],
        source=review["source"],
        ticket=review["ticket"],
        subject=review["subject"],
        closed_at=review["closed_at"],
        contact=contact["email"],
        name=contact["name"],
        company=contact["company"],
        agent=agent.get("email", ""),
        team=review["team"],
        tags=tuple(review["tags"]),
        not_asked=review["not_asked"],
        status=row["status"] or "none",
        value=value or "",
        grade=row["grade"] or "",
        rated_at=instant(row["rated_at"]).isoformat().replace("+00:00", "Z") if value else "",
        comment=from_json(row["comment"])["words"] if row["comment"] else "",
    )
