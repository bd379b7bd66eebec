"""Does each kind of what is known of people go when its term is over, and nothing else? A clock that is moved, on every
engine."""

import asyncio
import secrets
from datetime import datetime, timedelta
from functools import partial

import pytest

from reviews.facts import Comment, Message
from reviews.forgotten import NOWHERE
from reviews.model import By
from reviews.rules import MONTH, YEAR, Terms
from store import Store
from store.recompute import recompute
from store.retention import (
    OLD_MAILS,
    OLD_REVIEWS,
    OLDEST_REVIEW,
    PIECE,
    Oldest,
    erase_letters,
    erase_mails,
    erase_reviews,
    keep_terms,
    oldest,
)
from tests.store.keeping import Opening, comment, envelope, new_review, recording, seed
from tests.story import START, later

TERMS = Terms(mails=6 * MONTH, reviews=3 * YEAR, letters=timedelta(days=90))
LETTER = """insert into dead_letter (id, source, at, last_at, times, reason, headers, body)
    values ('letter', 'own', :at, :at, 1, '', '{}', :body)"""
new_id = partial(secrets.token_hex, 16)


async def came(store: Store, id: str, *, days: float = 0, status: str = "read", raw: bytes = b"") -> str:
    """A mail that came so many days after START; the SHA-256 of its bytes."""
    at = START + timedelta(days=days)
    sha256 = await store.keep_mail(id=id, envelope=envelope(at=at), raw=raw or f"Subject: {id}\r\n\r\nx\r\n".encode())
    await store.mark_arrival(id, status=status, at=at)
    return sha256


async def test_mails_go_when_their_months_are_over_and_no_earlier(store: Store) -> None:
    old, young = await came(store, "old", raw=b"x" * 3_000_000), await came(store, "young", days=20)
    assert await erase_mails(store, TERMS, now=START + 6 * MONTH) == 0
    assert await erase_mails(store, TERMS, now=START + 6 * MONTH + timedelta(days=1)) == 1
    assert await store.raw_mail(old) is None
    assert await store.raw_mail(young)
    assert await store.read(lambda session: session.rows("select 1 from mail_piece")) == []


async def test_bytes_that_came_again_stay_with_the_younger(store: Store) -> None:
    same = b"Subject: twice\r\n\r\nx\r\n"
    sha256 = await came(store, "first", raw=same)
    await came(store, "again", days=100, raw=same)
    assert await erase_mails(store, TERMS, now=START + 7 * MONTH) == 1
    assert await store.raw_mail(sha256) == same


async def test_a_mail_nobody_has_read_yet_waits(store: Store) -> None:
    for status in ("pending", "quarantined", "unreadable"):
        await came(store, status, status=status)
    assert await erase_mails(store, TERMS, now=START + 9 * YEAR) == 0


async def test_many_go_in_pieces(store: Store) -> None:
    for number in range(PIECE + 5):
        await came(store, str(number))
    assert await erase_mails(store, TERMS, now=START + YEAR) == PIECE + 5


async def test_of_an_old_review_the_numbers_stay_and_no_word_nor_name(store: Store, opening: Opening) -> None:
    review = await seed(opening)
    said = Message(
        review, later(4_000), By.CUSTOMER, "eve@customer.example", "Eve", "verified", "m", "b", "raw", "S", "T", "U"
    )
    await store.record(review, recording(comment(review, "Zanzibar"), said))
    before = await store.timeline(review)
    assert await erase_reviews(store, TERMS, now=START + 3 * YEAR, new_id=new_id) == 0
    assert await erase_reviews(store, TERMS, now=START + 3 * YEAR + timedelta(days=1), new_id=new_id) == 1
    log = await store.log(review)
    assert log
    assert log.review.contact.email.endswith(f"@{NOWHERE}")
    assert "@customer.example" not in repr(log)
    assert [one.words for one in log.of(Comment)] == [""]
    assert [(one.sender_name, one.text) for one in log.of(Message)] == [("", "")]
    assert await store.timeline(review) == before
    assert log.review.agent
    told = recompute(store, mend=False, clock=lambda: START + 4 * YEAR, told=lambda _: None)
    assert [one async for one in told] == []
    assert await erase_reviews(store, TERMS, now=START + 4 * YEAR, new_id=new_id) == 0


async def test_a_review_in_which_something_happened_since_is_kept(store: Store) -> None:
    review = (await new_review(store)).id
    await store.record(review, recording(comment(review, "still talking", at=START + YEAR)))
    assert await erase_reviews(store, TERMS, now=START + 3.5 * YEAR, new_id=new_id) == 0
    assert await erase_reviews(store, TERMS, now=START + 4.5 * YEAR, new_id=new_id) == 1


async def test_letters_go_after_their_days(store: Store) -> None:
    await store.write(lambda session: session.run(LETTER, at=int(START.timestamp() * 1e6), body=b"{}"))
    assert (await store.read(oldest)).letter == START
    assert await erase_letters(store, TERMS, now=START + timedelta(days=89)) == 0
    assert await erase_letters(store, TERMS, now=START + timedelta(days=91)) == 1


async def test_what_has_no_term_is_kept_for_good(store: Store) -> None:
    await came(store, "old")
    review = await new_review(store)
    never = Terms(letters=None)
    late = START + 90 * YEAR
    assert await erase_mails(store, never, now=late) == await erase_letters(store, never, now=late) == 0
    assert await erase_reviews(store, never, now=late, new_id=new_id) == 0
    assert await store.read(oldest) == Oldest(None, START, review.at, None)


async def test_the_mailers_job_does_all_of_it(store: Store) -> None:
    sha256, review = await came(store, "old"), await new_review(store)
    stop = asyncio.Event()

    def clock() -> datetime:
        stop.set()  # one round
        return START + 4 * YEAR

    await keep_terms(store, TERMS, clock, stop, new_id=new_id)
    assert await store.raw_mail(sha256) is None
    log = await store.log(review.id)
    assert log
    assert log.review.subject == ""


@pytest.mark.parametrize(
    ("sql", "index"),
    [(OLD_MAILS, "arrival_by_due"), (OLD_REVIEWS, "review_of_somebody"), (OLDEST_REVIEW, "review_of_somebody")],
)
async def test_what_is_past_its_term_is_found_by_index(sqlite_store: Store, sql: str, index: str) -> None:
    values: dict[str, str | int] = {"until": 0, "most": 1, "after_at": 0, "after": ""}
    rows = await sqlite_store.read(lambda session: session.rows(f"explain query plan {sql}", **values))
    assert any(index in row["detail"] for row in rows)
    assert not any("TEMP B-TREE" in row["detail"] for row in rows)
