"""Who is asked, and what is told of who is not? By API, webhook and the record page, through real HTTP."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import subscriptions
from reviews.facts import Review
from reviews.holds import Reopened
from reviews.manners import Manners, Skip
from reviews.model import DeliveryKind
from store import Source, sources, suppressions
from templates.brands import SHIPPED, read_brands
from tests.story import ADA, CLOSED_AT, START, closing, later
from tests.test_staff_pages import sign_in
from tests.web_house import FORM, KEY, House, opened_house

AUTHORIZATION = {"Authorization": f"Bearer {KEY}"}
TICKET = {
    "source": "zammad",
    "ticket": "48213",
    "closed_at": CLOSED_AT.isoformat(),
    "contact": {"email": ADA.email, "company": ADA.company},
    "agent": {"email": "sam@acme.example"},
}
CROSS_SITE = {**FORM, "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def post(house: House, path: str, body: object) -> httpx2.Response:
    return await house.client.post(path, json=body, headers=AUTHORIZATION)


async def shown(house: House, review: str) -> dict[str, Any]:
    answer = await house.client.get(f"/api/v1/reviews/{review}", headers=AUTHORIZATION)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"automatic": True}, "no person closed it"),
        ({"contact": {"email": "sam@acme.example"}}, "the customer is one of the staff"),
        ({"contact": {"email": "Lea@acme.example"}}, "the customer is one of the staff"),
        ({"tags": ["internal"]}, "tickets tagged internal are not asked about"),
    ],
)
async def test_who_is_not_asked_by_a_rule_is_told_so_at_once_and_ever_after(
    house: House, changes: dict[str, Any], reason: str | None
) -> None:
    await house.add_staff()
    acme = replace(house.door.brands["acme"], manners=Manners(skip=Skip(tags=frozenset({"internal"}))))
    brands = {"acme": acme}
    door = replace(house.door, brands=brands)
    async with door_client(house, door) as client:
        told = (await client.post("/api/v1/tickets", json=TICKET | changes, headers=AUTHORIZATION)).json()
    assert told["reason"] == reason
    assert (told["asks_at"] is None) is (reason is not None)
    assert (await shown(house, told["review"]))["not_asked"] == reason


def door_client(house: House, door: Any) -> httpx2.AsyncClient:
    return replace(house, door=door).from_address("203.0.113.9")


async def test_a_ticket_that_is_opened_again_is_not_asked_about_any_more(house: House) -> None:
    review = (await post(house, "/api/v1/tickets", TICKET)).json()["review"]
    house.clock.forward(minutes=5)
    body = {"source": "zammad", "ticket": "48213"}
    for _ in range(2):
        answer = await post(house, "/api/v1/tickets/reopened", body)
        assert (answer.status_code, answer.json()) == (200, {"reviews": [review]})
    log = await house.store.log(review)
    assert log
    assert len(log.of(Reopened)) == 1
    assert (await shown(house, review))["not_asked"] == "the ticket was reopened"
    assert (await post(house, "/api/v1/tickets", TICKET)).json()["asks_at"] is None


async def test_the_next_closing_is_asked_about_and_an_old_opening_does_not_touch_it(house: House) -> None:
    first = (await post(house, "/api/v1/tickets", TICKET)).json()["review"]
    again = TICKET | {"closed_at": (CLOSED_AT + timedelta(minutes=30)).isoformat()}
    second = (await post(house, "/api/v1/tickets", again)).json()["review"]
    assert first != second
    reopened_at = (CLOSED_AT + timedelta(minutes=10)).isoformat()
    told = {"source": "zammad", "ticket": "48213", "reopened_at": reopened_at}
    assert (await post(house, "/api/v1/tickets/reopened", told)).json() == {"reviews": [second, first]}
    assert (await shown(house, first))["not_asked"] == "the ticket was reopened"
    assert (await shown(house, second))["not_asked"] is None


async def test_a_ticket_nobody_knows_may_be_opened_again(house: House) -> None:
    answer = await post(house, "/api/v1/tickets/reopened", {"source": "zammad", "ticket": "1"})
    assert (answer.status_code, answer.json()) == (200, {"reviews": []})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"source": "zammad"}, 422),
        ({"source": "zammad", "ticket": "1", "brand": "other"}, 422),
        ({"source": "zammad", "ticket": "1", "reopened_at": 17}, 422),
        ({"source": "zammad", "ticket": "1", "why": ""}, 422),
        ("zammad", 422),
    ],
)
async def test_what_cannot_be_understood_is_refused(house: House, body: object, status: int) -> None:
    assert (await post(house, "/api/v1/tickets/reopened", body)).status_code == status
    assert (await house.client.post("/api/v1/tickets/reopened", json=body)).status_code == 401


async def test_a_webhook_tells_of_it_in_the_shape_of_the_other(house: House) -> None:
    mapping = {"ticket": "t.number", "closed_at": "t.closed", "contact.email": "t.mail"}
    source = Source("zammad", "acme", "secret", mapping)
    await house.store.write(partial(sources.set_source, source=source, at=START))
    payload = {"t": {"number": 7, "closed": CLOSED_AT.isoformat(), "mail": ADA.email}}
    review = (await hook(house, "/hooks/zammad", payload)).json()["review"]
    house.clock.forward(minutes=5)
    assert (await hook(house, "/hooks/zammad/reopened", {"t": {"number": 7}})).json()["reviews"] == [review]
    log = await house.store.log(review)
    assert log
    assert len(log.of(Reopened)) == 1
    unsigned = await house.client.post("/hooks/zammad/reopened", json=payload)
    assert unsigned.status_code == 401


async def hook(house: House, path: str, payload: object) -> httpx2.Response:
    body = json.dumps(payload).encode()
    signature = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    return await house.client.post(path, content=body, headers={"X-Afterword-Signature": f"sha256={signature}"})


async def unasked(house: House, **changes: Any) -> Review:
    facts = closing(ask="never", **changes)
    await house.record(*facts)
    review = facts[0]
    assert isinstance(review, Review)
    house.clock.now = START
    return review


async def test_staff_ask_by_api_with_who_and_why(house: House) -> None:
    review = await unasked(house)
    asking = {"who": "lea@acme.example", "reason": "They are new here."}
    answer = await post(house, f"/api/v1/reviews/{review.id}/ask", asking)
    assert (answer.status_code, answer.json()["review"]) == (202, review.id)
    assert (await post(house, f"/api/v1/reviews/{review.id}/ask", asking)).status_code == 202
    assert await house.invitations(review) == 1
    body = await shown(house, review.id)
    assert body["asked_by_hand"] == [{"at": START.isoformat().replace("+00:00", "Z"), **asking}]
    assert body["not_asked"] is None


async def test_nobody_is_asked_by_hand_against_their_wish_or_twice(house: House) -> None:
    review = await unasked(house)
    asking = {"who": "lea@acme.example", "reason": "They are new here."}
    path = f"/api/v1/reviews/{review.id}/ask"
    await house.store.record(review.id, partial(subscriptions.unsubscribed, at=START))
    refused = await post(house, path, asking)
    assert (refused.status_code, refused.json()["detail"]) == (409, "The customer is not asked: unsubscribed.")
    asked = await house.asked(ticket="2", contact=replace(ADA, email="grace@customer.example"))
    refused = await post(house, f"/api/v1/reviews/{asked.id}/ask", asking)
    assert (refused.status_code, "asked already" in refused.text) == (409, True)
    assert await house.invitations(review) == 0
    assert (await post(house, "/api/v1/reviews/none/ask", asking)).status_code == 404
    assert (await post(house, path, {"who": "lea@acme.example", "reason": " "})).status_code == 422
    assert (await post(house, path, {"who": "nobody", "reason": "x"})).status_code == 422


async def test_staff_ask_on_the_record_page_and_the_page_says_so(house: House) -> None:
    review = await unasked(house)
    path = f"/reviews/{review.id}"
    assert (await house.client.post(f"{path}/ask", data={"reason": "VIP"}, headers=FORM)).status_code == 303
    assert await house.invitations(review) == 0  # nobody was signed in
    await sign_in(house)
    page = (await house.client.get(path)).text
    assert "the helpdesk said not to ask" in page
    assert "Ask the customer now" in page
    assert (await house.client.post(f"{path}/ask", data={"reason": " "}, headers=FORM)).status_code == 422
    assert (await house.client.post(f"{path}/ask", data={"reason": "x"}, headers=CROSS_SITE)).status_code == 403
    answer = await house.client.post(f"{path}/ask", data={"reason": "<b>VIP</b>"}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    page = (await house.client.get(path)).text
    assert "lea@acme.example asked for the question" in page
    assert "&lt;b&gt;VIP&lt;/b&gt;" in page
    assert "the helpdesk said not to ask" not in page
    (delivery,) = await house.store.deliveries(review.id)
    assert delivery.delivery.purpose is DeliveryKind.INVITATION


async def test_staff_see_who_is_not_asked_and_lift_it_with_a_reason(house: House) -> None:
    review = await unasked(house)
    await house.store.record(review.id, partial(subscriptions.unsubscribed, at=START))
    assert (await house.client.get("/suppressions")).headers["location"] == "/sign-in"
    await sign_in(house)
    page = (await house.client.get("/suppressions", params={"address": "ADA@customer.example"})).text
    assert ADA.email in page
    assert "they asked not to be asked again" in page
    assert "Lift it" in page
    await sign_in(house, role="reader")
    assert "Lift it" not in (await house.client.get("/suppressions")).text
    await sign_in(house)
    (one,) = await house.store.read(partial(suppressions.standing, most=5))
    form = {"suppression": one.fact.id, "reason": ""}
    assert (await house.client.post("/suppressions", data=form, headers=FORM)).status_code == 422
    form["reason"] = "They called and want to be asked."
    assert (await house.client.post("/suppressions", data=form, headers=CROSS_SITE)).status_code == 403
    assert (await house.client.post("/suppressions", data=form | {"suppression": "x"}, headers=FORM)).status_code == 404
    assert (await house.log(review)).suppressed
    assert (await house.client.post("/suppressions", data=form, headers=FORM)).status_code == 303
    log = await house.log(review)
    assert (log.suppressed, log.suppressions[-1].who) == ("", "lea@acme.example")
    assert "Nobody asked to be left in peace" in (await house.client.get("/suppressions")).text
    assert (await house.client.get("/suppressions?before=x")).status_code == 404


async def test_the_list_of_who_is_not_asked_has_pages(house: House) -> None:
    for number in range(60):
        told = partial(subscriptions.suppressed_by_staff, brand="", address=f"c{number}@customer.example")
        fact = told(action=str(number), who="lea@acme.example", why="a list", at=later(number))
        await house.store.write(partial(suppressions.put, fact=fact))
    await sign_in(house)
    first = (await house.client.get("/suppressions")).text
    assert "c59@customer.example" in first
    assert "c9@customer.example" not in first
    (older,) = [line for line in first.split('"') if line.startswith("/suppressions?before=")]
    assert "c9@customer.example" in (await house.client.get(older)).text


def test_the_shipped_brand_asks_as_usual() -> None:
    assert read_brands(SHIPPED)["acme"].manners == Manners(timezone="Europe/London")
