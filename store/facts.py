"""How are facts written, and read back? Many at a time: what a statement costs is shared by all that wait."""

from collections.abc import Iterable, Sequence

from reviews.addresses import folded
from reviews.facts import Fact, Review
from reviews.holds import Suppression
from reviews.log import Log
from store.engines import Row, Session
from store.engines.dialect import storable_rows
from store.rows import micros, read_fact, write_fact

LOAD_REVIEW = "select body from review where id = :id {for_update}"
LOAD_FACTS = """select seq, kind, body from fact where review = :review
    union all select suppression.seq, 'suppression', suppression.body from review
        join suppression on (suppression.address = review.contact or suppression.person = review.person)
            and suppression.brand in (review.brand, '')
        where review.id = :review
    order by 1"""
ADD_FACTS = """insert into fact (id, review, kind, at, body)
    select asked.value ->> 0, asked.value ->> 1, asked.value ->> 2, cast(asked.value ->> 3 as bigint), asked.value ->> 4
    from {each} where true on conflict do nothing"""
ADD_SUPPRESSION = """insert into suppression (id, brand, address, person, reason, lifted, body)
    values (:id, :brand, :address, :person, :reason, :lifted, :body) on conflict (id) do nothing"""


def add_facts(session: Session, facts: Sequence[Fact]) -> None:
    """Write facts of reviews that are there, in order; one that is there already is not written twice."""
    if facts:
        rows = [(fact.id, fact.review, fact.kind, micros(fact.at), write_fact(fact)) for fact in facts]
        session.run(ADD_FACTS.format(each=session.dialect.each), asked=storable_rows(rows))


def add_suppression(session: Session, fact: Suppression) -> bool:
    """Write one; whether it was new."""
    added = session.run(
        ADD_SUPPRESSION,
        id=fact.id,
        brand=fact.brand,
        address=fact.address.lower(),
        person=folded(fact.address),
        reason=fact.reason,
        lifted=int(fact.lifted),
        body=write_fact(fact),
    )
    return added > 0


def load(session: Session, review: str, *, for_update: str = "") -> Log | None:
    """The log of a review, or None. Who is to decide on it takes the review for themselves, in the dialect's word."""
    found = session.rows(LOAD_REVIEW.format(for_update=for_update), id=review)
    if not found:
        return None
    return Log(read_review(found[0]["body"]), *_apart(session.rows(LOAD_FACTS, review=review)))


def read_review(body: str) -> Review:
    """The review of a row."""
    head = read_fact(Review.kind, body)
    if not isinstance(head, Review):
        raise TypeError("a review's row holds a review")
    return head


def read_suppression(body: str) -> Suppression:
    """The suppression of a row."""
    suppression = read_fact(Suppression.kind, body)
    if not isinstance(suppression, Suppression):
        raise TypeError("a suppression's row holds a suppression")
    return suppression


def _apart(rows: Iterable[Row]) -> tuple[tuple[Fact, ...], tuple[Suppression, ...]]:
    """The facts of a review, and the suppressions of its contact's address."""
    facts = [read_fact(row["kind"], row["body"]) for row in rows]
    suppressions = tuple(fact for fact in facts if isinstance(fact, Suppression))
    return tuple(fact for fact in facts if not isinstance(fact, Suppression)), suppressions
