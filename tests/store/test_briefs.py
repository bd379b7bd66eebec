"""What is known of a batch of claimed mails: their logs, the brakes of their brands, who has left, their threads."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from reviews import flow
from reviews.facts import Delivery
from reviews.model import DeliveryKind, Outcome, Person
from store import Brief, Outgoing, Staff, Store, people, sources
from tests.store.keeping import LEASE, claimed, new_review, settlement
from tests.story import RULES, SAM, START, later, mail

HOUR = timedelta(hours=1)


async def briefs(store: Store, outs: list[Outgoing], *, now: datetime = START, per_hour: int | None = 9) -> list[Brief]:
    return await store.briefs(outs, now=now, per_hour=per_hour)


async def test_each_mail_is_briefed_in_its_place_with_its_own_log(store: Store) -> None:
    for n in range(120):
        await new_review(store, ticket=str(n))
    outs = await claimed(store, most=200)
    found = await briefs(store, outs)
    assert [brief.outgoing for brief in found] == outs
    for brief in found:
        assert brief.log == await store.log(brief.outgoing.delivery.review)


async def test_nothing_is_asked_for_nothing(store: Store) -> None:
    assert await briefs(store, []) == []


async def test_the_cap_counts_the_invitations_of_the_last_hour(store: Store) -> None:
    for n in range(3):
        await new_review(store, ticket=str(n))
    await new_review(store, ticket="zenith", brand="zenith")
    outs = [out for out in await claimed(store) if out.brand == "acme"]
    for out, minutes in zip(outs, (0, 30, 50), strict=True):
        await store.settle(settlement(out, Outcome.SENT, at=later(minutes=minutes)))
    await new_review(store, ticket="next")
    (out,) = [out for out in await claimed(store) if out.brand == "acme"]
    for minutes, counted in ((50, 3), (60, 2), (89, 2), (90, 1), (110, 0)):
        (brief,) = await briefs(store, [out], now=later(minutes=minutes))
        assert brief.sent == counted, minutes


@pytest.mark.parametrize(("per_hour", "expected"), [(9, [0, 1, 2]), (2, [0, 1, 2]), (None, [0, 0, 0])])
async def test_of_several_claimed_together_each_counts_those_before_it(
    store: Store, per_hour: int | None, expected: list[int]
) -> None:
    for n in range(3):
        await new_review(store, ticket=str(n))
    outs = await claimed(store)
    assert sorted(brief.sent for brief in await briefs(store, outs, per_hour=per_hour)) == expected


async def test_those_that_others_have_claimed_count_as_well(store: Store) -> None:
    for n in range(4):
        await new_review(store, ticket=str(n))
    theirs, ours = await claimed(store, most=2), await claimed(store, most=2)
    assert len(theirs) == 2
    assert sorted(brief.sent for brief in await briefs(store, [*theirs, *ours])) == [0, 1, 2, 3]


async def test_a_cap_is_counted_up_to_and_no_further(store: Store) -> None:
    for n in range(5):
        await new_review(store, ticket=str(n))
    for out in await claimed(store):
        await store.settle(settlement(out, Outcome.SENT))
    await new_review(store, ticket="next")
    (brief,) = await briefs(store, await claimed(store), per_hour=3)
    assert (brief.sent, brief.cap(3)) == (3, 3)


async def test_a_brand_has_its_own_brakes(store: Store) -> None:
    await new_review(store)
    await new_review(store, ticket="zenith", brand="zenith")
    await store.write(partial(sources.set_cap, brand="acme", per_hour=1, at=START))
    await store.write(partial(sources.set_paused, brand="zenith", paused_at=START, at=START))
    found = {brief.outgoing.brand: brief for brief in await briefs(store, await claimed(store))}
    assert [(brief.paused, brief.cap(9)) for _, brief in sorted(found.items())] == [(False, 1), (True, 9)]
    await store.write(partial(sources.set_cap, brand="acme", per_hour=sources.NO_CAP, at=START))
    assert (await briefs(store, [found["acme"].outgoing]))[0].cap(9) is None


async def test_a_notice_knows_its_thread_and_who_has_left(store: Store) -> None:
    review = await new_review(store)
    (invitation,) = await claimed(store)
    await store.settle(settlement(invitation, Outcome.SENT))
    await store.record(review.id, partial(flow.replied, mail=mail("It drops again."), at=START, rules=RULES))
    (notice,) = await claimed(store, now=later(hours=3))
    (brief,) = await briefs(store, [notice])
    assert [sibling.delivery.purpose for sibling in brief.siblings] == ["invitation", "notice", "overdue"]
    assert not brief.has_left
    await store.write(partial(people.set_staff, staff=Staff(SAM.email.upper(), SAM.name, "agent", ""), at=START))
    await store.write(partial(people.drop_staff, email=SAM.email, at=START))
    assert (await briefs(store, [notice]))[0].has_left
    for brands, shut_out in ((("zenith",), True), (("zenith", "acme"), False), ((), False)):
        walled = Staff(SAM.email, SAM.name, "agent", "", brands)
        await store.write(partial(people.set_staff, staff=walled, at=START))
        assert (await briefs(store, [notice]))[0].has_left is shut_out, brands


async def test_a_mail_without_a_review_has_no_log(store: Store) -> None:
    await store.post(
        Delivery("", START, DeliveryKind.SIGN_IN, "link", Person("lead@acme.example"), START), brand="acme"
    )
    (out,) = await store.claim(now=START, most=9, lease=LEASE)
    (brief,) = await briefs(store, [out])
    assert (brief.log, brief.sent, brief.has_left) == (None, 0, False)
