"""What may an admin see and do on the page of who is told? Through real HTTP, on a real store."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from store import Endpoint, calls, endpoints
from store.calls import DUE, FAILED, Fate
from tests.story import START
from tests.test_source_pages import OURS, sign_in
from tests.web_house import House, opened_house

CHAT = Endpoint("chat", "slack", "https://hooks.slack.example/services/a-secret", (), START)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        await house.store.write(partial(endpoints.set_endpoint, endpoint=CHAT, at=house.clock.now))
        yield house


async def failed_call(house: House) -> str:
    id = await house.store.write(partial(calls.add_test, endpoint="chat", id="one", at=house.clock.now))
    fate = Fate(FAILED, "500 <script>alert(1)</script>")
    await house.store.write(partial(calls.settle, id=id, fate=fate, at=house.clock.now))
    return id


async def post(house: House, do: str, about: str) -> int:
    return (await house.client.post("/endpoints", data={"do": do, "about": about}, headers=OURS)).status_code


@pytest.mark.parametrize("role", ["lead", "agent"])
async def test_nobody_but_admins_sees_it_or_does_anything(house: House, role: str) -> None:
    await sign_in(house, role)
    assert (await house.client.get("/endpoints")).status_code == 404
    assert await post(house, "disable", "chat") == 404
    assert (await house.store.read(endpoints.all_endpoints))[0].disabled_at is None


async def test_an_admin_sees_how_it_goes_and_no_secret(house: House) -> None:
    assert (await house.client.get("/endpoints")).headers["location"] == "/sign-in"
    await failed_call(house)
    await sign_in(house, "admin")
    html = (await house.client.get("/endpoints")).text
    assert "hooks.slack.example" in html
    assert "1 given up" in html
    assert "a-secret" not in html
    assert "<script>alert" not in html


async def test_an_admin_tests_replays_and_turns_off_and_on(house: House) -> None:
    id = await failed_call(house)
    await sign_in(house, "admin")
    assert await post(house, "replay", id) == 303
    assert await post(house, "replay", id) == 404
    assert await post(house, "test", "chat") == 303
    found = await house.store.read(partial(calls.page, most=9))
    assert [call.status for call in found] == [DUE, DUE]
    tries = ("disable", "disable", "enable", "replay_all")
    assert [await post(house, do, "chat") for do in tries] == [303, 404, 303, 303]
    assert await post(house, "test", "nobody") == 404
    assert await post(house, "whatever", "chat") == 404


async def test_a_form_of_another_site_is_refused(house: House) -> None:
    await sign_in(house, "admin")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = await house.client.post("/endpoints", data={"do": "disable", "about": "chat"}, headers=foreign)
    assert answer.status_code == 403
