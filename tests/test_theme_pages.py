"""Themes and what shows, in the browser's words: who may, what is done, what can be taken back, and as files."""

import csv
import io
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from reviews.findings import Finding, Kind
from reviews.roles import Role
from reviews.scoring import share
from store.findings import keep
from tests.store.keeping import comment, recording
from tests.store.test_rollups import pressed
from tests.story import later
from tests.test_staff_pages import sign_in
from tests.web_house import House, opened_house

THEMES, DO = "/figures/themes", "/figures/themes/do"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def complaints(house: House, number: int = 24) -> None:
    for one in range(number):
        review = await house.asked(ticket=str(one))
        await pressed(house.store, review, "happy" if one % 2 else "unhappy", at=later(3_000))
        words = "Kind as ever" if one % 2 else "Printer broken <again>"
        await house.store.record(review.id, recording(comment(review.id, words)))
    house.clock.now = later(hours=2)


async def posted(house: House, **form: str) -> str:
    """The address that a form leads to."""
    response = await house.client.post(DO, data={"brand": house.door.brand, **form})
    assert response.status_code == 303
    return response.headers["location"]


async def html(house: House, url: str) -> str:
    response = await house.client.get(url)
    assert response.status_code == 200, url
    return response.text


async def test_a_theme_is_named_followed_joined_and_all_of_it_taken_back(house: House) -> None:
    await complaints(house)
    await sign_in(house)
    page = await html(house, THEMES)
    assert 'name="phrases" value="printer broken"' in page
    printers = await posted(house, action="named", name="Printers", phrases="printer broken, the", form="f1")
    assert await posted(house, action="named", name="Printers", phrases="printer", form="f1") != printers
    kind = await posted(house, action="named", name="Kind", phrases="kind", form="f2")
    page = await html(house, printers)
    assert page.count("Printer broken &lt;again&gt;") == 12
    assert "12 of 24" in page
    assert 'role="img"' in page
    theme = printers.rpartition("/")[2]
    await posted(house, action="followed", theme=theme)
    assert "Followed by lea@acme.example" in await html(house, printers)
    await posted(house, action="joined", theme=theme, about=kind.rpartition("/")[2], form="f3")
    assert "24 of 24" in await html(house, printers)
    assert (await house.client.get(kind)).status_code == 404
    await posted(house, action="undone", theme=theme, about="f3")
    assert "12 of 24" in await html(house, printers)
    page = await html(house, THEMES)
    assert "followed by 1" in page
    assert ">Kind</bdi>" in page
    assert (await posted(house, action="dropped", theme=theme)).startswith(f"{THEMES}?")
    assert (await house.client.get(printers)).status_code == 404


async def test_the_weeks_of_a_theme_are_taken_out(house: House) -> None:
    await complaints(house)
    await sign_in(house)
    url = await posted(house, action="named", name="=Printers", phrases="printer broken")
    (row,) = csv.DictReader(io.StringIO((await house.client.get(f"{url}?format=csv")).text))
    assert (row["texts"], row["of it"]) == ("24", "12")
    told = (await house.client.get(f"{url}?format=json")).json()
    assert (told["theme"], told["rows"][0]["of it"]) == ("=Printers", 12)
    assert (await house.client.get(f"{url}?format=xml")).status_code == 404


async def test_who_may_not_change_anything_changes_no_theme(house: House) -> None:
    await complaints(house)
    await sign_in(house, role=Role.READER)
    assert (await house.client.post(DO, data={"brand": house.door.brand, "action": "named"})).status_code == 404
    assert "Name it" not in await html(house, THEMES)


@pytest.mark.parametrize(
    "form", [{}, {"action": "burnt"}, {"action": "named", "name": " "}, {"action": "named", "name": "x", "brand": "no"}]
)
async def test_what_is_no_deed_is_refused(house: House, form: dict[str, str]) -> None:
    await complaints(house, 1)
    await sign_in(house)
    assert (await house.client.post(DO, data={"brand": house.door.brand, **form})).status_code == 404
    headers = {"sec-fetch-site": "cross-site"}
    told = {"brand": house.door.brand, "action": "named", "name": "x"}
    assert (await house.client.post(DO, data=told, headers=headers)).status_code == 403


FOUND = Finding(Kind.TURNED, "=Acme <Ltd>", "", share(2, 12), share(38, 40), 0.0000123, ("r1", "r2"))


async def test_what_shows_stands_on_its_page_with_its_test_and_as_files(house: House) -> None:
    await complaints(house, 1)
    await sign_in(house)
    assert "Nobody looked yet" in await html(house, "/figures/findings")
    await house.store.write(partial(keep, found={house.door.brand: [FOUND]}, now=later(0)))
    page = await html(house, "/figures/findings")
    for words in (
        "=Acme &lt;Ltd&gt; is less happy: 2 of 12 (16.7 %) in the last four weeks, 38 of 40 (95.0 %) in the twelve",
        "Chance alone would show as much in one of 81,301 looks",
        'href="/reviews/r1"',
    ):
        assert words in page, words
    assert "/figures/findings" in await html(house, "/figures")
    (link,) = re.findall(r'href="([^"]*format=csv)"', page)
    (row,) = csv.DictReader(io.StringIO((await house.client.get(link.replace("&amp;", "&"))).text))
    assert (row["name"], row["part"], row["of beside"], row["reviews"]) == ("'=Acme <Ltd>", "2", "40", "r1 r2")


async def test_an_agent_does_not_see_what_shows_of_other_teams(house: House) -> None:
    await complaints(house, 1)
    await sign_in(house, role=Role.AGENT)
    assert (await house.client.get("/figures/findings")).status_code == 404
