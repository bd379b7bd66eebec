"""Which reviews are there? Newest first, with the rating that holds now; pages by keyset, never by offset."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.addresses import normal
from reviews.clicks import Step
from reviews.facts import Comment, Review
from reviews.followups import OWED_FOR
from reviews.model import Status
from store.engines import Session, Value
from store.paging import NEWEST, Cursor, page_size
from store.rows import micros, read_fact, read_step

LINES = """select review.at, review.id, review.body, step.body as step,
    (select count(*) from fact where fact.review = review.id and fact.kind = 'message') as messages,
    (select body from fact where fact.review = review.id and fact.kind = 'comment'
        order by seq desc limit 1) as comment
    from review left join step on step.review = review.id and step.number = (
        select max(number) from step as s where s.review = review.id and s.at <= :now) """
ALL = """where (review.at {beyond} :edge_at or (review.at = :edge_at and review.id {beyond} :edge_id)) {filters}
    order by review.at {order}, review.id {order} limit :most"""
NAMED = "where review.id in (select asked.value ->> 0 from {each})"
OLDER, NEWER = {"beyond": "<", "order": "desc"}, {"beyond": ">", "order": "asc"}
OWED = ", ".join(f"'{value}'" for value in OWED_FOR)
FILTERS = {
    "ticket": "and review.ticket = :ticket",
    "contact": "and review.contact = :contact",
    "brand": "and review.brand = :brand",
    "since": "and review.at >= :since",
    "owed": f"and step.status = :owed and step.value in ({OWED})",
}
COUNT = "select count(*) as reviews from review"
OF_TICKET = """select id from review where ticket = :ticket and brand = :brand and source = :source
    order by closed_at desc, id limit :most"""
CLOSINGS_MAX = 50
"""Of one ticket: nobody closes one so often."""
IDS = "select id from review where id > :after order by id limit :most"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    review: Review
    rating: Step | None
    messages: int
    comment: str
    """The latest words from the rating page, or ''."""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.review.at, self.review.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews a list is to show; '' and None for all."""

    ticket: str = ""
    contact: str = ""
    brand: str = ""
    since: datetime | None = None
    owed: bool = False
    """Those alone whose rating counts and was not happy."""


def reviews(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    most: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> list[Listed]:
    """A page of reviews, newest first, at most `most`: the next ones older than `before`, or newer than `after`."""
    edge = after or before or NEWEST
    backwards = after is not None
    place: dict[str, Value] = {"edge_at": micros(edge.at), "edge_id": edge.id}
    return select(session, ALL, wanted, now=now, most=most, backwards=backwards, **place)


def select(
    session: Session, which: str, wanted: Wanted, *, now: datetime, most: int, backwards: bool, **values: Value
) -> list[Listed]:
    """The lines that the end of a query names, newest first. It has slots for the side of the edge to go on from, the
    order, and what else is wanted; read backwards, from the edge to what is newer."""
    asked: dict[str, Value] = {
        "ticket": wanted.ticket,
        "contact": normal(wanted.contact),
        "brand": wanted.brand,
        "since": micros(wanted.since) if wanted.since else "",
        "owed": Status.CONFIRMED if wanted.owed else "",
    }
    asked = {name: value for name, value in asked.items() if value != ""}
    filters = " ".join(FILTERS[name] for name in asked)
    sql = LINES + which.format(filters=filters, **(NEWER if backwards else OLDER))
    rows = session.rows(sql, now=micros(now), most=page_size(most), **asked, **values)
    listed = [_listed(row) for row in rows]
    return listed[::-1] if backwards else listed


def named(session: Session, ids: Sequence[str], *, now: datetime) -> dict[str, Listed]:
    """The lines of these reviews, by id."""
    if not ids:
        return {}
    sql = LINES + NAMED.format(each=session.dialect.each)
    rows = session.rows(sql, now=micros(now), asked=json.dumps([[id] for id in ids]))
    return {row["id"]: _listed(row) for row in rows}


def count(session: Session) -> int:
    """How many reviews there are."""
    return int(session.rows(COUNT)[0]["reviews"])


def of_ticket(session: Session, *, brand: str, source: str, ticket: str) -> list[str]:
    """The reviews of a ticket's closings, the latest first."""
    rows = session.rows(OF_TICKET, ticket=ticket, brand=brand, source=source, most=CLOSINGS_MAX)
    return [row["id"] for row in rows]


def ids(session: Session, *, after: str, most: int) -> list[str]:
    """The ids of reviews in their own order, the next ones after that id ('' for the first)."""
    return [row["id"] for row in session.rows(IDS, after=after, most=page_size(most))]


def _listed(row: dict[str, str]) -> Listed:
    review = read_fact(Review.kind, row["body"])
    if not isinstance(review, Review):
        raise TypeError("a review's row holds a review")
    rating = read_step(row["step"]) if row["step"] else None
    comment = read_fact(Comment.kind, row["comment"]) if row["comment"] else None
    words = comment.words if isinstance(comment, Comment) else ""
    return Listed(review, rating, int(row["messages"]), words)
