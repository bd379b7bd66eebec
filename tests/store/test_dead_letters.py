"""The contract: webhooks that could not be read are kept as they came, once, and found a page at a time."""

from functools import partial

import pytest

from store import Cursor, DeadLetter, Store, dead_letters
from store.paging import NEWEST
from tests.story import START, later

BODY = b"\xff\x00 no text at all \xc3"


async def page(store: Store, source: str = "", before: Cursor = NEWEST, most: int = 9) -> list[DeadLetter]:
    return await store.read(partial(dead_letters.page, source=source, before=before, most=most))


async def keep(store: Store, letter: DeadLetter) -> bool:
    return await store.write(partial(dead_letters.keep, letter=letter))


async def test_a_letter_is_kept_once_as_it_came_with_its_last_reason(store: Store) -> None:
    assert await keep(store, DeadLetter("desk", START, "first", BODY, {"x-event": "ü"}))
    assert await keep(store, DeadLetter("desk", later(9), "second", BODY, {"x-event": "ü"}))
    (letter,) = await page(store)
    assert letter == DeadLetter("desk", START, "second", BODY, {"x-event": "ü"}, times=2)
    assert await store.read(partial(dead_letters.one, id=letter.id)) == letter
    assert await store.read(partial(dead_letters.one, id="none")) is None


async def test_other_bytes_other_headers_and_another_source_are_other_letters(store: Store) -> None:
    letters = [
        DeadLetter("desk", START, "a", BODY),
        DeadLetter("desk", START, "a", BODY + b" "),
        DeadLetter("desk", START, "a", BODY, {"x": "1"}),
        DeadLetter("other", START, "a", BODY),
    ]
    for letter in letters:
        assert await keep(store, letter)
    assert {letter.id for letter in await page(store)} == {letter.id for letter in letters}
    assert len(await page(store, "desk")) == 3
    assert await store.read(dead_letters.counts) == {"desk": 3, "other": 1}


async def test_pages_follow_one_another_without_a_gap(store: Store) -> None:
    for number in range(5):
        await keep(store, DeadLetter("desk", later(number // 2), "a", bytes([number])))
    found: list[DeadLetter] = []
    while more := await page(store, before=found[-1].cursor if found else NEWEST, most=2):
        found += more
    assert sorted(letter.body for letter in found) == [bytes([number]) for number in range(5)]
    assert [letter.at for letter in found] == sorted((letter.at for letter in found), reverse=True)


async def test_a_reason_is_renewed_and_a_letter_dropped(store: Store) -> None:
    letter = DeadLetter("desk", START, "a", BODY)
    await keep(store, letter)
    await store.write(partial(dead_letters.set_reason, id=letter.id, reason="b", at=later(9)))
    assert [one.reason for one in await page(store)] == ["b"]
    assert await store.write(partial(dead_letters.drop, id=letter.id))
    assert not await store.write(partial(dead_letters.drop, id=letter.id))


async def test_a_source_keeps_no_more_than_so_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "LETTERS_MAX", 1)
    first = DeadLetter("desk", START, "a", BODY)
    assert [await keep(store, first), await keep(store, DeadLetter("desk", START, "a", b"x"))] == [True, False]
    assert await keep(store, first)
    assert await keep(store, DeadLetter("other", START, "a", BODY))
