"""Agents whom only a ticket names: who they are until a lead says so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from reviews.answering import Answering
from store import people
from tests.web_house import KEY, House, opened_house

DOMAINS = frozenset({"acme.example"})


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as doors:
        yield doors


async def closes(house: House, ticket: str, agent: str) -> None:
    """A helpdesk closes a ticket of that agent's."""
    body = {"source": "zammad", "ticket": ticket, "closed_at": house.clock.now.isoformat(), "subject": "VPN"}
    people = {"contact": {"email": "ada@customer.example"}, "agent": {"email": agent, "name": "Pat"}, "team": "Desk"}
    answer = await house.client.post("/api/v1/tickets", json=body | people, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 201


async def test_an_agent_of_our_domains_waits_for_a_lead_and_a_stranger_is_nobody(web: House) -> None:
    brand = web.door.brands["acme"]
    strict = replace(brand, answering=replace(Answering(), domains=DOMAINS))
    door = replace(web.door, brands={**web.door.brands, "acme": strict})
    web = replace(web, door=door)
    web = replace(web, client=web.from_address("192.0.2.9"))
    await closes(web, "1", "Pat@acme.example")
    await closes(web, "2", "pat@acme.example")
    await closes(web, "3", "mallory@else.example")
    known = [(one.email, one.team, one.confirmed) for one in await web.store.read(people.everybody)]
    assert known == [("pat@acme.example", "Desk", False)]
    await web.store.write(partial(people.drop_staff, email="pat@acme.example", at=web.clock.now))
    await closes(web, "4", "pat@acme.example")
    assert await web.store.read(people.everybody) == [], "who was taken out does not come back by a ticket"


async def test_where_a_brand_names_no_domains_nobody_is_kept(web: House) -> None:
    await closes(web, "1", "pat@acme.example")
    assert await web.store.read(people.everybody) == []
