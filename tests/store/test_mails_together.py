"""Mails that come at the same moment are kept by one write, and each caller is told what became of their own."""

import asyncio
from dataclasses import replace

import pytest

from store import Session, Store, StoreUnavailableError, mails
from store.engines import group_commit
from tests.store.keeping import LEASE, envelope
from tests.story import START, later


async def test_mails_of_one_moment_are_all_kept(store: Store) -> None:
    raws = [b"%d" % number * 1000 for number in range(group_commit.GROUP_MAX + 50)]
    hashes = await asyncio.gather(
        *(store.keep_mail(id=f"a{n}", envelope=envelope(), raw=raw) for n, raw in enumerate(raws))
    )
    assert [await store.raw_mail(sha256) for sha256 in hashes] == raws
    assert await store.read(mails.counts) == {"pending": len(raws)}


async def test_a_mail_that_cannot_be_written_costs_no_other(store: Store) -> None:
    broken = replace(envelope(), at=START.replace(tzinfo=None))  # an instant without a zone is none
    told = await asyncio.gather(
        store.keep_mail(id="before", envelope=envelope(), raw=b"1"),
        store.keep_mail(id="broken", envelope=broken, raw=b"2"),
        store.keep_mail(id="after", envelope=envelope(), raw=b"3"),
        return_exceptions=True,
    )
    assert [isinstance(one, Exception) for one in told] == [False, True, False]
    waiting = await store.claim_arrivals(now=later(), most=9, lease=LEASE)
    assert {arrival.id for arrival in waiting} == {"before", "after"}


async def test_a_mail_whose_sender_left_is_kept_with_the_others(store: Store) -> None:
    writes = [asyncio.create_task(store.keep_mail(id=f"a{n}", envelope=envelope(), raw=b"%d" % n)) for n in range(3)]
    await asyncio.sleep(0)
    writes[1].cancel()
    await asyncio.gather(writes[0], writes[2])
    assert await store.read(mails.counts) == {"pending": 3}


async def test_more_than_memory_is_set_aside_for_comes_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_BYTES_MAX", 250)
    told = await asyncio.gather(
        *(store.keep_mail(id=f"a{n}", envelope=envelope(), raw=b"%d" % n * 100) for n in range(3)),
        return_exceptions=True,
    )
    assert [isinstance(one, StoreUnavailableError) for one in told] == [False, False, True]
    await store.keep_mail(id="again", envelope=envelope(), raw=b"2" * 100)


async def test_a_mail_of_an_older_schema_is_read_whole(store: Store) -> None:
    raw = bytes(range(256)) * 8 * 1024
    sha256 = await store.keep_mail(id="old", envelope=envelope(), raw=raw)
    assert len(raw) == 2 * mails.PIECE_BYTES

    def as_before(session: Session) -> None:
        session.run("update mail set raw = :raw", raw=raw)
        session.run("delete from mail_piece")

    await store.write(as_before)
    assert await store.raw_mail(sha256) == raw


@pytest.mark.parametrize("more_bytes", [-1, 0, 1])
async def test_a_mail_that_ends_where_a_piece_does_is_whole(store: Store, more_bytes: int) -> None:
    for pieces in (1, 2):
        raw = b"x" * (pieces * mails.PIECE_BYTES + more_bytes)
        sha256 = await store.keep_mail(id=f"{pieces}", envelope=envelope(), raw=raw)
        assert await store.raw_mail(sha256) == raw
