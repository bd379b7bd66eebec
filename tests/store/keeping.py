"""Small builders for the tests of the store: a review in it, a claim, a settlement, an envelope."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from reviews import flow
from reviews.events import Press
from reviews.facts import Comment, Fact, Review
from reviews.log import Log
from reviews.model import Envelope, Mode, Outcome
from reviews.sending import attempted
from store import (
    Outgoing,
    Session,
    Settlement,
    Store,
)
from store.engines import Job
from tests.story import RULES, START, closing, later, visit

ROOT = Path(__file__).parent.parent.parent
DOMAIN = "reply.acme.example"
LEASE = timedelta(minutes=5)
Opening = Callable[[], Store]


async def new_review(store: Store, **changes: Any) -> Review:
    """A review whose invitation is due at START."""
    review = (await store.record_new(*closing(**changes)))[0]
    assert isinstance(review, Review)
    return review


async def claimed(store: Store, *, now: datetime = START, most: int = 10) -> list[Outgoing]:
    return await store.claim(now=now, most=most, lease=LEASE)


def settlement(out: Outgoing, outcome: Outcome, *, at: datetime = START, **more: object) -> Settlement:
    settled = attempted(out.delivery, outcome=outcome, attempt=out.attempts, composed_at=at, at=at, reason="a reason")
    return replace(Settlement(settled), **more)  # type: ignore[arg-type]  # the fields of Settlement


def comment(review: str, words: str, *, at: datetime = START) -> Comment:
    return Comment(review, "page", at, words)


def recording(*facts: Fact) -> Callable[[Log], Iterable[Fact]]:
    return lambda log: facts


def envelope(*, at: datetime = START, **changes: object) -> Envelope:
    known = Envelope(
        at, "192.0.2.1", "mx.customer.example", "ada@customer.example", ("r+g…@reply.acme.example",), tls=True
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # the fields of Envelope


async def seed(opening: Opening) -> str:
    """The id of a review that was rated softly 3,001 s after its invitation."""
    store = opening()
    review = await new_review(store)
    for out in await claimed(store):
        await store.settle(settlement(out, Outcome.SENT))
    opened = partial(flow.link_opened, hit="page", link="happy", visit=visit(), at=later(3000), rules=RULES)
    voted = partial(flow.voted, press=Press("page", "happy", Mode.AUTO), at=later(3001), rules=RULES)
    await store.record(review.id, opened)
    await store.record(review.id, voted)
    await store.close()
    return review.id


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/afterword.db"


def put(number: int) -> Job[int]:
    def job(session: Session) -> int:
        session.run("insert into brake (brand, per_hour) values (:brand, :number)", brand=f"b{number}", number=number)
        return number

    return job


def numbers(session: Session) -> list[int]:
    return [int(row["per_hour"]) for row in session.rows("select per_hour from brake order by per_hour")]
