"""With which words were customers asked, and on which scale? Noted by day, so that charts mark where they change."""

import json
from collections.abc import Iterable
from datetime import UTC, date

from reviews.facts import Fact, Review, Settled, SnippetGiven
from reviews.model import ASKING, Outcome
from reviews.wordings import Wording
from store.engines import Row, Session
from store.engines.dialect import storable_text
from store.rows import instant, micros

NOTE = """insert into wording (brand, day, scale, language, words, since)
    select asked.value ->> 0, cast(asked.value ->> 1 as bigint), asked.value ->> 2, asked.value ->> 3,
        asked.value ->> 4, cast(asked.value ->> 5 as bigint)
    from {each} where true on conflict do nothing"""
DAYS = """select * from wording where brand = :brand and day >= :since and day < :until
    order by day, since limit :most"""
BEFORE = "select * from wording where brand = :brand and day < :since order by day desc, since desc limit :most"
BRANDS = "select distinct brand from wording order by brand limit :most"
DAYS_MAX, BEFORE_MAX, BRANDS_MAX = 2_000, 50, 50
"""Rows of one look at a brand: a year in five languages; the latest words before it; and how many brands."""


def note(session: Session, asked: Iterable[tuple[Review, Fact]]) -> None:
    """Note the words of questions that went out, each once a day, in the transaction of the facts that say so."""
    rows = {row[:5]: row for review, fact in asked if (row := _row(review, fact))}
    if rows:
        told = json.dumps([rows[key] for key in sorted(rows)])
        session.run(NOTE.format(each=session.dialect.each), asked=told)


def asked_with(session: Session, *, brand: str | None, since: date, until: date) -> tuple[Wording, ...]:
    """The words of each day from `since` to before `until`, and the latest before; of a brand, or with None of all."""
    brands = [brand] if brand else [row["brand"] for row in session.rows(BRANDS, most=BRANDS_MAX)]
    bounds = {"since": since.toordinal(), "until": until.toordinal()}
    found: list[Wording] = []
    for one in brands:
        before = session.rows(BEFORE, brand=one, since=bounds["since"], most=BEFORE_MAX)
        found += map(_wording, (*reversed(before), *session.rows(DAYS, brand=one, **bounds, most=DAYS_MAX)))
    return tuple(found)


def _row(review: Review, fact: Fact) -> tuple[str, int, str, str, str, int] | None:
    mailed = isinstance(fact, Settled) and fact.outcome is Outcome.SENT and fact.purpose in ASKING
    if (
        not isinstance(fact, Settled | SnippetGiven)
        or not fact.wording
        or not (mailed or isinstance(fact, SnippetGiven))
    ):
        return None
    language = review.languages[0].lower() if review.languages else ""
    day = fact.at.astimezone(UTC).date().toordinal()
    brand, scale, spoken, words = map(storable_text, (review.brand, review.scale, language, fact.wording))
    return brand, day, scale, spoken, words, micros(fact.at)


def _wording(row: Row) -> Wording:
    return Wording(row["brand"], row["scale"], row["language"], row["words"], instant(row["since"]))
