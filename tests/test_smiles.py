"""The wall of kind words names, and counts, whom the brand lets anybody have figures of."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from reviews import tending
from reviews.answering import Figures
from tests.story import LEA, SAM, START, later
from tests.test_staff_pages import sign_in
from tests.web_house import House, opened_house
from tests.weeks import rated

WHOSE = re.compile(r"<bdi>(\w+ \w+)</bdi>: (\d+)")
ABOUT = re.compile(r" about ([\w ]+) ·")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Two kind words about Sam and one about Lea, in the house where all may read them."""
    async with opened_house(tmp_path) as house:
        for number, agent in enumerate((SAM, SAM, LEA)):
            first, *rest = rated(str(number), "happy", "So kind.", at=START, agent=agent, team="Network")
            await house.store.record_past(first, *rest)
            mark = partial(tending.kudos_marked, action=str(number), who=LEA.email, at=later(9))
            await house.store.record(first.id, mark)
        house.clock.now = later(hours=1)
        yield house


@pytest.mark.parametrize(
    ("rule", "role", "about", "whose"),
    [
        (Figures.LEADS, "lead", {"Sam Reed", "Lea Moss"}, {("Lea Moss", "1"), ("Sam Reed", "2")}),
        (Figures.LEADS, "agent", {"Sam Reed", "Lea Moss"}, {("Lea Moss", "1")}),
        (Figures.OWN, "lead", {"Network", "Lea Moss"}, {("Lea Moss", "1")}),
        (Figures.OWN, "agent", {"Network", "Lea Moss"}, {("Lea Moss", "1")}),
        (Figures.OFF, "lead", {"Network"}, set()),
        (Figures.OFF, "agent", {"Network"}, set()),
    ],
)
async def test_the_wall_names_and_counts_whom_the_brand_lets_them_see(
    house: House, rule: Figures, role: str, about: set[str], whose: set[tuple[str, str]]
) -> None:
    key = house.door.brand
    brand = house.door.brands[key]
    object.__setattr__(house.door, "brands", {key: replace(brand, answering=replace(brand.answering, figures=rule))})
    await sign_in(house, role=role)
    page = (await house.client.get("/smiles")).text
    assert page.count("So kind.") == 3
    assert set(ABOUT.findall(page)) == about
    assert set(WHOSE.findall(page)) == whose
    names = {email for email in (SAM.email, LEA.email) if email in page}
    assert names == {LEA.email, SAM.email} if (rule, role) == (Figures.LEADS, "lead") else names <= {LEA.email}
    taken = (await house.client.get("/smiles?format=json")).json()["rows"]
    assert {row["agent"] for row in taken} == names
