"""Which reasons not to ask somebody stand? Listed, set and lifted by hand, on every engine."""

from functools import partial
from typing import Any

from reviews import flow, subscriptions
from reviews.holds import Suppression
from reviews.model import BOUNCED, BY_STAFF, LESS_OFTEN, UNSUBSCRIBED
from store import Store, suppressions
from tests.store.keeping import new_review
from tests.story import ADA, START, bounce_of, later

LEA = "lea@acme.example"


async def standing(store: Store, *, address: str = "", days: int = 0, most: int = 50) -> list[tuple[str, str]]:
    now = later(days=days)
    found = await store.read(partial(suppressions.standing, most=most, address=address))
    return [(one.fact.address, one.fact.reason) for one in found if not suppressions.ended(one.fact, now)]


async def chosen(store: Store, ticket: str, choose: Any = subscriptions.unsubscribed) -> str:
    review = await new_review(store, ticket=ticket)
    await store.record(review.id, partial(choose, at=START))
    return review.id


async def suppressed(store: Store, review: str) -> str:
    log = await store.log(review)
    assert log
    return log.suppressed


async def test_what_stands_is_listed_newest_first_and_found_by_any_way_of_writing(store: Store) -> None:
    await chosen(store, "1")
    await chosen(store, "2", subscriptions.asked_for_less)
    assert await standing(store) == [(ADA.email, LESS_OFTEN), (ADA.email, UNSUBSCRIBED)]
    assert await standing(store, address="ADA@Customer.example") == await standing(store)
    assert await standing(store, address="grace@customer.example") == []
    assert await standing(store, most=1) == [(ADA.email, LESS_OFTEN)]


async def test_what_was_lifted_and_what_has_ended_stands_no_more(store: Store) -> None:
    review = await chosen(store, "1", subscriptions.asked_for_less)
    assert await standing(store, days=90) == []
    await store.record(review, partial(subscriptions.subscribed_again, at=later(1)))
    assert await standing(store) == []
    await store.record(review, partial(subscriptions.unsubscribed, at=later(2)))
    assert await standing(store) == [(ADA.email, UNSUBSCRIBED)]


async def test_a_bounce_is_lifted_by_staff_with_a_reason_and_the_customer_may_be_asked_again(store: Store) -> None:
    review = await new_review(store)
    log = await store.log(review.id)
    assert log
    await store.record(review.id, partial(flow.bounced, bounce=bounce_of(log), at=START))
    (one,) = await store.read(partial(suppressions.standing, most=5))
    assert one.fact.reason == BOUNCED
    lifting = subscriptions.lifted_by_staff(one.fact, action="form", who=LEA, why="mailbox moved", at=later(9))
    assert await store.write(partial(suppressions.put, fact=lifting))
    assert not await store.write(partial(suppressions.put, fact=lifting))
    log = await store.log(review.id)
    assert log
    assert (log.suppressed, log.suppressions[-1].who, log.suppressions[-1].why) == ("", LEA, "mailbox moved")
    assert await standing(store) == []


async def test_who_is_suppressed_for_all_brands_is_for_each(store: Store) -> None:
    told = partial(subscriptions.suppressed_by_staff, brand="", address=ADA.email, action="form")
    fact = told(who=LEA, why="a letter", at=START)
    await store.write(partial(suppressions.put, fact=fact))
    for brand in ("acme", "other"):
        assert await suppressed(store, (await new_review(store, brand=brand)).id) == BY_STAFF
    assert await store.read(partial(suppressions.one, id=fact.id)) == fact
    assert await store.read(partial(suppressions.one, id="none")) is None


async def test_lifting_for_one_brand_leaves_what_holds_for_all(store: Store) -> None:
    for brand, lifted in (("", False), ("acme", True)):
        fact = Suppression(brand, ADA.email, UNSUBSCRIBED, f"form {brand}", START, lifted=lifted)
        await store.write(partial(suppressions.put, fact=fact))
    assert await suppressed(store, (await new_review(store)).id) == UNSUBSCRIBED
