"""Mail that waits for a person, on every engine: filed, dropped, expired; bytes that another arrival has stay."""

from datetime import timedelta
from functools import partial

import pytest

from store import Store, mails, quarantine
from store.mails import PENDING, QUARANTINED, READ, UNREADABLE
from store.paging import NEWEST
from store.quarantine import EXPIRED_AT_ONCE, Judged
from tests.store.keeping import LEASE, envelope, new_review
from tests.story import later

RAW = b"Subject: x\r\n\r\nwords\r\n"
FORGED = Judged("forged", "asks to reject it", '{"k": "p=A"}', "Ada", "Re: x", "words")


async def kept(store: Store, id: str, status: str = QUARANTINED, *, raw: bytes = RAW, joined: int = 0) -> None:
    await store.keep_mail(id=id, envelope=envelope(), raw=raw)
    settle = partial(quarantine.settle, id=id, status=status, at=later(), reason="why")
    await store.write(partial(settle, joined=joined, judged=FORGED))


async def ids(store: Store) -> list[str]:
    return [one.id for one in await store.read(partial(quarantine.waiting, most=200, before=NEWEST))]


async def raw_of(store: Store, sha256: str) -> bytes | None:
    return await store.raw_mail(sha256)


async def test_what_waits_is_told_with_all_that_is_known_of_it(store: Store) -> None:
    await kept(store, "a")
    await kept(store, "b", UNREADABLE)
    await kept(store, "c", READ)
    assert sorted(await ids(store)) == ["a", "b"]
    assert await store.read(quarantine.count_waiting) == 2
    one = await store.read(partial(quarantine.one_waiting, id="a"))
    assert one is not None
    assert (one.judged, one.reason, one.envelope, one.status) == (FORGED, "why", envelope(), QUARANTINED)
    assert await store.read(partial(quarantine.judged, arrival="c")) == FORGED
    assert await store.read(partial(quarantine.one_waiting, id="c")) is None


async def test_a_filed_mail_is_to_be_read_at_once_and_names_its_review(store: Store) -> None:
    review = await new_review(store)
    await kept(store, "a")
    file = partial(quarantine.file, id="a", who="Lea", at=later(5))
    assert [await store.write(partial(file, review=named)) for named in ("none", review.id, review.id)] == [
        False,
        True,
        False,
    ]
    [arrival] = await store.claim_arrivals(now=later(5), most=9, lease=LEASE)
    assert (arrival.id, arrival.review, arrival.reason, arrival.tries) == ("a", review.id, "Lea", 1)
    assert await ids(store) == []


@pytest.mark.parametrize(("joined", "left"), [(0, None), (1, RAW)])
async def test_what_joined_a_review_keeps_its_bytes(store: Store, joined: int, left: bytes | None) -> None:
    await kept(store, "a", joined=joined)
    one = await store.read(partial(quarantine.one_waiting, id="a"))
    assert one
    assert await store.write(partial(quarantine.drop, id="a"))
    assert await ids(store) == []
    assert await raw_of(store, one.mail) == left
    assert not await store.write(partial(quarantine.drop, id="a"))


async def test_a_large_mail_goes_with_all_its_pieces(store: Store) -> None:
    await kept(store, "large", raw=b"x" * (2 * mails.PIECE_BYTES + 1))
    await store.write(partial(quarantine.drop, id="large"))
    left = await store.read(lambda session: session.rows("select count(*) as pieces from mail_piece"))
    assert left == [{"pieces": 0}]


async def test_bytes_that_came_twice_stay_for_the_other(store: Store) -> None:
    await kept(store, "a")
    sha256 = await store.keep_mail(id="b", envelope=envelope(), raw=RAW)
    await store.write(partial(quarantine.drop, id="a"))
    assert await raw_of(store, sha256) == RAW
    assert [one.id for one in await store.claim_arrivals(now=later(5), most=9, lease=LEASE)] == ["b"]


async def test_only_what_is_too_old_and_still_waits_expires_a_batch_at_a_time(store: Store) -> None:
    await store.keep_mail(id="new", envelope=envelope(at=later(60)), raw=b"new")
    await store.mark_arrival("new", status=QUARANTINED, at=later(60))
    await store.keep_mail(id="pending", envelope=envelope(), raw=b"pending")
    for number in range(EXPIRED_AT_ONCE + 3):
        await kept(store, f"old {number}", raw=b"%d" % number)
    expire = partial(quarantine.expire, before=envelope().at + timedelta(seconds=1))
    assert [await store.write(expire) for _ in range(3)] == [EXPIRED_AT_ONCE, 3, 0]
    assert await ids(store) == ["new"]
    assert await store.read(mails.counts) == {QUARANTINED: 1, PENDING: 1}
