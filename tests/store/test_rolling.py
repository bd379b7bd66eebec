"""May an old process go on while a new one has changed the schema by adding to it? Side by side, on every engine.

Columns with a default, tables and indexes are added; whoever was open before knows nothing of them. (One that takes
something away, or gives it another meaning, needs all processes stopped first.)
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from reviews import flow
from reviews.events import Press
from reviews.facts import Comment
from reviews.model import Mode, Outcome
from store import DeadLetter, Session, Store, Wanted, calls, dead_letters, migrate_store, presence, schema, sources
from store.health import figures
from store.recompute import recompute
from store.retention import oldest
from tests.store.keeping import LEASE, Opening, comment, envelope, new_review, recording, settlement
from tests.story import RULES, START, later, visit

NEXT = "9999_only_adds"
TABLES = ("review", "fact", "outbox", "arrival", "suppression", "dead_letter", "process", "call", "doorstep", "source")
ADDS = (
    NEXT,
    (
        *(f"alter table {table} add column added text not null default 'new'" for table in TABLES),
        "create table added (id text primary key)",
        "create index review_added on review (added)",
    ),
)


@pytest.fixture
async def both(opening: Opening, url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Store, Store]]:
    """A store that was open before the schema was added to and has read everything once, and one of after."""
    old = opening()
    await everything(old)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ADDS))
    assert migrate_store(url) == (NEXT,)
    new = opening()
    yield old, new
    await old.close()
    await new.close()


async def everything(store: Store, *, round: int = 0) -> None:
    """Write to, and read from, whatever got a column more, so often that psycopg prepares the statements."""
    letter = DeadLetter("desk", START, "the reason", b"{")
    for turn in range(6):
        await store.write(partial(dead_letters.keep, letter=letter))
        await store.read(partial(dead_letters.page, most=9))
        await store.read(partial(calls.page, most=9))
        await store.read(presence.every)
        await store.read(sources.all_sources)
        await store.read(partial(figures, now=START))
        await store.read(oldest)
        await store.reviews(Wanted(), now=START, most=9)
        await store.search("Zanzibar", Wanted(), now=START, most=9)
        review = await new_review(store, ticket=f"{id(store)} {round} {turn}")
        for out in await store.claim(now=START, most=1, lease=LEASE):
            await store.settle(settlement(out, Outcome.SENT))
        await store.record(review.id, recording(comment(review.id, f"Zanzibar {turn}")))
        opened = partial(flow.link_opened, hit=f"p{turn}", link="happy", visit=visit(), at=later(3000), rules=RULES)
        await store.record(review.id, opened)
        voted = partial(
            flow.voted, press=Press(f"p{turn}", "happy", Mode.BUTTON, trusted=True), at=later(3002), rules=RULES
        )
        await store.record(review.id, voted)
        await store.keep_mail(id=f"{id(store)} {round} {turn}", envelope=envelope(), raw=b"Subject: x\r\n\r\nx\r\n")
        for arrival in await store.claim_arrivals(now=START, most=9, lease=timedelta(minutes=1)):
            await store.mark_arrival(arrival.id, status="read", at=START)


async def test_old_and_new_work_side_by_side(both: tuple[Store, Store]) -> None:
    old, new = both
    for round, store in enumerate((old, new, old), 1):
        await everything(store, round=round)
    review = await new_review(old, ticket="shared")
    for number, store in enumerate((new, old, new, old)):
        await store.record(review.id, recording(comment(review.id, f"word {number}")))
    for store in both:
        log = await store.log(review.id)
        assert log
        assert [one.words for one in log.of(Comment)] == ["word 0", "word 1", "word 2", "word 3"]


async def test_what_the_old_one_recorded_meanwhile_agrees(both: tuple[Store, Store]) -> None:
    old, new = both
    await everything(old, round=1)
    found = [one async for one in recompute(new, mend=False, clock=partial(later, days=1), told=lambda _: None)]
    assert found == []
    assert await new.read(added) == {"new"}


def added(session: Session) -> set[str]:
    return {row["added"] for row in session.rows("select added from review")}
