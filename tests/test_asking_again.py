"""It was put right: is the customer asked once more, only once, never against their wish, and does it show?"""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from reviews import flow, subscriptions, tending
from reviews.by_hand import asked_again, why_not_again
from reviews.deeds import FollowUpOutcome
from reviews.events import Press
from reviews.facts import Delivery, Review
from reviews.followups import recovered_at
from reviews.manners import Manners
from reviews.model import AGAIN, ASK_AGAIN, Mode
from reviews.schedule import next_reminder
from store import Store
from tests.outside import ADA, LINKS, RULES, SAM, Outside, outside
from tests.story import visit
from tests.test_asking import post, shown
from tests.test_staff_pages import sign_in
from tests.web_house import FORM, House, opened_house

__all__ = ["outside"]  # a fixture is found where it is named
ASKING = {"who": "lea@acme.example", "reason": "The switch is new."}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def rate(store: Store, review: Review, answer: str, hit: str, clock: object) -> None:
    at = clock()  # type: ignore[operator]  # each house has its own clock
    await store.record(review.id, partial(flow.link_opened, hit=hit, link=answer, visit=visit(), at=at, rules=RULES))
    press = Press(hit, answer, Mode.BUTTON, trusted=True)
    await store.record(review.id, partial(flow.voted, press=press, at=at + timedelta(seconds=5), rules=RULES))


async def sent(outside: Outside) -> None:
    """All that is due, one mail of a review after the other."""
    while await outside.mailer.send_due():
        pass


async def put_right(store: Store, review: Review, clock: object) -> None:
    at = clock()  # type: ignore[operator]
    done = partial(tending.follow_up_closed, action="done", who=SAM.email, outcome=FollowUpOutcome.PUT_RIGHT, at=at)
    assert (await store.record(review.id, done)).new


async def test_the_question_goes_out_once_more_and_a_better_answer_is_a_recovery(outside: Outside) -> None:
    review, clock = await outside.closed(), outside.clock
    await sent(outside)
    clock.now += timedelta(hours=1)
    await rate(outside.store, review, "unhappy", "first", clock)
    clock.now += timedelta(days=80)
    await put_right(outside.store, review, clock)
    again = partial(asked_again, action="again", who=SAM.email, at=clock())
    assert (await outside.store.record(review.id, again)).new
    await sent(outside)
    asked = [mail for mail in outside.office.posted if mail.recipients == [ADA.email]]
    assert len(asked) == 2
    assert LINKS.rate(review)["happy"] in asked[1].text()
    log = await outside.store.log(review.id)
    assert log
    (mail,) = [one for one in log.of(Delivery) if one.occasion.startswith(AGAIN)]
    assert next_reminder(mail, log, at=clock(), manners=Manners(reminders=9)) is None
    clock.now += timedelta(days=30)
    await sent(outside)
    assert len([mail for mail in outside.office.posted if mail.recipients == [ADA.email]]) == 2
    assert recovered_at(await outside.store.timeline(review.id), clock()) is None
    await rate(outside.store, review, "happy", "second", clock)
    clock.now += timedelta(days=1)
    assert recovered_at(await outside.store.timeline(review.id), clock()) is not None


async def test_who_no_longer_wants_to_be_asked_is_not_even_when_it_waits(outside: Outside) -> None:
    review, clock = await outside.closed(), outside.clock
    await sent(outside)
    clock.now += timedelta(hours=1)
    await rate(outside.store, review, "unhappy", "first", clock)
    await put_right(outside.store, review, clock)
    await outside.store.record(review.id, partial(asked_again, action="again", who=SAM.email, at=clock()))
    await outside.store.record(review.id, partial(subscriptions.unsubscribed, at=clock()))
    await sent(outside)
    assert len([mail for mail in outside.office.posted if mail.recipients == [ADA.email]]) == 1


async def test_programs_ask_again_once_and_are_told_why_not(house: House) -> None:
    review = await house.asked()
    path = f"/api/v1/reviews/{review.id}/ask-again"
    await rate(house.store, review, "unhappy", "page", house.clock)
    refused = await post(house, path, ASKING)
    assert (refused.status_code, "not put right" in refused.text) == (409, True)
    await put_right(house.store, review, house.clock)
    assert (await post(house, path, ASKING)).status_code == 202
    refused = await post(house, path, ASKING)
    assert (refused.status_code, "asked again already" in refused.text) == (409, True)
    assert await house.invitations(review) == 2
    assert (await post(house, "/api/v1/reviews/none/ask-again", ASKING)).status_code == 404
    assert (await shown(house, review.id))["recovered_at"] is None
    house.clock.forward(days=2)
    await rate(house.store, review, "happy", "later", house.clock)
    house.clock.forward(days=1)
    assert (await shown(house, review.id))["recovered_at"].startswith("2026-11-2")


async def test_programs_do_not_ask_again_who_unsubscribed(house: House) -> None:
    review = await house.asked()
    await put_right(house.store, review, house.clock)
    await house.store.record(review.id, partial(subscriptions.unsubscribed, at=house.clock.now))
    refused = await post(house, f"/api/v1/reviews/{review.id}/ask-again", ASKING)
    assert (refused.status_code, refused.json()["detail"]) == (409, "The customer is not asked: unsubscribed.")


async def test_a_button_on_the_record_asks_once_more(house: House) -> None:
    review = await house.asked()
    await sign_in(house)
    page = f"/reviews/{review.id}"
    assert "once more" not in (await house.client.get(page)).text
    await put_right(house.store, review, house.clock)
    assert "Ask the customer once more" in (await house.client.get(page)).text
    assert (await house.client.post(f"{page}/do", data={"do": "again"}, headers=FORM)).status_code == 303
    assert await house.invitations(review) == 2
    assert "once more" not in (await house.client.get(page)).text
    assert why_not_again(await house.log(review)) == "they were asked again already"
    assert ASK_AGAIN not in str((await shown(house, review.id))["asked_by_hand"])
