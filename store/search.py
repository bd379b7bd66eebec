"""Which reviews hold these words? Newest first; subject, ticket, contact, comments and messages are looked through."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reviews.facts import Comment, Message
from reviews.log import Log
from store import lists
from store.engines import Session
from store.engines.dialect import POSTGRES, SQLITE
from store.lists import Listed, Wanted
from store.paging import Cursor
from store.words import Term, terms, words

WORDS_CHARS_MAX = 100_000
"""Words kept of one review, the first ones: PostgreSQL's index takes 1 MB, and nobody reads further."""
SPOKEN = (Comment, Message)
"""Facts that bring words."""

PUT = """insert into searchable (review, words) values (:review, :words)
    on conflict (review) do update set words = excluded.words where searchable.words <> excluded.words"""
KEPT = "select words from searchable where review = :review"
FOUND = {
    SQLITE.name: """join searchable on searchable.review = review.id
        join searchable_index on searchable_index.rowid = searchable.seq
        where searchable_index match :query and searchable_index.rowid {beyond} :edge {filters}
        order by searchable_index.rowid {order} limit :most""",
    POSTGRES.name: """join searchable on searchable.review = review.id
        where searchable.index @@ cast(:query as tsquery) and searchable.seq {beyond} :edge {filters}
        order by searchable.seq {order} limit :most""",
}
EDGE = "select seq from searchable where review = :review"
NEWEST = 2**62


def put(session: Session, log: Log) -> None:
    """Keep the words a review is found by; in the transaction that brought them."""
    session.run(PUT, review=log.review.id, words=words_of(log))


def kept(session: Session, review: str) -> str | None:
    """The words as they are kept, or None."""
    return next((str(row["words"]) for row in session.rows(KEPT, review=review)), None)


def words_of(log: Log) -> str:
    """The words of a review, split and folded, apart by blanks: who and what it is about first, then what was said."""
    review = log.review
    texts = [review.subject, review.ticket, review.contact.name, review.contact.email, review.contact.company]
    texts += [fact.words if isinstance(fact, Comment) else fact.text for fact in log.facts if isinstance(fact, SPOKEN)]
    return " ".join(words("\n".join(text[:WORDS_CHARS_MAX] for text in texts)))[:WORDS_CHARS_MAX]


def search(
    session: Session,
    query: str,
    wanted: Wanted,
    *,
    now: datetime,
    most: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> list[Listed]:
    """A page of the reviews in which every term of the query occurs (store/words.py), of those that are wanted: newest
    first in the order they were recorded, at most `most`. No query is wrong; one without a word finds nothing."""
    looked_for = terms(query)
    edge = edge_of(session, before or after)
    if not looked_for or edge is None:
        return []
    dialect = session.dialect.name
    return lists.select(
        session,
        FOUND[dialect],
        wanted,
        now=now,
        most=most,
        backwards=after is not None,
        query=WRITTEN[dialect](looked_for),
        edge=edge,
    )


def edge_of(session: Session, cursor: Cursor | None) -> int | None:
    """Beyond which row to go on; None when the review where the last page ended is no more."""
    if cursor is None:
        return NEWEST
    return next((int(row["seq"]) for row in session.rows(EDGE, review=cursor.id)), None)


def _for_fts5(looked_for: Sequence[Term]) -> str:
    """A query of FTS5: every word between quotes, so that none is an operator."""
    return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.open else ""}' for term in looked_for)


def _for_tsquery(looked_for: Sequence[Term]) -> str:
    """The same as a tsquery: between apostrophes a word is only a word, and ours hold no apostrophe."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.open else "") + ")"
        for term in looked_for
    )


WRITTEN: dict[str, Callable[[Sequence[Term]], str]] = {SQLITE.name: _for_fts5, POSTGRES.name: _for_tsquery}
