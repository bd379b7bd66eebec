"""Pages of reviews: complete, without repeats, with the rating that holds now."""

from datetime import UTC, datetime
from functools import partial

import pytest

from reviews import flow
from reviews.model import Status
from store import (
    Cursor,
    Store,
    Wanted,
    lists,
    mails,
    quarantine,
)
from store.paging import NEWEST
from tests.store.keeping import LEASE, Opening, comment, envelope, new_review, recording, seed
from tests.story import ADA, LEA, RULES, START, later, mail


async def test_pages_are_complete_without_repeats_also_when_many_came_at_once(store: Store) -> None:
    made = {(await new_review(store, ticket=str(n), at=later(-n // 5))).id for n in range(23)}
    for size in (1, 5, 7, 23, 200):
        seen: list[str] = []
        before: Cursor | None = None
        for _ in range(25):
            page = await store.reviews(Wanted(), now=START, most=size, before=before)
            assert len(page) <= size
            if not page:
                break
            seen += [line.review.id for line in page]
            before = page[-1].cursor
        assert len(seen) == 23
        assert set(seen) == made


@pytest.mark.parametrize(("most", "size"), [(-1, 0), (-(2**70), 0), (0, 0), (2**70, 3)])
async def test_no_page_has_less_than_nothing_or_more_than_a_page(store: Store, most: int, size: int) -> None:
    for n in range(3):
        await new_review(store, ticket=str(n))
        await store.keep_mail(id=f"mail {n}", envelope=envelope(), raw=b"mail %d" % n)
    assert len(await store.reviews(Wanted(), now=START, most=most)) == size
    assert len(await store.search("vpn", Wanted(), now=START, most=most)) == size
    assert len(await store.read(partial(lists.ids, after="", most=most))) == size
    assert len(await store.claim(now=START, most=most, lease=LEASE)) == size
    assert len(await store.claim_arrivals(now=START, most=most, lease=LEASE)) == size


async def test_mails_that_wait_are_paged_newest_first_also_when_many_came_at_once(store: Store) -> None:
    for n in range(9):
        await store.keep_mail(id=f"mail {n}", envelope=envelope(at=later(n // 4)), raw=b"mail")
        await store.mark_arrival(f"mail {n}", status=mails.QUARANTINED, at=START)
    for size in (1, 2, 9):
        seen: list[str] = []
        before = NEWEST
        while page := await store.read(partial(quarantine.waiting, most=size, before=before)):
            seen += [arrival.id for arrival in page]
            before = page[-1].cursor
        assert seen == [f"mail {n}" for n in (8, 7, 6, 5, 4, 3, 2, 1, 0)]


async def test_a_page_goes_on_where_it_ended_though_new_reviews_came(store: Store) -> None:
    old = [(await new_review(store, ticket=str(n), at=later(-n))).id for n in range(4)]
    first = await store.reviews(Wanted(), now=START, most=2)
    await new_review(store, ticket="newer", at=later(5))
    second = await store.reviews(Wanted(), now=START, most=2, before=first[-1].cursor)
    assert [line.review.id for line in (*first, *second)] == old


async def test_a_list_shows_what_is_wanted(store: Store) -> None:
    ada = await new_review(store, at=later(-5))
    lea = await new_review(store, ticket="2", contact=LEA, brand="zenith", at=later(-3))
    for wanted, found in (
        (Wanted(), [lea, ada]),
        (Wanted(ticket="48213"), [ada]),
        (Wanted(contact="LEA@acme.example"), [lea]),
        (Wanted(brand="zenith"), [lea]),
        (Wanted(since=later(-4)), [lea]),
        (Wanted(since=datetime(1970, 1, 1, tzinfo=UTC)), [lea, ada]),
        (Wanted(brand="zenith", contact=ADA.email), []),
        (Wanted(ticket="' or 1=1 --"), []),
    ):
        listed = await store.reviews(wanted, now=START, most=9)
        assert [line.review.id for line in listed] == [review.id for review in found], wanted


async def test_a_list_tells_the_rating_that_holds_now_and_counts_what_was_written(opening: Opening) -> None:
    review = await seed(opening)
    store = opening()
    await store.record(review, partial(flow.replied, mail=mail(), at=later(hours=2), rules=RULES))
    for seconds, status in (
        (3000, Status.NONE),
        (3001, Status.PROVISIONAL),
        (3600, Status.PROVISIONAL),
        (3601, Status.CONFIRMED),
    ):
        (line,) = await store.reviews(Wanted(), now=later(seconds), most=9)
        assert line.rating is not None
        assert (line.rating.status, line.messages, line.comment) == (status, 1, ""), seconds
    assert await store.read(lists.count) == 1
    await store.close()


async def test_a_list_shows_the_latest_words_from_the_page(store: Store) -> None:
    review = await new_review(store)
    for words in ("It dropped again.", "Now it is quiet."):
        await store.record(review.id, recording(comment(review.id, words)))
    (line,) = await store.reviews(Wanted(), now=START, most=9)
    assert line.comment == "Now it is quiet."


async def test_pages_can_be_turned_back(store: Store) -> None:
    for n in range(7):
        await new_review(store, ticket=str(n), at=later(-n // 2))
    every = [line.review.id for line in await store.reviews(Wanted(), now=START, most=9)]
    last = await store.reviews(
        Wanted(), now=START, most=1, before=(await store.reviews(Wanted(), now=START, most=6))[-1].cursor
    )
    assert [line.review.id for line in last] == every[6:]
    back = await store.reviews(Wanted(), now=START, most=3, after=last[0].cursor)
    assert [line.review.id for line in back] == every[3:6]
    first = await store.reviews(Wanted(), now=START, most=5, after=back[0].cursor)
    assert [line.review.id for line in first] == every[:3]
    assert await store.reviews(Wanted(), now=START, most=5, after=first[0].cursor) == []
