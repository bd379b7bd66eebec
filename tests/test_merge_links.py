"""What can a link do whose ticket number nobody signed, and what can it not? Through real HTTP, on a real store."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx2
import pytest

from reviews.facts import Comment, Delivery, Review, Vote
from reviews.links import Links
from reviews.model import Mode
from store import Source, Wanted, sources
from tests.web_house import SCRIPT, House, opened_house, path_of
from web.door import BEGUN_A_MINUTE
from web.rating.merged import FIRST, KNOWN


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        source = Source("zammad", "acme", "a secret", {})
        await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
        yield house


def link(house: House, mode: str, number: str, answer: str = "unhappy") -> str:
    patterns = house.links.merge_patterns("zammad", mode, "faces3", place="{{ticket.id}}")
    return path_of(patterns[answer].replace("{{ticket.id}}", number))


async def found(house: House) -> list[Review]:
    return [one.review for one in await house.store.reviews(Wanted(), now=house.clock.now, most=200)]


def nonce_of(page: httpx2.Response) -> str:
    return page.text.split('name="nonce" value="')[1].split('"')[0]


async def press(client: httpx2.AsyncClient, page: httpx2.Response, path: str, answer: str) -> int:
    """The button of the page that was opened there."""
    fields = {"nonce": nonce_of(page), "kind": "vote", "answer": answer, "mode": Mode.BUTTON.value, "trusted": "1"}
    return (await client.post(path, data=fields, headers=SCRIPT)).status_code


async def test_a_ticket_that_was_told_of_leads_to_its_own_page(house: House) -> None:
    review = await house.asked(ticket="48213")
    answer = await house.client.get(link(house, KNOWN, "48213"))
    assert answer.status_code == 303
    assert answer.headers["location"] == path_of(house.links.rate(review)["unhappy"])


async def test_a_ticket_that_was_not_told_of_leads_nowhere_and_begins_nothing(house: House) -> None:
    assert (await house.client.get(link(house, KNOWN, "999"))).status_code == 404
    assert await found(house) == []


async def test_where_nothing_is_told_the_first_use_begins_a_review_that_is_never_mailed(house: House) -> None:
    for answer in ("unhappy", "happy"):
        assert (await house.client.get(link(house, FIRST, "77", answer))).status_code == 303
    (review,) = await found(house)
    assert (review.ticket, review.contact.email, review.asks_at) == ("77", "nobody@unknown.invalid", None)
    assert (await house.log(review)).of(Delivery) == ()


async def test_who_rated_first_may_change_it_and_nobody_else_can(house: House) -> None:
    path = (await house.client.get(link(house, FIRST, "77"))).headers["location"]
    page = await house.client.get(path)
    house.clock.forward(seconds=5)
    assert await press(house.client, page, path, "unhappy") == 200
    (review,) = await found(house)
    timeline = await house.store.timeline(review.id)
    assert (timeline.at(house.clock.now).value, timeline.at(house.clock.now).counted) == ("unhappy", True)
    assert (await house.client.get(link(house, FIRST, "77", "happy"))).status_code == 303
    async with house.from_address("198.51.100.9") as other:
        refused = await other.get(link(house, FIRST, "77", "happy"))
    assert refused.status_code == 200
    assert "This was answered already" in refused.text


async def test_of_two_who_open_it_one_rates(house: House) -> None:
    path = (await house.client.get(link(house, FIRST, "77"))).headers["location"]
    async with house.from_address("198.51.100.9") as other:
        pages = [await client.get(path) for client in (house.client, other)]
        house.clock.forward(seconds=5)
        both = zip((house.client, other), pages, ("unhappy", "happy"), strict=True)
        told = await asyncio.gather(*(press(client, page, path, answer) for client, page, answer in both))
        assert sorted(told) == [200, 409]
        words = {"nonce": nonce_of(pages[told.index(409)]), "kind": "comment", "comment": "Mine.", "answer": "happy"}
        loser = (house.client, other)[told.index(409)]
        assert (await loser.post(path, data=words, headers=SCRIPT)).status_code == 409
    (review,) = await found(house)
    log = await house.log(review)
    assert (len(log.of(Vote)), log.of(Comment)) == (1, ())
    assert log.of(Vote)[0].answer == ("unhappy", "happy")[told.index(200)]


@pytest.mark.parametrize("number", ["{{ticket.id}}", "", "a b", "x" * 61, "<script>", "77\n"])
async def test_a_placeholder_that_was_not_filled_and_other_nonsense_are_no_numbers(house: House, number: str) -> None:
    path = link(house, FIRST, "77").partition("?")[0]
    answer = await house.client.get(path, params={"ticket": number})
    assert answer.status_code == (303 if number == "77\n" else 404)


async def test_a_pattern_of_somebody_else_or_of_a_source_that_is_gone_leads_nowhere(house: House) -> None:
    forged = Links(type(house.links.keys)(["x" * 40]), house.links.base_url, house.links.reply_domain)
    pattern = forged.merge_patterns("zammad", FIRST, "faces3", place="77")["happy"]
    assert (await house.client.get(path_of(pattern))).status_code == 404
    await house.store.write(partial(sources.drop_source, id="zammad", at=house.clock.now))
    assert (await house.client.get(link(house, FIRST, "77"))).status_code == 404


async def test_who_counts_numbers_up_is_slowed(house: House) -> None:
    told = [
        (await house.client.get(link(house, FIRST, str(number)))).status_code for number in range(BEGUN_A_MINUTE + 1)
    ]
    assert told == [303] * BEGUN_A_MINUTE + [429]
