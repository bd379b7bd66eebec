"""The contract of the store: what every engine must keep. A second engine joins by one more name in ENGINES."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews import flow
from reviews.clicks import decide
from reviews.events import Press
from reviews.facts import FACT_TYPES, Comment, Delivery, Fact, Message, Review, Settled, StaffAction, Suppression
from reviews.log import Log
from reviews.model import BOUNCED, UNSUBSCRIBED, DeliveryKind, Envelope, Mode, Outcome, Status
from reviews.sending import attempted
from store import (
    Cursor,
    Outgoing,
    Settlement,
    Source,
    Staff,
    Store,
    StoreUnavailableError,
    UnknownReviewError,
    Wanted,
    lists,
    mails,
    migrate_store,
    open_store,
    outbox,
    people,
    rows,
    sources,
)
from store.sources import NO_CAP
from tests.story import ADA, LEA, RULES, SAM, START, closing, later, mail, one_of_each, visit

ENGINES = ("sqlite",)
DOMAIN = "reply.acme.example"
LEASE = timedelta(minutes=5)
Opening = Callable[[], Store]


@pytest.fixture(params=ENGINES)
def opening(tmp_path: Path) -> Opening:
    """Opens one more store on the same data, as another process would."""
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    return partial(open_store, url, rules=RULES, mail_domain=DOMAIN)


@pytest.fixture
async def store(opening: Opening) -> AsyncIterator[Store]:
    opened = opening()
    yield opened
    await opened.close()


@pytest.fixture
async def neighbour(opening: Opening) -> AsyncIterator[Store]:
    """A second process on the same data."""
    opened = opening()
    yield opened
    await opened.close()


async def new_review(store: Store, **changes: object) -> Review:
    """A review whose invitation is due at START."""
    review = (await store.record_new(*closing(**changes)))[0]
    assert isinstance(review, Review)
    return review


async def claimed(store: Store, *, now: datetime = START, most: int = 10) -> list[Outgoing]:
    return await store.claim(now=now, most=most, lease=LEASE)


def settlement(out: Outgoing, outcome: Outcome, *, at: datetime = START, **more: object) -> Settlement:
    settled = attempted(out.delivery, outcome=outcome, attempt=out.attempts, composed_at=at, at=at, reason="a reason")
    return replace(Settlement(settled), **more)  # type: ignore[arg-type]  # the fields of Settlement


def comment(review: str, words: str, *, at: datetime = START) -> Comment:
    return Comment(review, "page", at, words)


def recording(*facts: Fact) -> Callable[[Log], Iterable[Fact]]:
    return lambda log: facts


# facts and their rows

ODD_WORDS = {
    "emoji": "👩🏽‍💻 great 🎉",
    "right to left": "شكرا لك ‏جزيلا‎ עברית",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "controls": "a\x00b\x01\x1f\x7f\u2028\u2029\ufeff\r\n\t",
    "quotes": "'\"\\; drop table fact; -- :name %s {x}",
    "300 characters": "ä" * 300,
    "nothing": "",
    "beyond the plane": "𝕬𝖋𝖙𝖊𝖗𝖜𝖔𝖗𝖉 \U0010ffff",
}


def test_there_is_an_example_of_every_type_of_fact() -> None:
    assert {type(fact) for fact in one_of_each()} == set(FACT_TYPES)


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_a_fact_comes_back_from_its_row_as_it_went_in(words: str) -> None:
    for fact in one_of_each(words):
        back = rows.read_fact(fact.kind, rows.write_fact(fact))
        assert (back, back.id) == (fact, fact.id)


def test_half_a_character_does_not_keep_a_fact_from_being_written() -> None:
    """A lone surrogate is no text in UTF-8: a broken header can hold one, and the mail around it must not be lost."""
    for fact in one_of_each("cut \ud83d here"):
        back = rows.read_fact(fact.kind, rows.write_fact(fact))
        assert back.id == fact.id
        assert "\ud83d" not in repr(back)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 0, 0, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_an_instant_is_exact_to_the_microsecond(instant: datetime) -> None:
    assert rows.instant(rows.micros(instant)) == instant


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        rows.micros(datetime(2026, 11, 21))  # noqa: DTZ001 - that is what is refused


PINNED_IDS = {
    "review": "c",
}


def test_the_identity_of_a_fact_never_changes() -> None:
    """Ids stand in rows, in mails and in links: whoever changes what they are made of breaks what is out there."""
    assert {fact.kind: fact.id for fact in one_of_each()} == PINNED_IDS


# what happened


async def test_every_fact_written_twice_is_written_once(store: Store) -> None:
    facts = one_of_each()
    review = facts[0]
    assert await store.record_new(*facts) == facts
    assert await store.record_new(*facts) == ()
    again = await store.record(review.id, recording(*facts[1:]))
    assert again.new == ()
    assert again.log == await store.log(review.id)
    assert len(again.log.facts) == len(facts) - 2  # the review heads the log, the suppression belongs to the address
    assert len(await store.deliveries(review.id)) == 1


async def test_a_log_comes_back_in_the_order_of_recording_and_not_of_clocks(store: Store) -> None:
    review = await new_review(store)
    told = [comment(review.id, f"comment {n}", at=START - timedelta(minutes=n)) for n in range(5)]
    for fact in told:
        await store.record(review.id, recording(fact))
    log = await store.log(review.id)
    assert log is not None
    assert list(log.of(Comment)) == told


async def test_what_record_answers_is_what_the_store_holds(store: Store) -> None:
    review = await new_review(store)
    for rule in (
        partial(flow.link_opened, hit="page", link="happy", visit=visit(), at=later(60), rules=RULES),
        partial(flow.unsubscribed, at=later(61)),
        partial(flow.subscribed_again, at=later(62)),
        partial(flow.replied, mail=mail(), at=later(63), rules=RULES),
    ):
        recorded = await store.record(review.id, rule)
        assert recorded.log == await store.log(review.id)
        assert recorded.timeline == await store.timeline(review.id)


async def test_an_unknown_review_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(UnknownReviewError):
        await store.record("nobody", recording(comment("nobody", "words")))
    assert await store.log("nobody") is None


async def test_a_rule_that_raises_leaves_nothing(store: Store) -> None:
    review = await new_review(store)

    def rule(log: Log) -> Iterable[Fact]:
        yield comment(review.id, "said before the fall")
        yield flow.unsubscribed(log, at=START)[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.record(review.id, rule)
    log = await store.log(review.id)
    assert log is not None
    assert (log.of(Comment), log.suppressed) == ((), "")


async def test_a_fact_of_another_review_is_refused(store: Store) -> None:
    """It would stand in a log that nobody decided on."""
    review, other = await new_review(store), await new_review(store, ticket="other")
    with pytest.raises(ValueError, match="another review"):
        await store.record(review.id, recording(comment(review.id, "mine"), comment(other.id, "not mine")))
    for known in (await store.log(review.id), await store.log(other.id)):
        assert known is not None
        assert known.of(Comment) == ()


async def test_new_reviews_are_recorded_all_or_none(store: Store) -> None:
    stray = comment("a review nobody told of", "words")
    with pytest.raises(UnknownReviewError):
        await store.record_new(*closing(), stray)
    assert await store.reviews(Wanted(), now=START, most=10) == []
    assert await claimed(store) == []


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({}, {"contact": replace(ADA, email="ADA@customer.example")}),
        ({}, {"contact": replace(ADA, email="grace@customer.example")}),
        ({"ask": "never"}, {"ask": "now"}),
        ({}, {"subject": "Another subject"}),
    ],
)
async def test_a_closing_told_again_otherwise_asks_nobody_again(
    store: Store, first: dict[str, object], again: dict[str, object]
) -> None:
    """The first telling is the review: a later one that differs must not mail what the record does not show."""
    review = await new_review(store, **first)
    before = await store.deliveries(review.id)
    assert await store.record_new(*closing(**again)) == ()
    assert await store.deliveries(review.id) == before


async def test_a_suppression_is_known_to_every_review_of_the_address_and_brand_alone(store: Store) -> None:
    mine = await new_review(store)
    also_mine = await new_review(store, ticket="2", contact=replace(ADA, email="ADA@Customer.Example"))
    others = [await new_review(store, ticket="3", contact=LEA), await new_review(store, ticket="4", brand="zenith")]
    await store.record(mine.id, partial(flow.unsubscribed, at=START))
    for review, told in ((mine, UNSUBSCRIBED), (also_mine, UNSUBSCRIBED), (others[0], ""), (others[1], "")):
        log = await store.log(review.id)
        assert log is not None
        assert log.suppressed == told


# nobody decides on a stale log


def counting(log: Log) -> Iterable[Fact]:
    """Decides by what is there: run on a stale log, it would count the same number twice."""
    number = len(log.of(StaffAction))
    return [StaffAction(f"{log.review.id} {number}", log.review.id, START, SAM.email, "count", str(number))]


async def test_two_events_at_once_never_decide_on_a_stale_log(store: Store, neighbour: Store) -> None:
    reviews = [await new_review(store, ticket=str(n)) for n in range(2)]
    tasks = [process.record(review.id, counting) for _ in range(40) for process in (store, neighbour) for review in reviews]
    results = await asyncio.gather(*tasks)
    assert all(len(recorded.new) == 1 for recorded in results)
    for review in reviews:
        log = await store.log(review.id)
        assert log is not None
        assert [action.about for action in log.of(StaffAction)] == [str(n) for n in range(80)]


async def test_the_same_event_at_once_is_one_event(store: Store, neighbour: Store) -> None:
    review = await new_review(store)
    same = partial(flow.replied, mail=mail(), at=later(60), rules=RULES)
    results = await asyncio.gather(*(process.record(review.id, same) for _ in range(10) for process in (store, neighbour)))
    assert sum(bool(recorded.new) for recorded in results) == 1


# the projection

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "auto", "press", "form", "touch", "webdriver", "comment", "unsubscribe", "again"]),
        st.integers(0, 2),
        st.sampled_from(["happy", "neutral", "unhappy", "decoy"]),
        st.integers(0, 900),
    ),
    max_size=14,
)
MODES = {"auto": Mode.AUTO, "press": Mode.BUTTON, "form": Mode.FORM, "webdriver": Mode.AUTO, "comment": Mode.COMMENT}


def rule_of(what: str, page: int, answer: str, at: datetime) -> Callable[[Log], Iterable[Fact]]:
    if what == "open":
        return partial(flow.link_opened, hit=f"page {page}", link=answer, visit=visit(f"c{page % 2}"), at=at, rules=RULES)
    if what == "touch":
        return partial(flow.page_touched, hit=f"page {page}", event="scroll", at=at, rules=RULES)
    if what == "unsubscribe":
        return partial(flow.unsubscribed, at=at)
    if what == "again":
        return partial(flow.subscribed_again, at=at)
    press = Press(f"page {page}", answer, MODES[what], trusted=True, machine="webdriver" if what == "webdriver" else "")
    if what == "comment":
        return partial(flow.commented, press=press, words=f"{answer} {at}", at=at, rules=RULES)
    return partial(flow.voted, press=press, at=at, rules=RULES)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_stored_timeline_is_always_the_one_the_log_gives(opening: Opening, events: list[tuple[str, int, str, int]]) -> None:
    async def told() -> None:
        store = opening()
        try:
            number = len(await store.reviews(Wanted(), now=START, most=200))
            review = await new_review(store, ticket=f"t{number}")
            for out in await claimed(store):
                await store.settle(settlement(out, Outcome.SENT))
            at = later(60)
            for what, page, answer, wait in events:
                at += timedelta(seconds=wait)
                recorded = await store.record(review.id, rule_of(what, page, answer, at))
                assert recorded.log == await store.log(review.id)
            log = await store.log(review.id)
            assert log is not None
            assert await store.timeline(review.id) == decide(log, RULES)
        finally:
            await store.close()

    asyncio.run(told())


async def test_a_timeline_kept_under_other_rules_is_set_right_by_the_next_event(opening: Opening, tmp_path: Path) -> None:
    review = await seed(opening)
    patient = open_store(f"sqlite:///{tmp_path}/afterword.db", rules=replace(RULES, hold=timedelta(hours=2)), mail_domain=DOMAIN)
    try:
        recorded = await patient.record(review, recording(comment(review, "words", at=later(hours=9))))
        assert recorded.timeline == await patient.timeline(review)
    finally:
        await patient.close()


async def seed(opening: Opening) -> str:
    store = opening()
    review = await new_review(store)
    for out in await claimed(store):
        await store.settle(settlement(out, Outcome.SENT))
    await store.record(review.id, rule_of("open", 0, "happy", later(3000)))
    await store.record(review.id, rule_of("auto", 0, "happy", later(3001)))
    await store.close()
    return review.id


# the outbox


async def test_a_due_delivery_is_claimed_once_by_many_workers(store: Store, neighbour: Store) -> None:
    for n in range(20):
        await new_review(store, ticket=str(n))
    taken = await asyncio.gather(*(process.claim(now=START, most=3, lease=LEASE) for _ in range(6) for process in (store, neighbour)))
    ids = [out.delivery.id for batch in taken for out in batch]
    assert len(ids) == len(set(ids)) == 20
    assert all(len(batch) <= 3 for batch in taken)


async def test_nothing_is_claimed_before_it_is_due(store: Store) -> None:
    review = await new_review(store)
    assert await claimed(store, now=START - timedelta(microseconds=1)) == []
    assert [out.delivery.review for out in await claimed(store, now=START)] == [review.id]


async def test_claims_come_in_the_order_they_are_due(store: Store) -> None:
    for minutes in (3, 1, 2):
        await new_review(store, ticket=str(minutes), closed_at=START - timedelta(hours=2, minutes=minutes), at=START - timedelta(hours=2))
    taken = await claimed(store)
    assert [out.due_at for out in taken] == sorted(out.due_at for out in taken)


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
    await store.settle(settlement(out, Outcome.SENT, subject="How did it go? 🙂", sent_text="Hello Ada\n", relay_id="relay-1@x"))
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


async def test_a_mail_that_went_out_after_all_is_known_as_sent(store: Store) -> None:
    await new_review(store)
    (slow,) = await claimed(store)
    (quick,) = await claimed(store, now=START + LEASE)
    await store.settle(settlement(quick, Outcome.DEFERRED, retry_at=later(900)))
    await store.settle(settlement(slow, Outcome.SENT))
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


async def test_the_brake_counts_the_invitations_of_the_last_hour(store: Store) -> None:
    for n in range(3):
        await new_review(store, ticket=str(n))
    await new_review(store, ticket="zenith", brand="zenith")
    outs = [out for out in await claimed(store) if out.brand == "acme"]
    for out, minutes in zip(outs, (0, 30, 50), strict=True):
        await store.settle(settlement(out, Outcome.SENT, at=later(minutes=minutes)))
    for minutes, counted in ((50, 3), (60, 2), (89, 2), (90, 1), (110, 0)):
        brake, sent = await store.brake("acme", now=later(minutes=minutes))
        assert (brake.paused_at, brake.per_hour, sent) == (None, None, counted), minutes


# mails that came in


def envelope(*, at: datetime = START, **changes: object) -> Envelope:
    known = Envelope(at, "192.0.2.1", "mx.customer.example", "ada@customer.example", ("r+g…@reply.acme.example",), tls=True)
    return replace(known, **changes)  # type: ignore[arg-type]  # the fields of Envelope


async def test_a_mail_is_kept_once_and_every_arrival_with_its_envelope(store: Store) -> None:
    raw = b"Subject: hello\r\n\r\n\x00\xff bytes as they stood\r\n"
    first = await store.keep_mail(id="a1", envelope=envelope(), raw=raw)
    again = await store.keep_mail(id="a2", envelope=envelope(at=later(60), mail_from=""), raw=raw)
    assert first == again == hashlib.sha256(raw).hexdigest()
    assert await store.raw_mail(first) == raw
    arrivals = await store.claim_arrivals(now=later(60), most=9, lease=LEASE)
    assert [(a.id, a.mail, a.envelope) for a in arrivals] == [("a1", first, envelope()), ("a2", first, envelope(at=later(60), mail_from=""))]
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


async def test_an_arrival_is_read_by_one_reader_at_a_time_and_again_when_it_never_reports(store: Store, neighbour: Store) -> None:
    for n in range(9):
        await store.keep_mail(id=f"a{n}", envelope=envelope(at=later(n)), raw=b"%d" % n)
    taken = await asyncio.gather(*(process.claim_arrivals(now=later(60), most=2, lease=LEASE) for _ in range(3) for process in (store, neighbour)))
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
    (stray,) = await store.read(partial(mails.of_status, status=mails.QUARANTINED, most=9))
    assert (stray.id, stray.reason) == ("stray", "nobody's")
    assert await store.read(mails.counts) == {"read": 1, "quarantined": 1, "pending": 1}


# lists


async def test_pages_are_complete_without_repeats_also_when_many_came_at_once(store: Store) -> None:
    made = {(await new_review(store, ticket=str(n), at=later(-n // 5))).id for n in range(23)}
    for size in (1, 5, 7, 23, 200):
        seen: list[str] = []
        before: Cursor | None = None
        while page := await store.reviews(Wanted(), now=START, most=size, before=before):
            assert len(page) <= size
            seen += [line.review.id for line in page]
            before = page[-1].cursor
        assert len(seen) == 23
        assert set(seen) == made


async def test_a_page_goes_on_where_it_ended_though_new_reviews_came(store: Store) -> None:
    old = [(await new_review(store, ticket=str(n), at=later(-n))).id for n in range(4)]
    first = await store.reviews(Wanted(), now=START, most=2)
    await new_review(store, ticket="newer", at=later(5))
    second = await store.reviews(Wanted(), now=START, most=2, before=first[-1].cursor)
    assert [line.review.id for line in (*first, *second)] == old


async def test_a_list_shows_what_is_wanted(store: Store) -> None:
    ada = await new_review(store, at=later(-5))
    lea = await new_review(store, ticket="2", contact=LEA, brand="zenith", at=later(-3))
    for wanted, found in (
        (Wanted(), [lea, ada]),
        (Wanted(ticket="48213"), [ada]),
        (Wanted(contact="LEA@acme.example"), [lea]),
        (Wanted(brand="zenith"), [lea]),
        (Wanted(since=later(-4)), [lea]),
        (Wanted(since=datetime(1970, 1, 1, tzinfo=UTC)), [lea, ada]),
        (Wanted(brand="zenith", contact=ADA.email), []),
        (Wanted(ticket="' or 1=1 --"), []),
    ):
        listed = await store.reviews(wanted, now=START, most=9)
        assert [line.review.id for line in listed] == [review.id for review in found], wanted


async def test_a_list_tells_the_rating_that_holds_now_and_counts_what_was_written(opening: Opening) -> None:
    review = await seed(opening)
    store = opening()
    await store.record(review, partial(flow.replied, mail=mail(), at=later(hours=2), rules=RULES))
    for seconds, status in ((3000, Status.NONE), (3001, Status.PROVISIONAL), (3600, Status.PROVISIONAL), (3601, Status.CONFIRMED)):
        (line,) = await store.reviews(Wanted(), now=later(seconds), most=9)
        assert line.rating is not None
        assert (line.rating.status, line.messages, line.comments) == (status, 1, 0), seconds
    assert await store.read(lists.count) == 1
    await store.close()


# people, keys, sources, brakes


async def test_staff_are_known_by_their_address_in_any_case(store: Store) -> None:
    sam = Staff("sam@acme.example", "Sam", "agent", "Network")
    await store.write(partial(people.set_staff, staff=replace(sam, email="Sam@ACME.example"), at=START))
    await store.write(partial(people.set_staff, staff=replace(sam, role="lead"), at=START))
    assert await store.staff("SAM@acme.example") == replace(sam, role="lead")
    assert await store.all_staff() == [replace(sam, role="lead")]
    assert await store.write(partial(people.drop_staff, email="sam@ACME.example"))
    assert await store.staff("sam@acme.example") is None


async def test_a_sign_in_works_once_and_in_time(store: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", ""), at=START))
    await store.write(partial(people.add_sign_in, id="one", email=SAM.email, expires_at=later(60)))
    await store.write(partial(people.add_sign_in, id="two", email=SAM.email, expires_at=later(60)))

    async def used(id: str, session: str, at: datetime) -> bool:
        return await store.write(partial(people.use_sign_in, id=id, session_id=session, expires_at=later(900), now=at))

    assert await asyncio.gather(used("one", "s1", later(59)), used("one", "s2", later(59))) == [True, False]
    assert not await used("two", "s3", later(60))
    assert not await used("never mailed", "s4", START)
    assert [bool(await store.session_staff(f"s{n}", now=later(899))) for n in (1, 2, 3, 4)] == [True, False, False, False]
    assert await store.session_staff("s1", now=later(900)) is None
    await store.write(partial(people.drop_session, session_id="s1"))
    assert await store.session_staff("s1", now=later(60)) is None


async def test_a_member_of_staff_who_left_is_signed_out(store: Store) -> None:
    sam = Staff(SAM.email, "Sam", "agent", "")
    await store.write(partial(people.set_staff, staff=sam, at=START))
    await store.write(partial(people.add_sign_in, id="one", email=SAM.email, expires_at=later(60)))
    await store.write(partial(people.use_sign_in, id="one", session_id="s", expires_at=later(900), now=START))
    await store.write(partial(people.drop_staff, email=SAM.email))
    assert await store.session_staff("s", now=START) is None
    await store.write(partial(people.set_staff, staff=sam, at=START))
    assert await store.session_staff("s", now=START) is None, "who comes back signs in anew"


async def test_no_secret_of_a_person_stands_in_the_file(store: Store, tmp_path: Path) -> None:
    await store.write(partial(people.add_key, name="zammad", secret="the-bearer-key", at=START))
    await store.write(partial(people.add_sign_in, id="the-sign-in", email=SAM.email, expires_at=later(60)))
    await store.write(partial(people.use_sign_in, id="the-sign-in", session_id="the-session", expires_at=later(900), now=START))
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [secret for secret in (b"the-bearer-key", b"the-sign-in", b"the-session") if secret in held] == []


async def test_a_key_is_valid_until_it_is_revoked(store: Store) -> None:
    assert await store.write(partial(people.add_key, name="zammad", secret="s1", at=START))
    assert not await store.write(partial(people.add_key, name="zammad", secret="s2", at=START))
    assert [await store.key_name(secret) for secret in ("s1", "s2", "")] == ["zammad", None, None]
    assert await store.write(partial(people.revoke_key, name="zammad", at=later(5)))
    assert not await store.write(partial(people.revoke_key, name="zammad", at=later(6)))
    assert await store.key_name("s1") is None
    (key,) = await store.read(people.all_keys)
    assert (key.name, key.at, key.revoked_at) == ("zammad", START, later(5))


async def test_a_source_keeps_its_mapping(store: Store) -> None:
    source = Source("hook", "acme", "secret", {"ticket": "data.id", "contact.email": "data.user.mail"})
    await store.write(partial(sources.set_source, source=source, at=START))
    await store.write(partial(sources.set_source, source=replace(source, secret="new"), at=START))
    assert await store.source("hook") == replace(source, secret="new")
    assert await store.read(sources.all_sources) == [replace(source, secret="new")]
    assert await store.write(partial(sources.drop_source, id="hook"))
    assert await store.source("hook") is None


async def test_a_brake_is_set_and_lifted_and_its_two_halves_do_not_mix(store: Store) -> None:
    await store.write(partial(sources.set_paused, brand="acme", paused_at=START))
    await store.write(partial(sources.set_cap, brand="acme", per_hour=5))
    brake, _ = await store.brake("acme", now=START)
    assert (brake.paused_at, brake.per_hour, brake.cap) == (START, 5, 5)
    await store.write(partial(sources.set_paused, brand="acme", paused_at=None))
    await store.write(partial(sources.set_cap, brand="acme", per_hour=NO_CAP))
    brake, _ = await store.brake("acme", now=START)
    assert (brake.paused_at, brake.per_hour, brake.cap) == (None, NO_CAP, None)
    assert [known.brand for known in await store.read(sources.all_brakes)] == ["acme"]


# the end


async def test_closing_finishes_what_was_asked_for(opening: Opening) -> None:
    store = opening()
    review = await new_review(store)
    writes = [asyncio.create_task(store.record(review.id, counting)) for _ in range(30)]
    await asyncio.sleep(0)  # every task has handed its write over
    await store.close()
    assert len(await asyncio.gather(*writes)) == 30
    again = opening()
    log = await again.log(review.id)
    assert log is not None
    assert len(log.of(StaffAction)) == 30
    await again.close()


async def test_a_closed_store_says_later_to_writers_and_readers(opening: Opening) -> None:
    store = opening()
    await store.close()
    with pytest.raises(StoreUnavailableError):
        await store.record_new(*closing())
    with pytest.raises(StoreUnavailableError):
        await store.log("any")
