"""Every mail that came in is kept as it stood on the wire, and read by one reader at a time."""

import asyncio
import hashlib
from functools import partial

from store import (
    Store,
    mails,
    quarantine,
)
from tests.store.keeping import (
    LEASE,
    envelope,
)
from tests.story import START, later


async def test_a_mail_is_kept_once_and_every_arrival_with_its_envelope(store: Store) -> None:
    raw = b"Subject: hello\r\n\r\n\x00\xff bytes as they stood\r\n"
    first = await store.keep_mail(id="a1", envelope=envelope(), raw=raw)
    again = await store.keep_mail(id="a2", envelope=envelope(at=later(60), mail_from=""), raw=raw)
    assert first == again == hashlib.sha256(raw).hexdigest()
    assert await store.raw_mail(first) == raw
    arrivals = await store.claim_arrivals(now=later(60), most=9, lease=LEASE)
    assert [(a.id, a.mail, a.envelope) for a in arrivals] == [
        ("a1", first, envelope()),
        ("a2", first, envelope(at=later(60), mail_from="")),
    ]
    held = await store.read(lambda session: session.rows("select count(*) as mails from mail"))
    assert held == [{"mails": 1}]


async def test_an_arrival_kept_twice_is_kept_once(store: Store) -> None:
    for _ in range(2):
        await store.keep_mail(id="a1", envelope=envelope(), raw=b"x")
    assert len(await store.claim_arrivals(now=START, most=9, lease=LEASE)) == 1


async def test_25_megabytes_go_in_and_come_out(store: Store) -> None:
    raw = bytes(range(256)) * (25 * 4096)
    assert len(raw) == 25 * 1024 * 1024
    sha256 = await store.keep_mail(id="big", envelope=envelope(), raw=raw)
    assert await store.raw_mail(sha256) == raw
    assert await store.raw_mail("0" * 64) is None


async def test_an_arrival_is_read_by_one_reader_at_a_time_and_again_when_it_never_reports(
    store: Store, neighbour: Store
) -> None:
    for n in range(9):
        await store.keep_mail(id=f"a{n}", envelope=envelope(at=later(n)), raw=b"%d" % n)
    taken = await asyncio.gather(
        *(
            process.claim_arrivals(now=later(60), most=2, lease=LEASE)
            for _ in range(3)
            for process in (store, neighbour)
        )
    )
    assert sorted(arrival.id for batch in taken for arrival in batch) == [f"a{n}" for n in range(9)]
    assert await store.claim_arrivals(now=later(61), most=9, lease=LEASE) == []
    again = await store.claim_arrivals(now=later(60) + LEASE, most=9, lease=LEASE)
    assert {arrival.tries for arrival in again} == {2}


async def test_arrivals_are_read_in_the_order_they_came(store: Store) -> None:
    for n in (3, 1, 2, 0):
        await store.keep_mail(id=f"a{n}", envelope=envelope(at=later(n)), raw=b"%d" % n)
    assert [a.id for a in await store.claim_arrivals(now=later(9), most=9, lease=LEASE)] == ["a0", "a1", "a2", "a3"]


async def test_an_arrival_that_was_read_is_not_read_again_and_one_put_off_is(store: Store) -> None:
    for id in ("read", "stray", "later"):
        await store.keep_mail(id=id, envelope=envelope(), raw=id.encode())
    await store.claim_arrivals(now=START, most=9, lease=LEASE)
    await store.mark_arrival("read", status=mails.READ, at=START, review="r1")
    await store.mark_arrival("stray", status=mails.QUARANTINED, at=START, reason="nobody's")
    await store.mark_arrival("later", status=mails.PENDING, at=later(10), reason="the store was full")
    assert [a.id for a in await store.claim_arrivals(now=later(10), most=9, lease=LEASE)] == ["later"]
    assert [a.id for a in await store.claim_arrivals(now=later(days=1), most=9, lease=LEASE)] == ["later"]
    (stray,) = await store.read(partial(quarantine.waiting, most=9))
    assert (stray.id, stray.reason) == ("stray", "nobody's")
    assert await store.read(mails.counts) == {"read": 1, "quarantined": 1, "pending": 1}
