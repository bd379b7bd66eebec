"""What holds for every operation of the API? Keys and scopes, rates, pages, ETags, and the same answer twice."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow
from reviews.answering import Answering, Figures
from reviews.events import Press
from reviews.facts import Fact, Message
from reviews.log import Log
from reviews.model import By, Mode, Person
from reviews.roles import SCOPES
from store import Wanted, api_keys
from tests.story import RULES, START, visit
from tests.web_house import BASE_URL, KEY, House, opened_house, path_of
from tests.weeks import rated
from web.api.operations import OPERATIONS
from web.api.rates import KEYS_MAX, Rates
from web.tickets.listed import PARTS

TICKET: dict[str, Any] = {
    "source": "zammad",
    "ticket": "1",
    "closed_at": "2026-11-21T08:00:00Z",
    "contact": {"email": "ada@customer.example"},
}
NOTE = {"who": "lea@acme.example", "words": "Call them."}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def ask(house: House, method: str, path: str, *, key: str = KEY, **more: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
    return await house.client.request(method, f"/api/v1{path}", headers=headers, **more)


async def test_every_operation_asks_for_a_key_and_its_scope(house: House) -> None:
    await house.store.write(partial(api_keys.add_key, name="none", secret="n", at=START, scopes=("nothing",)))
    for one in OPERATIONS:
        path = one.path.replace("{id}", "x").replace("{address}", "x")
        assert (await ask(house, one.method, path, key="wrong")).status_code == 401
        refused = await ask(house, one.method, path, key="n")
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
        assert one.scope in refused.json()["detail"]
        assert one.scope in SCOPES


async def test_a_key_is_good_for_its_scope_alone(house: House) -> None:
    await house.store.write(partial(api_keys.add_key, name="bi", secret="s", at=START, scopes=("reviews",)))
    assert (await ask(house, "GET", "/reviews", key="s")).status_code == 200
    assert (await ask(house, "POST", "/tickets", key="s", json=TICKET)).status_code == 403


async def test_a_page_links_to_the_next_until_there_is_none(house: House) -> None:
    for number in range(5):
        assert (await ask(house, "POST", "/tickets", json={**TICKET, "ticket": str(number)})).status_code == 201
    seen: list[str] = []
    path, answer = "/tickets?limit=2&brand=acme", None
    for _ in range(3):
        answer = await ask(house, "GET", path)
        seen += [one["ticket"] for one in answer.json()["tickets"]]
        if "link" not in answer.headers:
            break
        url, rel = answer.headers["link"].split("; ")
        assert rel == 'rel="next"'
        assert url.startswith(f"<{BASE_URL}/api/v1/tickets?")
        path = path_of(url.strip("<>")).removeprefix("/api/v1")
    assert sorted(seen) == ["0", "1", "2", "3", "4"]
    assert answer
    assert answer.json()["cursor"] is None


async def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    review = await house.asked()
    first = await ask(house, "GET", f"/reviews/{review.id}")
    tag = first.headers["etag"]
    again = await ask(house, "GET", f"/reviews/{review.id}", headers={"If-None-Match": f'W/{tag}, "x"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await ask(house, "POST", f"/reviews/{review.id}/messages", json=NOTE)
    changed = await ask(house, "GET", f"/reviews/{review.id}", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["messages"][0]["text"]) == (200, "Call them.")


async def test_the_same_request_twice_is_one_and_another_under_its_key_is_refused(house: House) -> None:
    review = await house.asked()
    once = {"Idempotency-Key": "form-1"}
    path = f"/reviews/{review.id}/messages"
    first = await ask(house, "POST", path, json=NOTE, headers=once)
    again = await ask(house, "POST", path, json=NOTE, headers=once)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert (await ask(house, "POST", path, json={**NOTE, "words": "no"}, headers=once)).status_code == 422
    assert len((await ask(house, "GET", path)).json()["messages"]) == 1
    house.clock.forward(hours=25)
    assert (await ask(house, "POST", path, json=NOTE, headers=once)).status_code == 201


async def test_a_refusal_is_repeated_as_well(house: House) -> None:
    once = {"Idempotency-Key": "form-2"}
    for _ in "12":
        answer = await ask(house, "POST", "/tickets", json={**TICKET, "brand": "none"}, headers=once)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert await house.store.reviews(Wanted(), now=house.clock.now, most=9) == []


async def test_a_key_that_asks_too_often_is_told_when_to_come_again(house: House) -> None:
    house.door.rates.per_minute = 2
    answers = [await ask(house, "GET", "/brands") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "30"
    house.clock.forward(seconds=30)
    assert (await ask(house, "GET", "/brands")).status_code == 200


async def test_what_is_left_of_keys_is_bounded(house: House) -> None:
    rates = Rates("test", 120)
    for number in range(KEYS_MAX + 5):
        assert not await rates.wait_seconds(house.store, f"key {number}", now=START)
    assert len(rates._taken) == KEYS_MAX


@pytest.mark.parametrize(("brought", "kept"), [("mine-1", True), ("x y", False), ("x" * 101, False)])
async def test_a_request_has_an_id_its_own_if_that_is_one(house: House, brought: str, kept: bool) -> None:
    answer = await ask(house, "GET", "/brands", headers={"X-Request-ID": brought})
    assert (answer.headers["x-request-id"] == brought) is kept
    assert "x-request-id" not in (await house.client.get("/healthz")).headers


async def test_what_customers_said_lately_is_told_and_narrowed(house: House) -> None:
    first, second = (
        await house.asked(),
        await house.asked(ticket="2", closing="2", contact=Person("bob@customer.example")),
    )
    house.clock.forward(hours=3)
    opened = partial(flow.link_opened, hit="page", link="unhappy", visit=visit(), at=house.clock.now, rules=RULES)
    await house.store.record(first.id, opened)
    said = Press("page", "unhappy", Mode.BUTTON, trusted=True)
    await house.store.record(
        first.id, partial(flow.commented, press=said, words="Too slow.", at=house.clock.now, rules=RULES)
    )
    since = house.clock.now.isoformat().replace("+00:00", "Z")

    async def told(query: str) -> list[str]:
        answer = await ask(house, "GET", f"/reviews?{query}")
        assert answer.status_code == 200, answer.text
        return [one["ticket"] for one in answer.json()["reviews"]]

    assert await told(f"spoken_since={since}") == [first.ticket]
    assert await told("sort=-spoken_at") == [first.ticket, second.ticket]
    assert await told("sort=-spoken_at&limit=1") == [first.ticket]
    link = (await ask(house, "GET", "/reviews?sort=-spoken_at&limit=1")).links["next"]["url"]
    page = await house.client.get(path_of(link), headers={"Authorization": f"Bearer {KEY}"})
    assert [one["ticket"] for one in page.json()["reviews"]] == [second.ticket]
    assert await told("agent=Sam@acme.example&team=Network") == [first.ticket, second.ticket]
    assert await told("agent=kim@acme.example") == await told("value=happy") == await told("brand=other&tag=x") == []
    assert await told("value=unhappy") == [first.ticket]
    whole = (await ask(house, "GET", "/reviews")).json()["reviews"][0]
    assert set(whole) == set(PARTS)
    parts = (await ask(house, "GET", "/reviews?fields=comment,id,id")).json()["reviews"]
    assert [set(one) for one in parts] == [{"id", "comment"}] * 2
    for wrong, name in (
        ("fields=id,secret", "fields"),
        (f"agent=a@b.example&since={since}", "since"),
        ("sort=at", "sort"),
    ):
        answer = await ask(house, "GET", f"/reviews?{wrong}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, name)
    lately = (await ask(house, "GET", f"/contacts?since={first.at.isoformat().replace('+00:00', 'Z')}&limit=1")).json()
    assert len(lately["contacts"]) == 1
    assert lately["cursor"]
    assert (await ask(house, "GET", f"/contacts?sort=address&since={since}")).status_code == 422
    assert (await ask(house, "GET", "/contacts?sort=-last_at&cursor=eA")).status_code == 422


async def test_people_scores_and_what_is_owed_are_told(house: House) -> None:
    await house.asked()
    told = (await ask(house, "GET", "/contacts")).json()["contacts"]
    assert [(one["email"], one["reviews"]) for one in told] == [("ada@customer.example", 1)]
    assert (await ask(house, "GET", "/agents")).json()["agents"][0]["email"] == "sam@acme.example"
    stop = {"address": "ada@customer.example", "who": "lea@acme.example", "why": "They asked me."}
    id = (await ask(house, "POST", "/suppressions", json=stop)).json()["id"]
    one = (await ask(house, "GET", "/contacts/ada@customer.example")).json()
    assert [reason["id"] for reason in one["suppressions"]] == [id]
    lift = {"who": "lea@acme.example", "why": "They changed their mind."}
    assert (await ask(house, "POST", f"/suppressions/{id}/lift", json=lift)).status_code == 204
    assert (await ask(house, "GET", "/suppressions")).json()["suppressions"] == []
    scores = (await ask(house, "GET", "/scores?since=2026-11-01&until=2026-12-01&by=agent")).json()["scores"]
    assert [(one["name"], one["counts"]["asked"]) for one in scores] == [("sam@acme.example", 1)]
    assert scores[0]["happy"] == {"value": None, "low": 0.0, "high": 1.0, "part": 0, "of": 0}
    assert scores[0]["response"]["of"] == 1
    assert (await ask(house, "GET", "/follow-ups")).json()["follow_ups"] == []


def answered(minutes: int) -> Callable[[Log], tuple[Fact, ...]]:
    """A rule: a person's mail went to the customer so long after START."""
    at, id = START + timedelta(minutes=minutes), str(minutes)
    return lambda log: (
        Message(log.review.id, at, By.STAFF, "x@y.example", "", "", f"<{id}>", "", id, "", "We mend it.", ""),
    )


