"""What did customers write lately, and how had they rated? Newest first, as much as one look can take."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reviews.answering import SAD
from reviews.facts import Comment, Message, Review
from reviews.model import By
from reviews.themes import Quote
from store.engines import Row, Session
from store.facts import read_review
from store.rows import micros, read_fact

QUOTES_MAX = 2_000
"""Of one look: some 50 ms."""
WRITTEN = """select fact.kind, fact.at, fact.body, review.body as review, step.value, step.status from fact
    join review on review.id = fact.review {brand}
    left join step on step.review = fact.review and step.number = (
        select max(number) from step as s where s.review = fact.review and s.at <= :now)
    where fact.kind in ('comment', 'message') and fact.at >= :since and fact.at <= :now
    order by fact.at desc limit :most"""
__all__ = ["SAD", "apart", "written"]
OF_BRAND = "and review.brand = :brand"


@dataclass(frozen=True, slots=True)
class Written:
    """Words of a customer's: of which review, when, and how they had rated by now, '' for not at all."""

    quote: Quote
    review: Review
    at: datetime
    face: str


def written(session: Session, *, since: datetime, now: datetime, brand: str | None = None) -> list[Written]:
    """Comments and mails of customers since then, of a brand or with None of all; at most QUOTES_MAX."""
    only = {} if brand is None else {"brand": brand}
    sql = WRITTEN.format(brand=OF_BRAND if only else "")
    rows = session.rows(sql, since=micros(since), now=micros(now), most=QUOTES_MAX, **only)
    return [one for row in rows if (one := _written(row))]


def apart(found: Iterable[Written], *, faces: frozenset[str] = SAD) -> tuple[list[Quote], list[Quote]]:
    """What those wrote who rated so, and what all others wrote."""
    some: list[Quote] = []
    rest: list[Quote] = []
    for one in found:
        (some if one.face in faces else rest).append(one.quote)
    return some, rest


def _written(row: Row) -> Written | None:
    fact = read_fact(row["kind"], row["body"])
    if isinstance(fact, Comment):
        text = fact.words
    elif isinstance(fact, Message) and fact.by is By.CUSTOMER:
        text = fact.text
    else:
        return None
    if not text.strip():
        return None
    face = row["value"] or "" if row["status"] == "confirmed" else ""
    return Written(Quote(fact.review, text), read_review(row["review"]), fact.at, face)
