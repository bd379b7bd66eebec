"""A full disk: said to be full, nothing half done, and well again once there is room."""

import asyncio
import threading
from functools import partial

import pytest

from store import (
    Session,
    Store,
    StoreFullError,
)
from tests.store.keeping import envelope
from tests.story import RULES, START, closing


def fill(session: Session, pages: int) -> None:
    """Let the file grow by that many pages of 4 KB and no more, as a disk would that is nearly full."""
    used = int(session.rows("pragma page_count")[0]["page_count"])
    session.rows(f"pragma max_page_count = {used + pages}")


async def keep(store: Store, id: str, size_bytes: int) -> str:
    return await store.keep_mail(id=id, envelope=envelope(), raw=id.encode() * (size_bytes // len(id)))


async def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(sqlite_store: Store) -> None:
    await sqlite_store.write(partial(fill, pages=10))
    with pytest.raises(StoreFullError):
        await keep(sqlite_store, "big", 200_000)
    assert await sqlite_store.claim_arrivals(now=START, most=9, lease=RULES.hold) == []


async def test_once_there_is_room_again_the_next_write_goes_through(sqlite_store: Store) -> None:
    await sqlite_store.write(partial(fill, pages=10))
    with pytest.raises(StoreFullError):
        await keep(sqlite_store, "big", 200_000)
    await sqlite_store.write(partial(fill, pages=1_000))
    sha256 = await keep(sqlite_store, "big", 200_000)
    assert await sqlite_store.raw_mail(sha256) is not None
    assert len(await sqlite_store.record_new(*closing())) == 2


async def test_nobody_in_the_group_of_a_full_disk_is_told_something_that_is_not_so(sqlite_store: Store) -> None:
    """SQLite undoes the whole transaction then: who was told "stored" has it stored, who was told "full" has not."""
    await sqlite_store.write(partial(fill, pages=30))
    let_go = threading.Event()
    busy = asyncio.ensure_future(sqlite_store.write(lambda session: let_go.wait(5)))
    await asyncio.sleep(0.05)
    sizes = {"a": 20_000, "b": 20_000, "big": 300_000, "c": 1_000, "d": 1_000}
    tasks = {id: asyncio.ensure_future(keep(sqlite_store, id, size)) for id, size in sizes.items()}
    await asyncio.sleep(0)
    let_go.set()
    await busy
    answers = dict(zip(tasks, await asyncio.gather(*tasks.values(), return_exceptions=True), strict=True))
    stored = {arrival.id for arrival in await sqlite_store.claim_arrivals(now=START, most=9, lease=RULES.hold)}
    assert {id for id, answer in answers.items() if isinstance(answer, str)} == stored
    assert {type(answer) for answer in answers.values()} <= {str, StoreFullError}
    assert isinstance(answers["big"], StoreFullError)