async def test_scores_tell_how_much_was_answered_how_soon_and_who_is_happy_again(house: House) -> None:
    for number, (first, answer, minutes) in enumerate(
        [(None, "happy", None), (None, "unhappy", 25), ("unhappy", "happy", 130)]
    ):
        facts = rated(str(number), answer, at=START, first=first)
        await house.store.record_past(*facts)
        if minutes:
            await house.store.record(facts[0].id, answered(minutes))
    house.clock.now = START + timedelta(days=1)
    (one,) = (await ask(house, "GET", "/scores?since=2026-11-01&until=2026-12-01")).json()["scores"]
    assert (one["answered"]["part"], one["answered"]["of"]) == (2, 3)
    assert (one["recovered"]["part"], one["recovered"]["of"]) == (1, 2)
    told = one["first_answer"]
    assert {each["seconds"]: each["number"] for each in told["within"] if each["number"]} == {1_800: 1, 14_400: 1}
    assert (told["half_after_seconds"], told["half_within_seconds"]) == (900, 1_800)
    assert told["within"][-1]["seconds"] is None
    assert (one["closed"], one["not_asked"]["part"], one["exclusion"]["part"]) == (3, 3, 0)


@pytest.mark.parametrize(("figures", "status"), [(Figures.LEADS, 200), (Figures.OWN, 403), (Figures.OFF, 403)])
async def test_figures_of_single_agents_are_told_as_far_as_the_brand_says(
    house: House, figures: Figures, status: int
) -> None:
    key = house.door.brand
    brand = replace(house.door.brands[key], answering=Answering(figures=figures))
    object.__setattr__(house.door, "brands", {key: brand})
    days = "since=2026-11-01&until=2026-12-01"
    assert (await ask(house, "GET", f"/scores?{days}&by=agent")).status_code == status
    assert (await ask(house, "GET", f"/scores?{days}&by=agent&brand={key}")).status_code == status
    assert (await ask(house, "GET", f"/scores?{days}&by=cause")).status_code == 200
    review = await house.asked()
    assert (await ask(house, "GET", "/reviews?agent=sam@acme.example")).status_code == status
    [one] = (await ask(house, "GET", "/reviews?fields=agent,credit")).json()["reviews"]
    [ticket] = (await ask(house, "GET", "/tickets")).json()["tickets"]
    alone = (await ask(house, "GET", f"/reviews/{review.id}")).json()
    named = [told["agent"] is not None for told in (one, ticket, alone, one["credit"][0], alone["credit"][0])]
    assert named == [figures is Figures.LEADS] * 5
