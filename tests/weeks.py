"""Builders for weeks of ratings: reviews that were rated and written to at a moment, as facts to record at once."""

from datetime import datetime, timedelta
from typing import Any

from reviews.facts import Comment, Fact, RatingSealed, Review
from reviews.model import Grade, Person, Status, fact_id
from reviews.timeline import Step
from tests.story import closing


def rated(number: str, answer: str | None, words: str = "", *, at: datetime, **changes: Any) -> tuple[Fact, ...]:
    """A review that was rated so at `at`, with these words; `first` is how it was rated an hour before."""
    first, grade = changes.pop("first", None), changes.pop("grade", Grade.HARD)
    causes = changes.pop("causes", ())
    company = changes.pop("company", "Customer Ltd")
    contact = changes.pop("contact", Person(f"c{number}@customer.example", f"Ada{number} Lovelace", company))
    told = {"ticket": number, "closing": number, "subject": f"Ticket {number}", "contact": contact, "ask": "never"}
    closed_at = at - timedelta(hours=2)
    facts = closing(at=closed_at, closed_at=closed_at, **{**told, **changes})
    review = next(fact for fact in facts if isinstance(fact, Review))
    steps = [
        Step(when, value, Status.CONFIRMED, grade, ("pressed",))
        for when, value in ((at - timedelta(hours=1), first), (at, answer))
        if value
    ]
    sealed = (RatingSealed(review.id, at, tuple(steps)),) if steps else ()
    said = (Comment(review.id, fact_id("said", review.id), at, words, causes),) if words or causes else ()
    return (review, *sealed, *said)
