"""Who are the customers that were asked about, and who did the work? From the reviews themselves, by address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.facts import Review
from reviews.model import Person
from store.engines import Row, Session
from store.facts import read_review
from store.paging import page_size
from store.rows import instant

COLUMNS: Mapping[str, str] = {"contact": "contact", "agent": "agent"}
PAGE = """select {who} as address, count(*) as reviews, min(at) as first_at, max(at) as last_at,
    (select body from review as latest where latest.{who} = review.{who} order by at desc, id desc limit 1) as body
    from review where {who} > :after {only} group by {who} order by {who} limit :most"""
ONLY = "and {who} = :address"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as the latest review has them, and how many reviews there are of them."""

    person: Person
    reviews: int
    first_at: datetime
    last_at: datetime
    team: str
    """Of the latest review."""


def page(session: Session, who: str, *, after: str = "", most: int, address: str = "") -> list[Known]:
    """A page of the people in that part ("contact" or "agent"), by address; or that one alone."""
    column = COLUMNS[who]
    only: dict[str, str] = {"address": address.lower()} if address else {}
    sql = PAGE.format(who=column, only=ONLY.format(who=column) if only else "")
    rows = session.rows(sql, after=after.lower(), most=page_size(most), **only)
    return [_known(row, who) for row in rows]


def _known(row: Row, who: str) -> Known:
    review: Review = read_review(row["body"])
    person = review.contact if who == "contact" else review.agent or Person(row["address"])
    return Known(person, int(row["reviews"]), instant(row["first_at"]), instant(row["last_at"]), review.team)
