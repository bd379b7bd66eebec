"""Which reviews leave the house together? All in the order they were recorded, one page in memory at a time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from pydantic_core import from_json

from reviews.exported import Line
from store.engines import Session, Value
from store.engines.dialect import Dialect
from store.paging import NEWEST, Cursor
from store.rows import instant, micros
from store.store import Store

LINES_MAX = 2_000
"""Lines of one page, some 2 MB: no reader waits long for a turn, no snapshot keeps SQLite's log from being cut."""

PAGE = """select review.at, review.id, review.brand, {fields}, step.status, step.value, step.grade,
    step.at as rated_at, (select {words} from fact where fact.review = review.id and fact.kind = 'comment'
        order by seq desc limit 1) as comment
    from review left join step on step.review = review.id and step.number = (
        select max(number) from step as s where s.review = review.id and s.at <= :now)
    where (review.at, review.id) > (:edge_at, :edge_id) and review.at < :until {brand}
    order by review.at, review.id limit :most"""
FIELDS = (
    "source", "ticket", "subject", "closed_at", "contact.email", "contact.name", "contact.company", "agent.email",
    "team", "tags", "not_asked",
)  # fmt: skip
COLUMNS = (
    "at", "id", "brand", *(name.replace(".", "_") for name in FIELDS),
    "status", "value", "grade", "rated_at", "comment",
)  # fmt: skip
OF_BRAND = "and review.brand = :brand"
COUNT = "select count(*) as reviews from review where review.at >= :since and review.at < :until"
COUNT_OF_BRAND = "select count(*) as reviews from inbox where brand = :brand"
"""Every review has its line there, by an index."""


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
    reading = asyncio.ensure_future(store.read(partial(page, span=span, now=now, edge=edge)))
    try:
        while True:
            lines, edge = await reading
            if edge:  # the next page is read while this one is written
                reading = asyncio.ensure_future(store.read(partial(page, span=span, now=now, edge=edge)))
            if lines:
                yield lines
            if edge is None:
                return
    finally:
        reading.cancel()


def count(session: Session, span: Span, *, quickly: bool = False) -> int | None:
    """How many reviews a span holds. Where it has both a brand and ends they have to be gone through, a second for a
    million: None for who wants to know it quickly."""
    if span.brand and not span.since and not span.until:
        return int(session.rows(COUNT_OF_BRAND, brand=span.brand)[0]["reviews"])
    if span.brand and quickly:
        return None
    ends = {"since": micros(span.since) if span.since else 0, "until": micros(span.until or NEWEST.at)}
    if not span.brand:
        return int(session.rows(COUNT, **ends)[0]["reviews"])
    return int(session.rows(f"{COUNT} {OF_BRAND}", brand=span.brand, **ends)[0]["reviews"])


def page(session: Session, *, span: Span, now: datetime, edge: Cursor | None) -> tuple[list[Line], Cursor | None]:
    """The lines after that edge, and where they end; None at the last one."""
    place: dict[str, Value] = {"edge_at": micros(edge.at) if edge else 0, "edge_id": edge.id if edge else ""}
    only: dict[str, Value] = {"brand": span.brand} if span.brand else {}
    until = micros(span.until or NEWEST.at)
    rows = session.table(
        _sql(session.dialect, OF_BRAND if only else ""), COLUMNS, now=micros(now), until=until, most=LINES_MAX, **place,
        **only,
    )  # fmt: skip
    ended = len(rows) < LINES_MAX
    return [_line(*row) for row in rows], None if ended else Cursor(instant(rows[-1][0]), rows[-1][1])


@cache
def _sql(dialect: Dialect, brand: str) -> str:
    """The fields are taken out by the engine: of a review there are twice as many."""
    words = dialect.fields("fact.body", ("words",)).removesuffix(" as words")
    return PAGE.format(fields=dialect.fields("review.body", FIELDS), words=words, brand=brand)


def _line(
    _at: int,
    review: str,
    brand: str,
    source: str,
    ticket: str,
    subject: str,
    closed_at: str,
    contact: str,
    name: str,
    company: str,
    agent: str | None,
    team: str,
    tags: str,
    not_asked: str,
    status: str | None,
    value: str | None,
    grade: str | None,
    rated_at: int,
    comment: str | None,
) -> Line:
    return Line(
        review, brand, source, ticket, subject, closed_at, contact, name, company, agent or "", team,
        tuple(from_json(tags)) if tags != "[]" else (), not_asked, status or "none", value or "", grade or "",
        instant(rated_at).isoformat().replace("+00:00", "Z") if value else "", comment or "",
    )  # fmt: skip
