"""What may an admin see and do on the page of helpdesks, and who may not? Through real HTTP, on a real store."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx2
import pytest

from store import DeadLetter, Source, Wanted, dead_letters, people, sources
from tests.web_house import House, opened_house

OURS = {"Sec-Fetch-Site": "same-origin"}
PAYLOAD = (Path(__file__).with_name("payloads") / "zammad.json").read_text("utf-8")
EVIL = "</pre></textarea><script>alert(1)</script>"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        source = Source("desk", "acme", "a secret", {}, "zammad")
        await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
        yield house


async def sign_in(house: House, role: str) -> None:
    staff = await house.add_staff(f"{role}@acme.example", role=role)
    now = house.clock.now
    add = partial(people.add_sign_in, id="x", email=staff.email, client="", expires_at=now + timedelta(minutes=5))
    await house.store.write(add)
    use = partial(people.use_sign_in, id="x", session_id="s", expires_at=now + timedelta(hours=1), now=now)
    assert await house.store.write(use)
    house.client.cookies.set("__Host-afterword", "s")


async def letter(house: House, body: str) -> DeadLetter:
    found = DeadLetter("desk", house.clock.now, "the reason", body.encode())
    assert await house.store.write(partial(dead_letters.keep, letter=found))
    return found


async def post(house: House, **fields: str) -> httpx2.Response:
    return await house.client.post("/sources", data=fields, headers=OURS)


async def left(house: House) -> int:
    return len(await house.store.read(partial(dead_letters.page, most=99)))


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("lead", 404), ("agent", 404)])
async def test_only_admins_see_it_and_do_anything(house: House, role: str, status: int) -> None:
    kept = await letter(house, "{")
    await sign_in(house, role)
    assert (await house.client.get("/sources")).status_code == status
    await post(house, do="drop", letter=kept.id)
    assert await left(house) == (0 if status == 200 else 1)


async def test_who_is_not_signed_in_is_sent_to_the_sign_in(house: House) -> None:
    for answer in (await house.client.get("/sources"), await post(house, do="try", source="desk", payload="{}")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_a_form_of_another_site_is_refused(house: House) -> None:
    await sign_in(house, "admin")
    kept = await letter(house, "{")
    answer = await house.client.post(
        "/sources", data={"do": "drop", "letter": kept.id}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (answer.status_code, await left(house)) == (403, 1)


async def test_a_payload_is_shown_as_what_it_would_become_and_not_recorded(house: House) -> None:
    await sign_in(house, "admin")
    html = (await post(house, do="try", source="desk", payload=PAYLOAD)).text
    assert "&#34;ticket&#34;: &#34;10081&#34;" in html
    assert "Nothing was recorded." in html
    assert await house.store.reviews(Wanted(), now=house.clock.now, most=9) == []
    assert (await post(house, do="try", source="other", payload=PAYLOAD)).status_code == 404


async def test_what_others_wrote_is_text_and_nothing_else(house: House) -> None:
    await sign_in(house, "admin")
    await letter(house, EVIL)
    tried = await post(house, do="try", source="desk", payload=json.dumps({"ticket": {"title": EVIL}}) + EVIL)
    assert "<script>" not in tried.text
    assert "&lt;script&gt;alert(1)" in tried.text


async def test_a_letter_is_read_again_and_says_why_it_cannot_be(house: House) -> None:
    await sign_in(house, "admin")
    kept = await letter(house, PAYLOAD.replace('"10081"', "null"))
    answer = await post(house, do="replay", letter=kept.id)
    assert "It still cannot be read: Some fields cannot be used; /ticket: this field is missing" in answer.text
    source = Source("desk", "acme", "a secret", {"ticket": "ticket.id"}, "zammad")
    await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
    answer = await post(house, do="replay", letter=kept.id)
    assert (answer.status_code, answer.headers["location"], await left(house)) == (303, "/sources", 0)
    (one,) = await house.store.reviews(Wanted(), now=house.clock.now, most=9)
    assert one.review.ticket == "81"
    assert (await post(house, do="replay", letter=kept.id)).status_code == 404


async def test_the_list_goes_on(house: House) -> None:
    await sign_in(house, "admin")
    for number in range(27):
        house.clock.forward(seconds=1)
        await letter(house, f"broken {number}")
    first = (await house.client.get("/sources")).text
    assert ("broken 26" in first, "broken 2<" in first, "27 unread" in first) == (True, True, True)
    path = first.split('href="/sources?before=')[1].split('"')[0]
    second = (await house.client.get(f"/sources?before={path}")).text
    assert ("broken 1<" in second, "broken 0<" in second, "broken 2<" in second) == (True, True, False)
    assert (await house.client.get("/sources?before=nonsense")).status_code == 404


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("lead", False)])
async def test_admins_are_told_on_the_list_of_reviews(house: House, role: str, told: bool) -> None:
    await sign_in(house, role)
    await letter(house, "{")
    html = (await house.client.get("/reviews")).text
    assert ('<a href="/sources">1 webhook could not be read</a>' in html) is told
