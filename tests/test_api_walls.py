"""What is there to a key of the API? Each operation with a key of the record's brand, of another, of both, of all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow
from reviews.facts import Fact, Review
from reviews.model import Person
from reviews.subscriptions import suppressed_by_staff
from store import api_keys, suppressions
from tests.story import ADA, RULES, START, later, mail
from tests.test_api_frame import TICKET
from tests.web_house import House, opened_house, two_brands
from web.api.operations import OPERATIONS

WHO = {"who": "lea@acme.example"}
SPAN = "since=2025-01-01&until=2027-01-01"
KEYS: dict[str, tuple[str, ...]] = {"all": (), "ours": ("acme",), "theirs": ("zenith",), "both": ("acme", "zenith")}
RECORD: dict[tuple[str, str], dict[str, Any] | None] = {
    ("GET", "/reviews/{id}"): None,
    ("GET", "/reviews/{id}/evidence"): None,
    ("GET", "/reviews/{id}/messages"): None,
    ("POST", "/reviews/{id}/messages"): {**WHO, "words": "A note."},
    ("POST", "/reviews/{id}/ask"): {**WHO, "reason": "they asked"},
    ("POST", "/reviews/{id}/ask-again"): {**WHO, "reason": "put right"},
    ("POST", "/reviews/{id}/delivered"): {"at": "2026-11-21T10:00:00Z"},
    ("GET", "/reviews/{id}/snippet"): None,
    ("POST", "/reviews/{id}/follow-up/close"): {**WHO, "outcome": "explained"},
}
"""What is about one review."""
LISTS = {
    "/tickets": "ACME ONLY",
    "/reviews": "ACME ONLY",
    "/follow-ups": "",
    f"/scores?{SPAN}": "",
    "/export/reviews?format=jsonl": "ACME ONLY",
    "/contacts": ADA.email,
    "/agents": "sam@acme.example",
    "/suppressions": "held@x.example",
    "/brands": '"acme"',
}
"""What lists, and what of acme it shows to who may."""
NAMED = ("/tickets", "/reviews", "/follow-ups", f"/scores?{SPAN}", "/export/reviews?format=jsonl")
"""Where a brand can be named."""
REST = {
    ("POST", "/tickets"),
    ("POST", "/tickets/reopened"),
    ("POST", "/suppressions"),
    ("GET", "/contacts/{address}"),
    ("POST", "/suppressions/{id}/lift"),
}
"""What has tests of its own below."""


@dataclass(frozen=True)
class World:
    """A record of acme, and a reason not to ask somebody there."""

    house: House
    review: Review
    suppression: str

    async def ask(self, key: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer secret of {key}"}
        return await self.house.client.request(method, f"/api/v1{path}", headers=headers, json=body)

    async def facts(self) -> tuple[Fact, ...]:
        return (await self.house.log(self.review)).facts


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_house(tmp_path) as opened:
        house = two_brands(opened)
        for name, brands in KEYS.items():
            add = partial(api_keys.add_key, name=name, secret=f"secret of {name}", at=START, brands=brands)
            await house.store.write(add)
        review = await house.asked(subject="ACME ONLY", contact=Person(ADA.email, "ACME ONLY"))
        await house.store.record(review.id, partial(flow.replied, mail=mail("ACME ONLY"), at=later(900), rules=RULES))
        fact = suppressed_by_staff(
            brand="acme", address="held@x.example", action="a", who="w", why="ACME ONLY", at=later()
        )
        await house.store.write(partial(suppressions.put, fact=fact))
        yield World(house, review, fact.id)


def test_every_operation_is_in_the_tables() -> None:
    listed = {("GET", path.partition("?")[0]) for path in LISTS}
    assert {(one.method, one.path) for one in OPERATIONS} == {*RECORD, *listed, *REST}


@pytest.mark.parametrize(("method", "path"), RECORD)
async def test_a_review_is_none_to_a_key_of_another_brand(world: World, method: str, path: str) -> None:
    before, body = await world.facts(), RECORD[method, path]
    theirs = await world.ask("theirs", method, path.format(id=world.review.id), body)
    none = await world.ask("theirs", method, path.format(id="a" * 26), body)
    assert (theirs.status_code, theirs.json()) == (404, none.json())
    assert none.status_code == 404
    assert await world.facts() == before
    for key in ("ours", "both", "all"):
        answer = await world.ask(key, method, path.format(id=world.review.id), body)
        assert answer.status_code in (200, 201, 202, 204, 409), (key, answer.text)


@pytest.mark.parametrize("path", LISTS)
async def test_lists_hold_nothing_of_a_brand_that_is_not_the_keys(world: World, path: str) -> None:
    theirs = await world.ask("theirs", "GET", path)
    assert theirs.status_code == 200
    for told in ("acme only", ADA.email, "sam@acme.example", "held@x.example", '"acme"'):
        assert told not in theirs.text.lower(), told
    ours, every = await world.ask("ours", "GET", path), await world.ask("all", "GET", path)
    assert LISTS[path] in ours.text
    assert LISTS[path] in every.text
    if path.startswith("/scores"):
        assert theirs.json()["scores"] == []
        assert ours.json()["scores"] == every.json()["scores"] != []


@pytest.mark.parametrize("path", NAMED)
async def test_a_key_names_no_brand_but_its_own(world: World, path: str) -> None:
    sign = "&" if "?" in path else "?"
    named = f"{path}{sign}brand=acme"
    assert (await world.ask("theirs", "GET", named)).status_code == 403
    assert (await world.ask("ours", "GET", named)).status_code == 200
    assert (await world.ask("both", "GET", named)).status_code == 200
    unnamed = await world.ask("both", "GET", path)
    assert (unnamed.status_code, "acme, zenith" in unnamed.json()["detail"]) == (422, True)


async def test_a_ticket_is_told_of_the_keys_own_brand_alone(world: World) -> None:
    assert (await world.ask("theirs", "POST", "/tickets", {**TICKET, "brand": "acme"})).status_code == 403
    told = await world.ask("theirs", "POST", "/tickets", {**TICKET, "brand": ""})
    assert told.status_code == 201
    assert (await world.ask("theirs", "GET", told.json()["url"].removeprefix("/api/v1"))).json()["brand"] == "zenith"
    assert (await world.ask("ours", "GET", told.json()["url"].removeprefix("/api/v1"))).status_code == 404


async def test_a_key_takes_back_no_ticket_of_another_brand(world: World) -> None:
    before, body = await world.facts(), {"source": world.review.source, "ticket": world.review.ticket}
    assert (await world.ask("theirs", "POST", "/tickets/reopened", {**body, "brand": "acme"})).status_code == 403
    assert (await world.ask("theirs", "POST", "/tickets/reopened", body)).json() == {"reviews": []}
    assert await world.facts() == before
    assert (await world.ask("ours", "POST", "/tickets/reopened", body)).json() == {"reviews": [world.review.id]}


async def test_a_customer_is_none_to_a_key_of_another_brand(world: World) -> None:
    theirs, none = [await world.ask("theirs", "GET", f"/contacts/{who}") for who in (ADA.email, "no@x.example")]
    assert (theirs.status_code, theirs.json()) == (404, none.json())
    assert (await world.ask("ours", "GET", f"/contacts/{ADA.email}")).json()["reviews"] == 1
    await world.ask("theirs", "POST", "/tickets", {**TICKET, "brand": "", "contact": {"email": ADA.email}})
    assert (await world.ask("theirs", "GET", f"/contacts/{ADA.email}")).json()["reviews"] == 1
    assert (await world.ask("all", "GET", f"/contacts/{ADA.email}")).json()["reviews"] == 2


async def test_who_is_not_asked_is_the_keys_own_brands_matter(world: World) -> None:
    lift, why = f"/suppressions/{world.suppression}/lift", {**WHO, "why": "they wish it"}
    assert (await world.ask("theirs", "POST", lift, why)).status_code == 404
    hold = {**WHO, "address": "new@x.example", "why": "a wish"}
    assert (await world.ask("theirs", "POST", "/suppressions", {**hold, "brand": "acme"})).status_code == 403
    assert (await world.ask("theirs", "POST", "/suppressions", hold)).json()["brand"] == "zenith"
    assert (await world.ask("ours", "POST", lift, why)).status_code == 204


async def test_what_has_no_brand_is_for_keys_of_all(world: World) -> None:
    for key, status in (("all", 200), ("ours", 403), ("both", 403)):
        answer = await world.house.client.get("/metrics", headers={"Authorization": f"Bearer secret of {key}"})
        assert answer.status_code == status
