"""Each mail is claimed by one worker at a time, and what became of it is kept."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from reviews import flow
from reviews.facts import Delivery, Fact
from reviews.model import DeliveryKind, Outcome
from store import Share, Store, wordings
from tests.store.keeping import (
    DOMAIN,
    LEASE,
    claimed,
    new_review,
    settlement,
)
from tests.story import RULES, SAM, START, closing, later, mail, sent


async def test_a_due_delivery_is_claimed_once_by_many_workers(store: Store, neighbour: Store) -> None:
    for n in range(20):
        await new_review(store, ticket=str(n))
    taken = await asyncio.gather(
        *(process.claim(now=START, most=3, lease=LEASE) for _ in range(6) for process in (store, neighbour))
    )
    ids = [out.delivery.id for batch in taken for out in batch]
    assert len(ids) == len(set(ids)) == 20
    assert all(len(batch) <= 3 for batch in taken)


async def test_nothing_is_claimed_before_it_is_due(store: Store) -> None:
    review = await new_review(store)
    assert await claimed(store, now=START - timedelta(microseconds=1)) == []
    assert [out.delivery.review for out in await claimed(store, now=START)] == [review.id]


async def test_claims_come_in_the_order_they_are_due(store: Store) -> None:
    for minutes in (3, 1, 2):
        await new_review(
            store,
            ticket=str(minutes),
            closed_at=START - timedelta(hours=2, minutes=minutes),
            at=START - timedelta(hours=2),
        )
    taken = await claimed(store)
    assert [out.due_at for out in taken] == sorted(out.due_at for out in taken)


async def test_who_takes_few_takes_what_was_due_first(store: Store) -> None:
    await new_review(store, ticket="deferred")
    (out,) = await claimed(store)
    await store.settle(settlement(out, Outcome.DEFERRED, retry_at=later(60)))
    new = await new_review(store, ticket="new", closed_at=later(-3_570), at=later(-3_570))
    first = await claimed(store, now=later(90), most=1)
    assert [(taken.delivery.review, taken.due_at) for taken in first] == [(new.id, later(30))]


async def test_a_lease_that_ran_out_gives_the_same_mail_again(store: Store) -> None:
    await new_review(store)
    (first,) = await claimed(store)
    assert await claimed(store, now=START + LEASE - timedelta(microseconds=1)) == []
    (second,) = await claimed(store, now=START + LEASE)
    assert (second.message_id, second.delivery) == (first.message_id, first.delivery)
    assert (first.attempts, second.attempts) == (1, 2)
    assert first.message_id.endswith(f"@{DOMAIN}")


async def test_a_delivery_put_back_was_not_attempted(store: Store) -> None:
    await new_review(store)
    (out,) = await claimed(store)
    await store.put_back(out.delivery.id, until=later(60), reason="the brand is paused")
    assert await claimed(store, now=later(59)) == []
    kept = await store.delivery(out.delivery.id)
    assert kept is not None
    assert (kept.status, kept.attempts, kept.reason) == ("due", 0, "the brand is paused")
    assert [again.attempts for again in await claimed(store, now=later(60))] == [1]


async def test_a_deferred_delivery_comes_again_when_it_is_due(store: Store) -> None:
    review = await new_review(store)
    (out,) = await claimed(store)
    recorded = await store.settle(settlement(out, Outcome.DEFERRED, retry_at=later(60)))
    assert recorded is not None
    assert recorded.log.sends == ()
    (kept,) = await store.deliveries(review.id)
    assert (kept.status, kept.due_at, kept.settled_at, kept.reason) == ("deferred", later(60), None, "a reason")
    assert await claimed(store, now=later(59)) == []
    assert [again.attempts for again in await claimed(store, now=later(60))] == [2]


async def test_a_sent_delivery_keeps_what_was_sent(store: Store) -> None:
    review = await new_review(store)
    (out,) = await claimed(store)
    await store.settle(
        settlement(out, Outcome.SENT, subject="How did it go? 🙂", sent_text="Hello Ada\n", relay_id="relay-1@x")
    )
    (kept,) = await store.deliveries(review.id)
    assert (kept.status, kept.settled_at, kept.subject) == ("sent", START, "How did it go? 🙂")
    assert (kept.sent_text, kept.relay_id, kept.message_id) == ("Hello Ada\n", "relay-1@x", out.message_id)
    log = await store.log(review.id)
    assert log is not None
    assert log.sends == (START,)


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.REFUSED, Outcome.DROPPED])
async def test_what_is_final_is_never_claimed_again(store: Store, outcome: Outcome) -> None:
    await new_review(store)
    (out,) = await claimed(store)
    await store.settle(settlement(out, outcome))
    assert await claimed(store, now=later(days=9)) == []


@pytest.mark.parametrize("final", [Outcome.SENT, Outcome.REFUSED, Outcome.DROPPED])
async def test_a_worker_that_comes_back_late_does_not_open_again_what_is_final(store: Store, final: Outcome) -> None:
    """Its lease ran out, another worker saw the mail through: sending it once more would be sending it twice."""
    await new_review(store)
    (slow,) = await claimed(store)
    (quick,) = await claimed(store, now=START + LEASE)
    await store.settle(settlement(quick, final))
    await store.settle(settlement(slow, Outcome.DEFERRED, retry_at=later(400)))
    await store.put_back(slow.delivery.id, until=later(400), reason="late")
    kept = await store.delivery(slow.delivery.id)
    assert kept is not None
    assert kept.status == final
    assert await claimed(store, now=later(days=9)) == []


@pytest.mark.parametrize("thought", [Outcome.DEFERRED, Outcome.REFUSED, Outcome.DROPPED])
async def test_a_mail_that_went_out_after_all_is_known_as_sent(store: Store, thought: Outcome) -> None:
    await new_review(store)
    (slow,) = await claimed(store)
    (quick,) = await claimed(store, now=START + LEASE)
    await store.settle(settlement(quick, thought, retry_at=later(900)))
    await store.settle(settlement(slow, Outcome.SENT))
    kept = await store.delivery(slow.delivery.id)
    assert kept is not None
    assert kept.status == "sent"
    assert await claimed(store, now=later(days=9)) == []


async def test_a_mail_that_belongs_to_no_review_is_sent_and_settled(store: Store) -> None:
    sign_in = Delivery("", START, DeliveryKind.SIGN_IN, "link 1", SAM, START)
    await store.post(sign_in, brand="acme")
    (out,) = await claimed(store)
    assert (out.delivery, out.brand) == (sign_in, "acme")
    assert await store.settle(settlement(out, Outcome.SENT)) is None
    assert await claimed(store, now=later(days=1)) == []


async def test_a_delivery_is_found_by_our_message_id_and_by_the_relays(store: Store) -> None:
    await new_review(store)
    await new_review(store, ticket="2")
    first, second = await claimed(store)
    await store.settle(settlement(first, Outcome.SENT, relay_id="relay@amazonses.example"))
    await store.settle(settlement(second, Outcome.SENT))
    for ids, found in (
        ((first.message_id,), first),
        (("relay@amazonses.example",), first),
        (("stranger@x", second.message_id), second),
        ((second.message_id, first.message_id), second),
        (("stranger@x",), None),
        (("",), None),
        ((), None),
    ):
        out = await store.delivery_by_message_ids(ids)
        assert (out and out.delivery.id) == (found and found.delivery.id), ids


async def test_a_seat_leads_to_the_person_behind_it(store: Store) -> None:
    review = await new_review(store)
    await store.record(review.id, partial(flow.replied, mail=mail(), at=later(60), rules=RULES))
    notice = next(out for out in await store.deliveries(review.id) if out.delivery.purpose is DeliveryKind.NOTICE)
    found = await store.delivery_to_seat(notice.delivery.seat)
    assert found is not None
    assert (found.delivery.recipient, found.delivery.review) == (SAM, review.id)
    assert await store.delivery_to_seat("nobody's") is None


async def test_what_is_taken_over_from_elsewhere_is_not_mailed_again(store: Store) -> None:
    """Only the mail whose end is not told is still to be sent."""
    facts: list[Fact] = []
    for ticket in ("sent", "refused", "open"):
        review, invitation = closing(ticket=ticket)
        assert isinstance(invitation, Delivery)
        ends = {"sent": Outcome.SENT, "refused": Outcome.REFUSED}
        facts += [review, invitation, *([sent(invitation, at=START, outcome=ends[ticket])] if ticket in ends else [])]
    assert set(await store.record_past(*facts)) == set(facts)
    assert await store.record_past(*facts) == ()
    (out,) = await claimed(store)
    log = await store.log(out.delivery.review)
    assert log is not None
    assert log.review.ticket == "open"
    (brief,) = await store.briefs([out], now=START, per_hour=9)
    assert brief.sent == 1  # the one sent


async def test_a_claim_takes_the_mails_of_some_brands_or_of_all_others(store: Store) -> None:
    for brand in ("acme", "beta", "gamma"):
        await new_review(store, ticket=brand, brand=brand)
    own = await store.claim(now=START, most=10, lease=LEASE, share=Share(("beta",), others=False))
    assert [out.brand for out in own] == ["beta"]
    others = await store.claim(now=START, most=10, lease=LEASE, share=Share(("gamma",)))
    assert [out.brand for out in others] == ["acme"]
    assert [out.brand for out in await claimed(store)] == ["gamma"]


async def test_the_words_of_a_question_are_noted_once_a_day_and_only_once_it_went_out(
    store: Store, neighbour: Store
) -> None:
    began = START + timedelta(hours=1)
    for number, (outcome, words, days) in enumerate(
        [
            (Outcome.REFUSED, "never seen", 0),
            (Outcome.SENT, "How did we do?", 0),
            (Outcome.SENT, "How did we do?", 0),
            (Outcome.SENT, "Were we any good?", 3),
        ]
    ):
        await new_review(store, ticket=str(number))
        (out,) = await claimed(store)
        process = (store, neighbour)[number % 2]
        told = settlement(out, outcome, at=began + timedelta(days=days, minutes=number))
        await process.settle(replace(told, settled=replace(told.settled, wording=words)))
    since = began.date()
    ask = partial(wordings.asked_with, brand="acme", since=since, until=since + timedelta(days=3))
    noted = await store.read(ask)
    assert [(one.words, one.scale, one.since) for one in noted] == [
        ("How did we do?", "faces3", began + timedelta(minutes=1))
    ]
    later_on = await store.read(
        partial(ask, brand=None, since=since + timedelta(days=3), until=since + timedelta(days=9))
    )
    assert [one.words for one in later_on] == ["How did we do?", "Were we any good?"]  # the latest before comes along
