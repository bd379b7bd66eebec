"""What did customers write lately, and how had they rated? Newest first, as much as one look can take."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import from_json

from reviews.answering import SAD
from reviews.facts import Comment, Review
from reviews.model import By
from reviews.themes import Quote
from store.engines import Session
from store.facts import read_review
from store.rows import instant, micros

QUOTES_MAX = 1_000
"""Of one look: some 10 ms."""
WRITTEN = """select fact.kind, fact.review, fact.at, fact.body, inbox.brand, inbox.team, inbox.face, inbox.rated_at
    from fact {led} cross join inbox
    where fact.kind in ('comment', 'message') and fact.at >= :since and fact.at <= :now
        and inbox.review = fact.review {brand}
    order by fact.at desc limit :most"""
COLUMNS = ("kind", "review", "at", "body", "brand", "team", "face", "rated_at")
WRITTEN_BY = "fact_spoken"
__all__ = ["SAD", "apart", "written"]
REVIEWS = "select body from review where id in (select asked.value ->> 0 from {each})"
OF_BRAND = "and inbox.brand = :brand"


@dataclass(frozen=True, slots=True)
class Written:
    """Words of a customer's: of which review, when, and how they had rated by now, '' for not at all."""

    quote: Quote
    brand: str
    team: str
    at: datetime
    face: str


def written(
    session: Session, *, since: datetime, now: datetime, brand: str | None = None, most: int = QUOTES_MAX
) -> list[Written]:
    """Comments and mails of customers since then, of a brand or with None of all; the newest."""
    only = {} if brand is None else {"brand": brand}
    sql = WRITTEN.format(brand=OF_BRAND if only else "", led=session.dialect.by_index(WRITTEN_BY))
    rows = session.table(sql, COLUMNS, since=micros(since), now=micros(now), most=most, **only)
    return [one for row in rows if (one := _written(*row, now=micros(now)))]


def reviews(session: Session, ids: Iterable[str]) -> dict[str, Review]:
    """These reviews, by id: most texts are read without theirs."""
    asked = json.dumps([[id] for id in dict.fromkeys(ids)])
    found = (read_review(row["body"]) for row in session.rows(REVIEWS.format(each=session.dialect.each), asked=asked))
    return {review.id: review for review in found}


def apart(found: Iterable[Written], *, faces: frozenset[str] = SAD) -> tuple[list[Quote], list[Quote]]:
    """What those wrote who rated so, and what all others wrote."""
    some: list[Quote] = []
    rest: list[Quote] = []
    for one in found:
        (some if one.face in faces else rest).append(one.quote)
    return some, rest


def _written(
    kind: str, review: str, at: int, body: str, brand: str, team: str, face: str, rated_at: int, *, now: int
) -> Written | None:
    """The fact is read as plain JSON: as a fact it would take five times as long."""
    fact = from_json(body)
    text = fact["words"] if kind == Comment.kind else fact["text"] if fact["by"] == By.CUSTOMER else ""
    if not text.strip():
        return None
    return Written(Quote(review, text), brand, team, instant(at), face if rated_at <= now else "")
