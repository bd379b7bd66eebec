"""What do the customer's other links do? The mail as a page, and no more mails: through real HTTP, on a real store."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from reviews import flow
from reviews.facts import Bounce, Hit, Review
from reviews.model import BOUNCED, UNSUBSCRIBED
from tests.story import ADA, RULES, START, the_delivery
from tests.web_house import FORM, House, opened_house, path_of

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    {"Content-Type": "multipart/form-data; boundary=b"},
)
URLENCODED = (b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def unsubscribing(house: House, review: Review) -> str:
    return path_of(house.links.unsubscribe(review.id))


async def suppressed(house: House, review: Review) -> str:
    return (await house.log(review)).suppressed


async def test_the_mail_as_a_page_has_the_links_of_the_mail_and_rates_nothing(house: House) -> None:
    review = await house.asked()
    answer = await house.client.get(path_of(house.links.view(review.id)))
    for url in (*house.links.rate(review).values(), house.links.unsubscribe(review.id)):
        assert url in answer.text
    assert "VPN drops every hour" in answer.text
    assert not (await house.log(review)).of(Hit)


async def test_only_the_mail_as_a_page_may_carry_its_styles_inside(house: House) -> None:
    review = await house.asked()
    answer = await house.client.get(path_of(house.links.view(review.id)))
    policy = answer.headers["content-security-policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (1, 410)])
async def test_the_mail_as_a_page_ends_with_the_question(house: House, seconds: float, status: int) -> None:
    review = await house.asked()
    house.clock.now = START + RULES.expiry + timedelta(seconds=seconds)
    assert (await house.client.get(path_of(house.links.view(review.id)))).status_code == status


@pytest.mark.parametrize("path", ["/v/", "/u/"])
@pytest.mark.parametrize("token", ["x", "WyJhIl0.AAAA"])
async def test_a_bad_link_gets_the_neutral_page(house: House, path: str, token: str) -> None:
    answer = await house.client.get(path + token)
    assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)


async def test_a_link_to_view_does_not_unsubscribe(house: House) -> None:
    review = await house.asked()
    token = house.links.view(review.id).rpartition("/")[2]
    body, headers = URLENCODED
    assert (await house.client.post(f"/u/{token}", content=body, headers=headers)).status_code == 404
    assert await suppressed(house, review) == ""


async def test_opening_the_link_changes_nothing_and_the_button_does(house: House) -> None:
    review = await house.asked()
    path = unsubscribing(house, review)
    page = await house.client.get(path)
    assert "Do not ask me again" in page.text
    assert ADA.email not in page.text
    assert await suppressed(house, review) == ""
    answer = await house.client.post(path, data={"choice": "stop"}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await suppressed(house, review) == UNSUBSCRIBED
    assert "You may ask me again" in (await house.client.get(path)).text


async def test_there_is_a_way_back_and_back_again(house: House) -> None:
    review = await house.asked()
    path = unsubscribing(house, review)
    for choice, reason in (("stop", UNSUBSCRIBED), ("stop", UNSUBSCRIBED), ("back", ""), ("stop", UNSUBSCRIBED)):
        await house.client.post(path, data={"choice": choice}, headers=FORM)
        assert await suppressed(house, review) == reason


@pytest.mark.parametrize(("body", "headers"), [MULTIPART, URLENCODED])
async def test_a_mail_programs_own_button_unsubscribes_without_a_redirect(
    house: House, body: bytes, headers: Mapping[str, str]
) -> None:
    review = await house.asked()
    for _ in range(2):
        answer = await house.client.post(unsubscribing(house, review), content=body, headers=headers)
        assert answer.status_code == 200
    assert await suppressed(house, review) == UNSUBSCRIBED


@pytest.mark.parametrize("fields", [{}, {"choice": "perhaps"}, {"List-Unsubscribe": "Two-Clicks"}])
async def test_anything_else_changes_nothing(house: House, fields: dict[str, str]) -> None:
    review = await house.asked()
    answer = await house.client.post(unsubscribing(house, review), data=fields, headers=FORM)
    assert answer.status_code == 422
    assert await suppressed(house, review) == ""


async def test_the_way_back_does_not_open_an_address_that_bounced(house: House) -> None:
    review = await house.asked()
    delivery = the_delivery(await house.log(review))
    bounce = Bounce(review.id, START, delivery.id, "mail", permanent=True, status="5.1.1", reason="no such user")
    await house.store.record(review.id, partial(flow.bounced, bounce=bounce, at=START))
    await house.client.post(unsubscribing(house, review), data={"choice": "back"}, headers=FORM)
    assert await suppressed(house, review) == BOUNCED


async def test_who_unsubscribed_from_one_question_gets_no_other(house: House) -> None:
    review, other = await house.asked(), await house.asked(ticket="2")
    await house.client.post(unsubscribing(house, review), data={"choice": "stop"}, headers=FORM)
    assert await suppressed(house, other) == UNSUBSCRIBED


async def choosing(house: House, review: Review, choice: str) -> str:
    path = unsubscribing(house, review)
    answer = await house.client.post(path, data={"choice": choice}, headers=FORM)
    assert answer.status_code == 303
    return (await house.client.get(path)).text


@pytest.mark.parametrize(
    ("choice", "promise"),
    [
        ("not this", "You will not be asked about this ticket."),
        ("less", "You will not be asked about closed tickets for 90 days."),
        ("trouble", "only about tickets that went wrong"),
        ("stop", "You will not be asked about closed tickets any more."),
    ],
)
async def test_each_choice_is_kept_and_said_and_can_be_taken_back(house: House, choice: str, promise: str) -> None:
    review, other = await house.asked(), await house.asked(ticket="2")
    assert promise in await choosing(house, review, choice)
    log, elsewhere = await house.log(review), await house.log(other)
    assert bool(elsewhere.standing) is (choice != "not this")
    assert not elsewhere.declined
    assert log.declined is (choice == "not this")
    page = await choosing(house, review, "back")
    assert "How often may we ask?" in page
    log = await house.log(review)
    assert (log.standing, log.declined) == (frozenset(), False)


async def test_choices_of_less_can_be_made_stricter(house: House) -> None:
    review = await house.asked()
    assert "Do not ask me again" in await choosing(house, review, "less")
    page = await choosing(house, review, "stop")
    assert "any more" in page
    assert "Do not ask me again" not in page


async def test_less_often_is_over_after_its_days(house: House) -> None:
    review = await house.asked()
    await choosing(house, review, "less")
    house.clock.forward(days=90)
    assert "How often may we ask?" in (await house.client.get(unsubscribing(house, review))).text
