"""The page of figures: who sees whose, what stands on it, what is taken out of it."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from reviews.answering import Answering, Figures
from reviews.counting import AGENT, EVERYTHING, TAG, TEAM
from reviews.deeds import CauseSet
from reviews.facts import Delivery, Review
from reviews.model import Person, slots_of
from reviews.onlookers import sees_figures, strictest
from reviews.roles import Role, Staff
from reviews.scoring import Figures as FiguresOf
from reviews.scoring import share
from store import Asked, rollups
from store.explaining import parts, summed
from templates.charts import HEIGHT, WIDTH, chart
from templates.figures import rows
from templates.words import cells
from tests.store.test_rollups import pressed
from tests.story import ADA, LEA, SAM, START, closing, later
from tests.test_staff_pages import sign_in
from tests.web_house import House, opened_house, two_brands

FORMULA = "=HYPERLINK(0)"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def answers(house: House, number: int = 6) -> None:
    """Customers of a company that is called as a formula is; every third of them is unhappy, about the product."""
    for one in range(number):
        contact = Person(f"ada{one}@customer.example", "Ada", FORMULA)
        review = await house.asked(ticket=str(one), agent=SAM if one % 2 else LEA, contact=contact, tags=("<vpn>",))
        await pressed(house.store, review, "happy" if one % 3 else "unhappy", at=later(3_000))
        if one % 3 == 0:
            about = CauseSet(f"cause {one}", review.id, later(3_100), LEA.email, ("product",), "said so")
            await house.store.record(review.id, lambda log, about=about: [about])  # type: ignore[misc]
    house.clock.now = later(hours=2)


def url(**asked: str) -> str:
    return f"/figures?{urlencode(asked)}"


async def html(house: House, **asked: str) -> str:
    response = await house.client.get(url(**asked))
    assert response.status_code == 200, asked
    return response.text


async def test_all_figures_stand_on_the_page_with_what_they_rest_on(house: House) -> None:
    await answers(house)
    await sign_in(house)
    page = await html(house, by="agent")
    for words in (
        "66.7 % (30.0\u201390.3 %), 4 of 6",
        "6 hard, 0 soft",
        "6 = 6 asked",
        "No change shown in these weeks.",
        "fewer than 30 answers: not compared",
        'role="img"',
        "week of 2026-11-16: 66.7 %",
        "happy without it",
        "Saturday",
    ):
        assert words in page, words
    assert "<vpn>" not in page + await html(house, by="tag")
    assert "of=agent&amp;name=sam%40acme.example" in page


async def test_a_name_has_a_page_of_its_own(house: House) -> None:
    await answers(house)
    await sign_in(house)
    page = await html(house, of="agent", name="SAM@acme.example")
    assert "66.7 % (20.8\u201393.9 %), 2 of 3" in page
    assert "1 about neither the person nor the fix" in page
    assert "100.0 % (34.2\u2013100.0 %), 2 of 2" in page
    for of, name in (("team", "Network"), ("company", FORMULA), ("tag", "<vpn>"), ("language", "en")):
        found = await html(house, of=of, name=name)
        assert ("4 of 6" in found) is (of != "language")


@pytest.mark.parametrize(("of", "name"), [("", ""), (AGENT, SAM.email), ("company", FORMULA), (TAG, "<vpn>")])
async def test_a_page_says_what_the_logs_behind_it_say_when_they_are_gone_through_anew(
    house: House, of: str, name: str
) -> None:
    await answers(house, 9)
    await sign_in(house)
    asked = Asked(of, START.date() - timedelta(weeks=9), START.date() + timedelta(days=1), name=name)
    behind = [part async for part in parts(house.store, asked, now=house.clock.now)]
    numbers, excluded, not_theirs = summed(behind, "faces3")
    page = await html(house, **({"of": of, "name": name} if of else {}))
    for label, words in rows(FiguresOf(numbers, "faces3", excluded, not_theirs)):
        assert f"<dt>{label}</dt><dd>{words}</dd>" in page, label


async def test_every_table_is_taken_out_as_shown_and_no_cell_is_a_formula(house: House) -> None:
    await answers(house)
    await sign_in(house)
    page = await html(house, by="company")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/figures\?[^"]*format=csv[^"]*)"', page)]
    assert len(links) == page.count("<table>") == 6
    for link in links:
        response = await house.client.get(link)
        assert response.headers["content-type"].startswith("text/csv")
        head, *rows = csv.reader(io.StringIO(response.text))
        told = (await house.client.get(link.replace("csv", "json"))).json()
        assert [list(row) for row in told["rows"]] == [head] * len(rows)
        assert rows
    company = csv.DictReader(
        io.StringIO((await house.client.get(url(by="company", table="company", format="csv"))).text)
    )
    (row,) = company
    assert (row["company"], row["happy"], row["answers"], row["all"]) == (f"'{FORMULA}", str(4 / 6), "6", "6")


async def test_many_names_come_a_page_at_a_time_folded_or_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.staff.figures.NAMES", 2)
    for number in range(5):
        await house.asked(ticket=str(number), tags=(f"tag {number}",))
        if number == 2:
            await house.store.write(partial(rollups.fold, now=later(hours=1)))
    await sign_in(house)
    seen, link = [], url(by="tag")
    while link:
        page = (await house.client.get(link)).text
        seen.append(re.findall(r"<bdi>(tag \d)</bdi>", page.partition("each reason not to ask")[0]))
        found = re.search(r'href="([^"]*)" rel="next"', page)
        link = found[1].replace("&amp;", "&") if found else ""
    assert seen == [["tag 0", "tag 1"], ["tag 2", "tag 3"], ["tag 4"]]
    taken = (await house.client.get(url(by="tag", table="tag", format="json"))).json()
    assert len(taken["rows"]) == 5


async def test_a_change_of_words_and_of_scale_is_marked_and_scales_are_never_added_up(house: House) -> None:
    await answers(house)
    for ticket, scale, wording, days in (
        ("a", "faces3", "How did we do? / Great / Okay / Not good", 1),
        ("b", "faces3", "Were we any good? / Great / Okay / Not good", 8),
        ("c", "faces5", "Were we any good? / Super / Great / Okay / Not good / Bad", 15),
        ("d", "faces3", "Were we any good? / Great / Okay / Not good", 16),
    ):
        at = later(days=days)
        review, invitation = closing(ticket=ticket, closed_at=at, at=at)
        assert isinstance(review, Review)
        assert isinstance(invitation, Delivery)
        review = replace(review, scale=scale, slots=slots_of(scale))
        await house.record(review, invitation)
        await house.sent(invitation, at=at, wording=wording)
        if scale == "faces5":
            await pressed(house.store, review, "very_happy", at=at + timedelta(hours=1))
    house.clock.now = later(days=17)
    await sign_in(house)
    page = unescape(await html(house))
    otherwise, rescaled = later(days=8).date(), later(days=15).date()
    assert f"Since {otherwise} acme asks in other words (en): “Were we any good?" in page
    assert f"Since {rescaled} acme asks on faces5, before on faces3: these are not added up." in page
    assert page.count("<p><bdi>Since ") == 2  # who was still asked on the scale before is no change back
    assert 'text-anchor="middle">words<' in page
    assert 'text-anchor="middle">scale<' in page
    assert "4 of 6" in page
    assert '<a href="/figures?weeks=12&scale=faces5">faces5</a> (1 answer)' in page
    assert "1 of 1" in await html(house, scale="faces5")
    assert (await house.client.get(url(scale="faces9"))).status_code == 404


async def test_who_is_not_signed_in_is_asked_to(house: House) -> None:
    response = await house.client.get("/figures")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "asked",
    [
        {"of": "contact", "name": ADA.email},
        {"of": "team"},
        {"name": "Network"},
        {"weeks": "9999"},
        {"weeks": "-1"},
        {"by": "nothing"},
        {"of": "team", "name": "Network", "by": "tag"},
        {"brand": "nobody"},
        {"of": "tag", "name": "x" * 501},
        {"format": "xml", "table": "week"},
        {"format": "csv", "table": "nothing"},
    ],
)
async def test_what_there_is_not_is_not_found(house: House, asked: dict[str, str]) -> None:
    await house.add_staff()
    await sign_in(house)
    assert (await house.client.get(url(**asked))).status_code == 404


async def test_an_agent_comes_to_their_team_and_sees_no_others(house: House) -> None:
    await answers(house)
    await sign_in(house, role=Role.AGENT)
    response = await house.client.get("/figures")
    assert response.headers["location"] == url(of="team", name="Network")
    assert (await house.client.get(response.headers["location"])).status_code == 200
    assert (await house.client.get(url(of="agent", name="lea@acme.example"))).status_code == 200
    for asked in ({"of": "agent", "name": SAM.email}, {"weeks": "4"}, {"by": "agent"}, {"of": "team", "name": "Other"}):
        assert (await house.client.get(url(**asked))).status_code == 404


@pytest.mark.parametrize(
    ("team", "acme", "zenith", "begins", "own"),
    [
        ("Network", Figures.OWN, Figures.LEADS, {"of": "team", "name": "Network"}, ""),
        ("", Figures.OWN, Figures.LEADS, {"of": "agent", "name": "lea@acme.example"}, ""),
        ("", Figures.OFF, Figures.OWN, {"of": "agent", "name": "lea@acme.example", "brand": "zenith"}, "zenith"),
        ("Network", Figures.OFF, Figures.OWN, {"of": "team", "name": "Network"}, "zenith"),
        ("Network", Figures.OFF, Figures.OFF, {"of": "team", "name": "Network"}, None),
        ("", Figures.OFF, Figures.OFF, {}, None),
    ],
)
async def test_an_agent_is_led_to_what_the_brands_let_them_see(
    house: House, team: str, acme: Figures, zenith: Figures, begins: dict[str, str], own: str | None
) -> None:
    house, rules = two_brands(house), {"acme": acme, "zenith": zenith}
    brands = {key: replace(house.door.brands[key], answering=Answering(figures=rule)) for key, rule in rules.items()}
    object.__setattr__(house.door, "brands", brands)
    await sign_in(house, role="agent", team=team)
    led = (await house.client.get("/figures")).headers["location"]
    assert led == (url(**begins) if begins else "/figures/themes")
    page = await house.client.get(led)
    assert page.status_code == 200
    if team:
        links = re.findall(r'<a href="([^"]+)">Your own figures', unescape(page.text))
        theirs = {"of": "agent", "name": "lea@acme.example", **({"brand": own} if own else {})}
        assert links == ([] if own is None else [url(**theirs)])
        for link in links:
            assert (await house.client.get(link)).status_code == 200


async def test_a_brand_whose_agents_nobody_may_measure_shows_none(house: House) -> None:
    key = house.door.brand
    brand = replace(house.door.brands[key], answering=Answering(figures=Figures.OFF))
    object.__setattr__(house.door, "brands", {key: brand})
    await answers(house)
    await sign_in(house)
    page = await html(house)
    assert "agent" not in re.findall(r"<option[^>]*>(\w+)</option>", page)
    for asked in ({"by": "agent"}, {"of": "agent", "name": "lea@acme.example"}):
        assert (await house.client.get(url(**asked))).status_code == 404


AGENT_STAFF = Staff("sam@acme.example", "Sam", Role.AGENT, "Network")
LEAD_STAFF = Staff("lea@acme.example", "Lea", Role.LEAD, "Network")


@pytest.mark.parametrize(
    ("staff", "facet", "name", "rule", "seen"),
    [
        (AGENT_STAFF, AGENT, "Sam@acme.example", Figures.OWN, True),
        (AGENT_STAFF, AGENT, "Sam@acme.example", Figures.LEADS, True),
        (AGENT_STAFF, AGENT, "sam@acme.example", Figures.OFF, False),
        (AGENT_STAFF, AGENT, "lea@acme.example", Figures.LEADS, False),
        (AGENT_STAFF, AGENT, None, Figures.LEADS, False),
        (AGENT_STAFF, TEAM, "Network", Figures.OFF, True),
        (AGENT_STAFF, TEAM, "", Figures.LEADS, False),
        (AGENT_STAFF, EVERYTHING, "", Figures.LEADS, False),
        (replace(AGENT_STAFF, confirmed=False), TEAM, "Network", Figures.LEADS, False),
        (LEAD_STAFF, AGENT, None, Figures.LEADS, True),
        (LEAD_STAFF, AGENT, "sam@acme.example", Figures.OWN, False),
        (LEAD_STAFF, AGENT, "lea@acme.example", Figures.OWN, True),
        (LEAD_STAFF, EVERYTHING, "", Figures.OFF, True),
        (replace(LEAD_STAFF, role=Role.READER), AGENT, None, Figures.LEADS, False),
        (replace(LEAD_STAFF, role=Role.READER), TAG, None, Figures.OFF, True),
    ],
)
def test_whose_figures_somebody_may_see(staff: Staff, facet: str, name: str | None, rule: Figures, seen: bool) -> None:
    assert sees_figures(staff, facet, name, [Figures.LEADS, rule]) is seen


def test_of_several_brands_the_strictest_rule_holds() -> None:
    assert strictest([Figures.LEADS, Figures.OFF, Figures.OWN]) is Figures.OFF
    assert strictest([]) is Figures.LEADS


def test_a_chart_stays_within_its_box_and_breaks_where_nobody_answered() -> None:
    spans = [(START.date() + timedelta(weeks=n), share(n % 3, 0 if n == 4 else 3), f"week {n}") for n in range(12)]
    drawn = chart(spans, [(START.date() + timedelta(weeks=6, days=2), "changed", "It rose.")])
    assert len(drawn.dots) == 11
    assert len(drawn.lines) == len(drawn.bands) == 2
    for dot in drawn.dots:
        assert 0 < dot.x < WIDTH
        assert 0 < dot.high <= dot.y <= dot.low < HEIGHT
    assert drawn.marks[0].at == drawn.dots[5].x
    assert len(drawn.days) == 6


def test_no_cell_of_a_row_is_read_as_another_or_as_html() -> None:
    assert cells(["<b>", "a\0b\nc", "", "1 & 2"]) == "<td>&lt;b&gt;</td><td>ab c</td><td></td><td>1 &amp; 2</td>"
    assert cells([]) == ""
