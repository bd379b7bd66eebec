"""When each member of staff is mailed: chosen signed in or behind a notice's link, and by nobody else for them."""

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from reviews import flow
from reviews.facts import Delivery, Review
from reviews.model import DeliveryKind, seat_of
from reviews.notices import nothing_to_tell
from store import audit
from tests.story import RULES, SAM, later, mail
from tests.test_inbox_pages import OURS, rated, sign_in
from tests.web_house import House, opened_house, path_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def link(house: House, review: Review, email: str = SAM.email) -> str:
    return path_of(house.links.record(review.id, seat_of(review.id, email))) + "/notices"


async def noticed(house: House) -> Review:
    """A review of which Sam got a notice."""
    review = await house.asked()
    replied = partial(flow.replied, mail=mail(), at=later(hours=2), rules=RULES)
    await house.store.record(review.id, replied)
    return review


async def chosen(house: House, email: str) -> str:
    staff = await house.store.staff(email)
    assert staff
    return staff.choice


async def test_who_is_signed_in_chooses_and_sees_it_kept(house: House) -> None:
    await sign_in(house)
    assert '<a href="/notices">' in (await house.client.get("/reviews")).text
    for choice in ("daily", "off", "at once"):
        answer = await house.client.post("/notices", data={"choice": choice}, headers=OURS)
        html = (await house.client.get(answer.headers["location"])).text
        assert re.findall(r'type="radio"[^>]* value="([^"]+)" checked', html) == [choice]
        assert "That is kept." in html
        assert await chosen(house, "lea@acme.example") == choice
    [note] = [one for one in await house.store.read(partial(audit.latest, most=9)) if one.detail == "off"]
    assert (note.who, note.about) == ("lea@acme.example", "lea@acme.example")
    assert (await house.client.post("/notices", data={"choice": "never"}, headers=OURS)).status_code == 422


async def test_the_link_of_a_notice_leads_to_it_and_opening_changes_nothing(house: House) -> None:
    review = await noticed(house)
    await house.add_staff(SAM.email, "Sam", role="agent")
    page = link(house, review)
    assert f'<a href="{page}">' in (await house.client.get(page.removesuffix("/notices"))).text
    assert (await house.client.get(page)).status_code == 200
    assert await chosen(house, SAM.email) == "at once"
    foreign = await house.client.post(page, data={"choice": "off"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert (await house.client.post(page, data={"choice": "off"}, headers=OURS)).status_code == 303
    assert await chosen(house, SAM.email) == "off"
    assert (await house.client.get("/s/forged/notices")).status_code == 404


async def test_whom_the_helpdesk_alone_knows_has_nothing_to_choose(house: House) -> None:
    review = await noticed(house)
    record = await house.client.get(link(house, review).removesuffix("/notices"))
    assert record.status_code == 200
    assert "/notices" not in record.text
    assert (await house.client.get(link(house, review))).status_code == 404


async def test_what_an_agent_chooses_keeps_nothing_from_their_lead(house: House) -> None:
    await house.add_staff()
    await house.add_staff(SAM.email, "Sam", role="agent")
    review = await rated(house, "unhappy", ticket="2")
    assert (await house.client.post(link(house, review), data={"choice": "off"}, headers=OURS)).status_code == 303
    log = await house.log(review)
    timeline = await house.store.timeline(review.id)
    notices = [one for one in log.of(Delivery) if one.purpose is DeliveryKind.NOTICE]
    why = {one.recipient.email: nothing_to_tell(one, log, timeline, house.clock.now) for one in notices}
    assert why[SAM.email] == "they chose no mails"
    assert why["lea@acme.example"] == ""
