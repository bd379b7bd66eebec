"""Whatever people write is kept on every engine: NUL, half characters, every script; what is not text stays bytes."""

from datetime import UTC, datetime
from functools import partial

import pytest

from reviews.model import Outcome
from store import Source, Store, Wanted, sources
from store.engines.dialect import storable
from tests.store.keeping import claimed, comment, envelope, new_review, recording, settlement
from tests.story import START

WORDS = {
    "emoji": "👩🏽‍💻 great 🎉",
    "right to left": "شكرا \u200f",
    "controls": "a\x01\x1f\x7f\u2028\ufeff\r\n\t",
    "quotes": "'\"\\; drop table fact; -- :name %s %(x)s {x} ::text",
    "long": "ä" * 100_000,
    "nothing": "",
    "beyond the plane": "𝕬 \U0010ffff",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
async def test_text_comes_back_as_it_went_in(store: Store, words: str) -> None:
    review = await new_review(store)
    (out,) = await claimed(store)
    await store.settle(settlement(out, Outcome.SENT, subject=words, sent_text=words))
    await store.record(review.id, recording(comment(review.id, words)))
    (kept,) = await store.deliveries(review.id)
    assert (kept.subject, kept.sent_text) == (words, words)
    (line,) = await store.reviews(Wanted(), now=START, most=1)
    assert line.comment == words


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a\0b", "a\ufffdb"), ("\0", "\ufffd"), ("cut \ud83d here", "cut ? here"), ("\0 ü \udcff", "\ufffd ü ?")],
)
async def test_what_no_engine_can_keep_is_marked_and_found_again(store: Store, given: str, kept: str) -> None:
    assert storable({"text": given, "raw": b"\0"}) == {"text": kept, "raw": b"\0"}
    source = Source("hook", given, "secret", {})
    await store.write(partial(sources.set_source, source=source, at=START))
    assert await store.source("hook") == Source("hook", kept, "secret", {})
    await store.write(partial(sources.set_paused, brand=given, paused_at=START, at=START))
    assert (await store.brake(given)).paused_at == START


async def test_a_ticket_with_a_nul_in_its_name_is_listed_by_that_name(store: Store) -> None:
    review = await new_review(store, ticket="48\x00213")
    (line,) = await store.reviews(Wanted(ticket="48\x00213"), now=START, most=1)
    assert line.review == review


async def test_raw_bytes_stay_what_they_were(store: Store) -> None:
    for number, raw in enumerate((b"", b"\0", bytes(range(256)), b"\xff\xfe\0 half \xed\xa0\xbd")):
        assert await store.raw_mail(await store.keep_mail(id=str(number), envelope=envelope(), raw=raw)) == raw


@pytest.mark.parametrize("year", [1, 1969, 9999])
async def test_instants_of_all_ages_are_exact(store: Store, year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    await store.write(partial(sources.set_paused, brand="acme", paused_at=at, at=START))
    assert (await store.brake("acme")).paused_at == at
