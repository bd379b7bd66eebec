"""Where a review stands in the inbox is always what its log gives; every way to look shows all of it and only that."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews import flow, staff_answers, tending
from reviews.clicks import decide
from reviews.deeds import FollowUpOutcome
from reviews.events import Press
from reviews.facts import Review
from reviews.inbox import Place, place
from reviews.model import Cause, Mode, Person
from store import Store, Wanted, inbox, queues
from store.queues import Queue, Sought, Wall
from store.recompute import recompute
from tests.store.keeping import Opening, new_review
from tests.store.test_rollups import sent_all
from tests.story import ADA, LEA, RULES, SAM, START, later, mail, staff_mail, visit

DEEDS: dict[str, Any] = {
    "read": tending.read,
    "unread": partial(tending.read, undone=True),
    "nothing to answer": tending.nothing_to_answer,
    "undone": partial(tending.nothing_to_answer, undone=True),
    "assign": partial(tending.assigned, owner=Person("Kim@acme.example", "Kim")),
    "to nobody": partial(tending.assigned, owner=None),
    "tag": partial(tending.tagged, tag="seen"),
    "untag": partial(tending.tagged, tag="vpn", removed=True),
    "cause": partial(tending.cause_set, causes=("product",), reason="it broke"),
    "snooze": partial(tending.snoozed, until=later(days=3)),
    "close": partial(tending.follow_up_closed, outcome=FollowUpOutcome.PUT_RIGHT),
    "exclude": partial(tending.exclusion_asked, reason="not ours"),
    "kudos": tending.kudos_marked,
}
STEPS = ("visit", "auto", "press", "comment", "reply", "answer", "held", *DEEDS)
EVENTS = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(["happy", "neutral", "unhappy"]), st.integers(1, 2_000)),
    max_size=12,
)
SOON = later(days=9)


async def happened(store: Store, review: Review, what: str, answer: str, at: datetime) -> None:
    """One event of the record."""
    page = f"page {at}"
    if what in ("auto", "press", "comment", "visit"):
        opening = partial(flow.link_opened, hit=page, link=answer, visit=visit(), at=at, rules=RULES)
        await store.record(review.id, opening)
    if what in ("auto", "press"):
        press = Press(page, answer, Mode.AUTO if what == "auto" else Mode.BUTTON, trusted=what == "press")
        await store.record(review.id, partial(flow.voted, press=press, at=at, rules=RULES))
    elif what == "comment":
        press = Press(page, "", Mode.COMMENT)
        told = partial(flow.commented, press=press, words=page, causes=(Cause.WAIT,), at=at, rules=RULES)
        await store.record(review.id, told)
    elif what == "reply":
        reply = mail(f"words {at}", at=at, message_id=f"{at}@customer.example")
        await store.record(review.id, partial(flow.replied, mail=reply, at=at, rules=RULES))
    elif what in ("answer", "held"):
        verdict = "verified" if what == "answer" else "unsigned"
        answering = staff_mail(f"words {at}", at=at, message_id=f"{at}@acme.example", verdict=verdict)
        await store.record(review.id, partial(staff_answers.staff_answered, mail=answering, seat=SAM, at=at))
    elif what in DEEDS:
        await store.record(review.id, partial(DEEDS[what], action=f"{what} {at}", who=SAM.email, at=at))


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_where_a_review_stands_is_always_what_its_log_gives(
    opening: Opening, events: list[tuple[str, str, int]]
) -> None:
    async def told() -> None:
        store = opening()
        try:
            number = len(await store.read(partial(queues.page, sought=Sought(), now=SOON, most=200)))
            review = await new_review(store, ticket=f"t{number}", tags=("vpn", "office"))
            await sent_all(store)
            at = later(60)
            for what, answer, wait in events:
                at += timedelta(seconds=wait)
                await happened(store, review, what, answer, at)
                log = await store.log(review.id)
                assert log
                assert await store.read(partial(inbox.kept, review=review.id)) == place(log, decide(log, RULES))
        finally:
            await store.close()

    asyncio.run(told())


PEOPLE = (SAM, Person("kim@acme.example", "Kim"), None)
COMPANIES = ("Customer Ltd", "Elsewhere & Sons", "")
TEAMS = ("Network", "Desk")


async def crowd(store: Store) -> list[Place]:
    """Reviews of every sort; where they stand, newest first, by what their logs say."""
    for number in range(36):
        who, company = PEOPLE[number % 3], COMPANIES[number // 3 % 3]
        changes: dict[str, Any] = {
            "ticket": f"T{number}",
            "agent": who,
            "team": TEAMS[number % 2],
            "contact": replace(ADA, email=f"ada{number}@customer.example", company=company),
            "watchers": (LEA,) if who is None else (),
            "tags": ("vpn",) if number % 4 == 0 else (),
            "subject": "Printer jams" if number % 5 == 0 else "VPN drops",
            "brand": "zenith" if number % 7 == 0 else "acme",
            "at": START - timedelta(hours=1, minutes=number // 2),
        }
        await new_review(store, **changes)
    await sent_all(store)
    listed = await store.reviews(Wanted(), now=SOON, most=200)
    steps = itertools.cycle(
        [("press", "unhappy"), ("press", "neutral"), ("comment", ""), ("reply", ""), ("auto", "happy")]
    )
    for number, line in enumerate(listed):
        if number % 3:
            what, answer = next(steps)
            await happened(store, line.review, what, answer or "happy", later(number))
            if number % 2:
                await happened(store, line.review, "answer", "", later(hours=number))
            if number % 5 == 0:
                await happened(store, line.review, "read", "", later(days=3))
    logs = [await store.log(line.review.id) for line in listed]
    places = [place(log, decide(log, RULES)) for log in logs if log]
    return sorted(places, key=lambda one: (one.at, one.review), reverse=True)


Passes = Callable[[Place], bool]
BELONGS: dict[Queue, Passes] = {
    Queue.ALL: lambda one: True,
    Queue.UNREAD: lambda one: one.unread_from is not None,
    Queue.OWED: lambda one: one.owed_from is not None,
    Queue.UNHAPPY: lambda one: one.face == "unhappy",
    Queue.NEUTRAL: lambda one: one.face == "neutral",
    Queue.WAITING: lambda one: one.answered_at is not None,
    Queue.MINE: lambda one: one.owner == SAM.email,
    Queue.UNASSIGNED: lambda one: not one.owner,
}
FILTERS: list[tuple[dict[str, Any], Passes]] = [
    ({}, lambda one: True),
    ({"face": "happy"}, lambda one: one.face == "happy"),
    ({"agent": "KIM@acme.example"}, lambda one: one.agent == "kim@acme.example"),
    ({"team": "Desk", "brand": "zenith"}, lambda one: (one.team, one.brand) == ("Desk", "zenith")),
    ({"company": "Customer LTD"}, lambda one: one.company == "customer ltd"),
    ({"tag": "vpn"}, lambda one: ("tag", "vpn") in one.labels),
    ({"cause": "wait", "team": "Network"}, lambda one: ("cause", "wait") in one.labels and one.team == "Network"),
    ({"tag": "vpn", "cause": "wait"}, lambda one: {("tag", "vpn"), ("cause", "wait")} <= set(one.labels)),
    ({"since": START, "until": later(20)}, lambda one: START <= one.at < later(20)),
]


async def walked(store: Store, sought: Sought) -> list[str]:
    """All of it, a few at a time, there and back."""
    there: list[str] = []
    lines = await store.read(partial(queues.page, sought=sought, now=SOON, most=4))
    pages = []
    while lines:
        there += [line.place.review for line in lines]
        pages.append(lines)
        lines = await store.read(partial(queues.page, sought=sought, now=SOON, most=4, before=lines[-1].cursor))
    if len(pages) > 1:
        back = await store.read(partial(queues.page, sought=sought, now=SOON, most=4, after=pages[-1][0].cursor))
        assert [line.place.review for line in back] == [line.place.review for line in pages[-2]]
    return there


async def test_every_queue_and_filter_shows_all_and_only_what_belongs_there(store: Store) -> None:
    places = await crowd(store)
    shown = 0
    for queue, belongs in BELONGS.items():
        for changes, passes in FILTERS:
            sought = Sought(queue, person=SAM.email.upper(), **changes)
            expected = [one.review for one in places if belongs(one) and passes(one)]
            assert await walked(store, sought) == expected, (queue, changes)
            assert await store.read(partial(queues.counts, several=[sought], now=SOON)) == [len(expected)]
            shown += len(expected)
    assert shown > 200


@pytest.mark.parametrize(
    ("queue", "changes", "passes"), [(q, c, p) for q in (Queue.ALL, Queue.UNREAD) for c, p in FILTERS]
)
async def test_words_are_found_within_a_queue_and_its_filters(
    store: Store, queue: Queue, changes: dict[str, Any], passes: Any
) -> None:
    places = {one.review: one for one in await crowd(store)}
    hits = [hit.review.id for hit in await store.search("printer", Wanted(), now=SOON, most=200)]
    assert len(hits) == 8
    for queue, (changes, passes) in itertools.product((Queue.ALL, Queue.UNREAD), FILTERS):
        expected = [hit for hit in hits if BELONGS[queue](places[hit]) and passes(places[hit])]
        assert await walked(store, Sought(queue, words="printer", **changes)) == expected
        assert await walked(store, Sought(queue, words='"', **changes)) == []


WALLS: list[tuple[Wall, Passes]] = [
    (Wall(("zenith", "nowhere")), lambda one: one.brand == "zenith"),
    (Wall(email="Kim@acme.example"), lambda one: "kim@acme.example" in (one.agent, one.owner)),
    (Wall(email=LEA.email, team="Desk"), lambda one: one.team == "Desk" or ("watcher", LEA.email) in one.labels),
    (
        Wall(("acme",), SAM.email, "Desk"),
        lambda one: one.brand == "acme" and (SAM.email in (one.agent, one.owner) or one.team == "Desk"),
    ),
]


async def test_behind_a_wall_nothing_is_shown_that_is_not_theirs(store: Store) -> None:
    places = await crowd(store)
    hits = [hit.review.id for hit in await store.search("printer", Wanted(), now=SOON, most=200)]
    for (wall, sees), queue in itertools.product(WALLS, (Queue.ALL, Queue.UNREAD, Queue.OWED)):
        expected = [one.review for one in places if BELONGS[queue](one) and sees(one)]
        sought = Sought(queue, person=SAM.email, wall=wall)
        assert 0 < len(expected) < len(places) or queue is not Queue.ALL
        assert await walked(store, sought) == expected, (wall, queue)
        assert await store.read(partial(queues.counts, several=[sought], now=SOON)) == [len(expected)]
        found = await walked(store, replace(sought, words="printer"))
        assert found == [hit for hit in hits if hit in expected]


async def test_what_is_snoozed_waits_in_no_queue_until_then(store: Store) -> None:
    review = await new_review(store)
    await sent_all(store)
    await happened(store, review, "press", "unhappy", later(60))
    await happened(store, review, "snooze", "", later(120))
    for queue in (Queue.UNREAD, Queue.UNHAPPY, Queue.MINE):
        for days, lines in ((2, 0), (3, 1)):
            sought = Sought(queue, person=SAM.email)
            assert len(await store.read(partial(queues.page, sought=sought, now=later(days=days), most=9))) == lines
    assert len(await store.read(partial(queues.page, sought=Sought(), now=later(days=2), most=9))) == 1


async def test_a_rating_stands_in_its_queue_once_it_has_settled(store: Store) -> None:
    review = await new_review(store)
    await sent_all(store)
    await happened(store, review, "auto", "unhappy", later(3_600))
    for queue in (Queue.UNHAPPY, Queue.UNREAD):
        for seconds, lines in ((3_601, 0), (3_600 + RULES.hold.total_seconds(), 1)):
            found = await store.read(partial(queues.page, sought=Sought(queue), now=later(seconds), most=9))
            assert len(found) == lines, (queue, seconds)


@pytest.mark.parametrize(
    "spoiling",
    [
        "update inbox set owed_from = 1",
        "update inbox set at = at + 1",
        "delete from inbox",
        "delete from inbox_label",
        "update inbox_label set name = 'other'",
        "update inbox_label set at = at - 1",
    ],
)
async def test_what_went_wrong_is_found_and_mended(store: Store, spoiling: str) -> None:
    review = await new_review(store, tags=("vpn",))
    await sent_all(store)
    before = await store.read(partial(inbox.kept, review=review.id))
    assert await store.write(lambda session: session.run(spoiling)) > 0
    for mend, found in ((True, {("inbox", review.id)}), (False, set())):
        differing = recompute(store, mend=mend, clock=lambda: SOON, told=lambda number: None)
        assert {(one.what, one.of) async for one in differing} == found
    assert await store.read(partial(inbox.kept, review=review.id)) == before
