"""The contract: what is to be told is noted with what happened, listed once, claimed by one, and told in order."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from reviews.model import Outcome
from store import Call, Endpoint, Store, calls, endpoints
from store.calls import DONE, DUE, FAILED, Fate
from store.engines import Session
from store.paging import Cursor
from tests.store.keeping import claimed as claimed_mails
from tests.store.keeping import comment, new_review, recording, settlement
from tests.story import START, later

ENDPOINT = Endpoint("desk", "webhook", "https://hooks.example/é", ("whsec_a", "whsec_b"), START - timedelta(days=1))
LEASE = timedelta(minutes=5)


async def add(store: Store, **changes: object) -> Endpoint:
    endpoint = replace(ENDPOINT, **changes)  # type: ignore[arg-type]  # the fields of Endpoint
    await store.write(partial(endpoints.set_endpoint, endpoint=endpoint, at=START))
    return endpoint


async def spread(store: Store, *, most: int = 50) -> int:
    return await store.write(partial(calls.spread, recorder=store.recorder, now=later(60), most=most))


async def claim(store: Store, *, seconds: float = 60, most: int = 9, busy: tuple[str, ...] = ()) -> list[Call]:
    return await store.write(partial(calls.claim, now=later(seconds), most=most, lease=LEASE, busy=busy))


async def settle(store: Store, call: Call, fate: Fate) -> None:
    await store.write(partial(calls.settle, id=call.id, fate=fate, at=later(61)))


def waiting(session: Session) -> int:
    return len(session.rows("select seq from untold"))


async def test_an_endpoint_is_kept_as_it_was_given_and_can_be_turned_off_and_on(store: Store) -> None:
    given = await add(store, brand="acme", events=("review.rated",), options={"a": "ü"})
    assert await store.read(endpoints.all_endpoints) == [given]
    assert await store.write(partial(endpoints.disable, id="desk", at=START, reason="410"))
    assert not await store.write(partial(endpoints.disable, id="desk", at=later(9), reason="again"))
    off = await store.read(partial(endpoints.endpoint, id="desk"))
    assert off == replace(given, disabled_at=START, reason="410")
    assert not given.hears("review.rated", brand="globex")
    assert not given.hears("review.asked", brand="acme")
    assert given.hears("review.rated", brand="acme")
    assert await store.write(partial(endpoints.enable, id="desk", at=START))
    assert await store.write(partial(endpoints.drop_endpoint, id="desk", at=START))
    assert await store.read(partial(endpoints.endpoint, id="desk")) is None


async def test_nothing_is_noted_where_nobody_is_to_be_told(store: Store) -> None:
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "hello")))
    assert await store.read(waiting) == 0


async def test_what_happened_is_listed_once_whatever_is_noted_again(store: Store) -> None:
    await add(store)
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "hello")))
    assert await spread(store) == 2
    await store.record(review.id, recording(comment(review.id, "hello again", at=later(1))))
    await spread(store)
    assert await store.read(waiting) == 0
    listed = await store.read(partial(calls.page, most=9))
    assert [call.kind for call in listed] == ["review.commented"] * 2


async def test_of_one_review_the_earlier_is_told_first_and_a_claim_is_one_workers(
    store: Store, neighbour: Store
) -> None:
    await add(store)
    review = await new_review(store)
    for out in await claimed_mails(store):
        await store.settle(settlement(out, Outcome.SENT))
    await store.record(review.id, recording(comment(review.id, "hello", at=later(1))))
    await spread(store)
    (first,) = await claim(store)
    assert (first.kind, await claim(neighbour)) == ("review.asked", [])
    await settle(store, first, Fate(DUE, "500", later(90)))
    assert await claim(neighbour) == []
    (again,) = await claim(neighbour, seconds=91)
    assert (again.id, again.attempts, again.reason) == (first.id, 2, "500")
    await settle(neighbour, again, Fate(DONE, "200"))
    (second,) = await claim(store)
    assert second.kind == "review.commented"


async def test_who_does_not_settle_in_time_loses_the_call_and_busy_endpoints_wait(store: Store) -> None:
    await add(store)
    await store.write(partial(calls.add_test, endpoint="desk", id="one", at=START))
    assert await claim(store, busy=("desk",)) == []
    (call,) = await claim(store)
    assert await claim(store) == []
    (again,) = await claim(store, seconds=60 + 301)
    assert again.id == call.id


async def test_the_log_is_paged_counted_replayed_and_forgotten(store: Store) -> None:
    await add(store)
    for name in ("a", "b", "c"):
        await store.write(partial(calls.add_test, endpoint="desk", id=name, at=START))
    for call in await claim(store):
        await settle(store, call, Fate(FAILED, "no\0answer"))
    page = await store.read(partial(calls.page, most=2))
    rest = await store.read(partial(calls.page, most=2, before=Cursor(page[-1].at, page[-1].id)))
    assert len({call.id for call in (*page, *rest)}) == 3
    assert await store.read(calls.counts) == {("desk", FAILED): 3}
    assert await store.write(partial(calls.replay, id=page[0].id, now=later(70)))
    assert not await store.write(partial(calls.replay, id=page[0].id, now=later(70)))
    assert await store.write(partial(calls.replay_failed, endpoint="desk", now=later(70))) == 2
    for call in await claim(store, seconds=71):
        await settle(store, call, Fate(DONE, "200"))
    assert await store.write(partial(calls.forget_old, now=later(61) + calls.KEPT)) == 0
    assert await store.write(partial(calls.forget_old, now=later(62) + calls.KEPT)) == 3


async def test_what_is_older_than_the_log_is_not_told_again(store: Store) -> None:
    await add(store, at=START - timedelta(days=90))
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "hello", at=START - timedelta(days=31))))
    await spread(store)
    assert await store.read(partial(calls.page, most=9)) == []


async def test_what_we_write_into_a_helpdesk_is_known_with_our_name_there(store: Store) -> None:
    await add(store, kind="zammad", options={"user": "Robot@acme.example/token"})
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "hello")))
    await spread(store)

    async def ours(since: float, until: float, besides: str = "") -> frozenset[str] | None:
        asked = partial(calls.written_by_us, source=review.source, ticket=review.ticket, besides=besides)
        return await store.read(partial(asked, since=later(since), until=later(until)))

    us = frozenset({"robot@acme.example"})
    assert await ours(0, 99) is None
    (call,) = await claim(store)
    assert await ours(0, 99) == us
    await settle(store, call, Fate(DONE, "201"))
    assert [await ours(61, 61), await ours(62, 99), await ours(0, 60)] == [us, None, None]
    assert await ours(0, 99, besides=review.id) is None
