"""What do other reviews say about asking now? Rest, what is owed, other closings; on every engine."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from reviews import flow, staff_answers, subscriptions
from reviews.events import Press
from reviews.facts import Review
from reviews.manners import Manners
from reviews.model import Mode, Outcome, Person
from reviews.sending import NOTHING, Elsewhere
from store import Store, elsewhere, suppressions
from store.engines.dialect import SQLITE
from tests.store.keeping import claimed, new_review, settlement
from tests.story import ADA, CLOSED_AT, RULES, SAM, START, later, staff_mail, visit

REST = {"acme": Manners(rest=timedelta(days=7), company_rest=timedelta(days=2))}
NOW = later(days=1)


async def asked(store: Store, **changes: Any) -> Review:
    """A review whose question went out at START."""
    review = await new_review(store, **changes)
    for out in await claimed(store):
        await store.settle(settlement(out, Outcome.SENT))
    return review


async def bearing(
    store: Store, manners: Mapping[str, Manners] = REST, *, now: datetime = NOW, **changes: Any
) -> Elsewhere:
    """What bears on asking about another ticket."""
    review = await new_review(store, **({"ticket": "2"} | changes))
    found = await store.briefs(await claimed(store, now=now), now=now, per_hour=None, manners=manners)
    return next(brief.elsewhere for brief in found if brief.outgoing.delivery.review == review.id)


async def test_of_somebody_nobody_asked_there_is_nothing_to_know(store: Store) -> None:
    assert await bearing(store) == NOTHING


@pytest.mark.parametrize(
    ("contact", "person", "company"),
    [
        (ADA, True, True),
        (replace(ADA, email="Ada@Customer.Example"), True, True),
        (replace(ADA, email="grace@customer.example"), False, True),
        (replace(ADA, company="customer ltd"), True, True),
        (replace(ADA, company=""), True, False),
        (Person("grace@elsewhere.example", company="Elsewhere Ltd"), False, False),
    ],
)
async def test_who_was_asked_lately_and_whose_company(
    store: Store, contact: Person, person: bool, company: bool
) -> None:
    await asked(store)
    known = await bearing(store, contact=contact)
    assert (known.asked_at, known.company_asked_at) == (START if person else None, START if company else None)


async def test_dots_and_what_follows_a_plus_make_no_second_person(store: Store) -> None:
    await asked(store, contact=Person("ada.l+shop@gmail.com"))
    assert (await bearing(store, contact=Person("adal@googlemail.com"))).asked_at == START


async def test_rest_is_over_when_its_days_are(store: Store) -> None:
    await asked(store)
    known = await bearing(store, now=later(days=7))
    assert (known.asked_at, known.company_asked_at) == (None, None)


async def test_a_question_of_another_brand_is_none(store: Store) -> None:
    await asked(store, brand="other")
    assert (await bearing(store)).asked_at is None


async def test_a_brand_that_wants_no_rest_is_told_of_none(store: Store) -> None:
    await asked(store)
    assert await bearing(store, {}) == NOTHING


async def test_a_question_that_was_never_sent_is_none(store: Store) -> None:
    await new_review(store)
    for out in await claimed(store):
        await store.settle(settlement(out, Outcome.DROPPED))
    assert (await bearing(store)).asked_at is None


@pytest.mark.parametrize("manners", [REST, {}])
async def test_of_several_questions_to_one_person_all_but_one_wait_where_rest_is_wanted(
    store: Store, manners: Mapping[str, Manners]
) -> None:
    for ticket in ("1", "2", "3"):
        await new_review(store, ticket=ticket)
    outs = await claimed(store)
    looks = [await store.briefs(outs, now=NOW, per_hour=None, manners=manners) for _ in range(2)]
    waiting = [[brief.elsewhere.under_way for brief in found] for found in looks]
    assert sorted(waiting[0]) == [False, bool(manners), bool(manners)]
    assert waiting[0] == waiting[1]


async def test_an_unhappy_customer_is_owed_until_they_are_answered(store: Store) -> None:
    first = await asked(store)
    opened = partial(flow.link_opened, hit="page", link="unhappy", visit=visit(), at=later(3600), rules=RULES)
    press = Press("page", "unhappy", Mode.BUTTON, trusted=True)
    await store.record(first.id, opened)
    await store.record(first.id, partial(flow.voted, press=press, at=later(3601), rules=RULES))
    assert (await bearing(store, {})).owed
    answer = partial(staff_answers.staff_answered, mail=staff_mail(at=later(4000)), seat=SAM, at=later(4000))
    await store.record(first.id, answer)
    assert not (await bearing(store, {}, ticket="3")).owed


@pytest.mark.parametrize(("seconds", "before", "again"), [(-60, False, True), (60, True, False)])
async def test_other_closings_of_the_same_ticket_are_known(
    store: Store, seconds: int, before: bool, again: bool
) -> None:
    await asked(store)
    moment = CLOSED_AT + timedelta(seconds=seconds)
    known = await bearing(store, ticket="48213", closing="another", closed_at=moment)
    assert (known.closed_before, known.closed_again) == (before, again)


async def test_a_ticket_of_another_helpdesk_with_its_number_is_another_ticket(store: Store) -> None:
    await asked(store)
    known = await bearing(store, ticket="48213", source="elsewhere", closing="x", closed_at=later(-60))
    assert (known.closed_before, known.closed_again) == (False, False)


@pytest.mark.parametrize("brand", ["acme", ""])
async def test_a_suppression_of_one_address_holds_for_the_whole_mailbox(store: Store, brand: str) -> None:
    review = await new_review(store, contact=Person("Ada.L+shop@gmail.com"))
    if brand:
        await store.record(review.id, partial(subscriptions.unsubscribed, at=START))
    else:
        told = partial(subscriptions.suppressed_by_staff, brand="", address="adal@gmail.com", action="form")
        await store.write(partial(suppressions.put, fact=told(who=SAM.email, why="asked on the phone", at=START)))
    other = await new_review(store, ticket="2", contact=Person("ada.l@googlemail.com"))
    stranger = await new_review(store, ticket="3", contact=Person("ada.l@customer.example"))
    held = {review.id: True, other.id: True, stranger.id: False}
    assert {id: bool((log := await store.log(id)) and log.suppressed) for id in held} == held
    briefs = await store.briefs(await claimed(store), now=NOW, per_hour=None)
    assert {brief.log.review.id: bool(brief.log.suppressed) for brief in briefs if brief.log} == held


@pytest.mark.parametrize("sql", [elsewhere.ASKED, elsewhere.COMPANY_ASKED, elsewhere.OWED, elsewhere.CLOSINGS])
async def test_what_is_looked_up_is_found_by_who_or_what_it_is_about(sqlite_store: Store, sql: str) -> None:
    """However many mails were ever sent: without these, SQLite would go through all of them."""
    asked = sql.format(each=SQLITE.each) if "{" in sql else sql
    values = dict.fromkeys(re.findall(r":(\w+)", asked), "0")
    rows = await sqlite_store.read(lambda session: session.rows(f"explain query plan {asked}", **values))
    plan = [row["detail"] for row in rows]
    searched = [line for line in plan if re.match("(SEARCH|SCAN) (review|outbox)", line)]
    assert searched
    assert all(re.search(r"review_by_|outbox_by_review|autoindex_review", line) for line in searched), plan
