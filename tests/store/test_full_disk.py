"""A full disk: said to be full, nothing half done, and well again once there is room."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from reviews.model import Outcome
from store import (
    Session,
    Store,
    StoreFullError,
    migrate_store,
    open_store,
)
from store.engines import sqlite
from store.engines.reserve import RESERVE_BYTES, Reserve
from tests.store.keeping import claimed, envelope, settlement, url_of
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


async def keep_many(store: Store, size_bytes: int) -> None:
    for number in range(100):
        await keep(store, f"{number} of {size_bytes}", size_bytes)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "none", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


async def test_on_a_full_disk_what_is_urgent_goes_through_and_erasing_makes_room(small_disk: Path) -> None:
    migrate_store(url_of(small_disk))
    store = open_store(url_of(small_disk), rules=RULES, mail_domain="x")
    reserve = Reserve(small_disk / "afterword.db-reserve")
    review = (await store.record_new(*closing()))[0]
    (out,) = await claimed(store)
    with pytest.raises(StoreFullError):
        await keep_many(store, 1_000_000)
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize))
    with pytest.raises(StoreFullError):
        await keep_many(store, 20_000)
    assert reserve.size_bytes == RESERVE_BYTES, "nobody's mail took what is kept for erasing"
    await store.settle(settlement(out, Outcome.SENT))  # it was sent: forgetting that would be sending it twice
    assert reserve.size_bytes > RESERVE_BYTES // 2
    some = "delete from mail where sha256 in (select sha256 from mail where size_bytes > 100000 limit 3)"
    for _ in range(3):
        assert await store.write(lambda session: session.run(some), urgent=True) == 3
    assert [sent.status for sent in await store.deliveries(review.id)] == ["sent"]
    assert await keep(store, "and now", 500_000)  # what is written goes through the log, in what the reserve leaves
    (small_disk / "filler").unlink()
    await asyncio.sleep(sqlite.CHECKPOINT_EVERY_SECONDS)
    assert await keep(store, "and then", 1_000)
    await store.close()
    assert reserve.size_bytes == RESERVE_BYTES, "and it is there again for the next time"
