"""The faces for a helpdesk's own mail: the links of an invitation, in the customer's language, given once."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from selectolax.lexbor import LexborHTMLParser

from reviews.clicks import decide
from reviews.counting import Measure, counts
from reviews.facts import Comment, SnippetGiven
from reviews.log import Log
from reviews.model import Cause
from templates.brands import SHIPPED, read_brand
from tests.story import RULES
from tests.test_api import AUTHORISED, close
from tests.web_house import FORM, SCRIPT, House, opened_house

ACME = read_brand(SHIPPED / "acme.toml")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        house.client.headers.update(AUTHORISED)
        yield house


async def asked(house: House, **changes: object) -> str:
    review: str = (await close(house, **({"ask": "embedded"} | changes))).json()["review"]
    return review


async def snippet(house: House, review: str) -> httpx2.Response:
    return await house.client.get(f"/api/v1/reviews/{review}/snippet")


async def known(house: House, review: str) -> Log:
    log = await house.store.log(review)
    assert log
    return log


async def test_the_faces_are_ready_html_and_text_with_the_links_of_the_review(house: House) -> None:
    review = await asked(house)
    given = (await snippet(house, review)).json()
    rate = house.links.rate((await known(house, review)).review)
    links = [node.attributes["href"] for node in LexborHTMLParser(given["html"]).css("a")]
    assert [one["url"] for one in given["faces"]] == [rate[face.value] for face in ACME.faces]
    for url in rate.values():
        assert url in links
        assert url in given["text"]
    assert "<style" not in given["html"]


async def test_they_speak_the_customers_language(house: House) -> None:
    given = (await snippet(house, await asked(house))).json()
    assert (given["language"], given["question"]) == ("de", "Wie waren wir?")
    assert "Ein Klick ist Ihre Antwort" in given["html"]
    arabic = (await snippet(house, await asked(house, ticket="2", language="ar"))).json()
    assert 'dir="rtl"' in arabic["html"]


async def test_the_first_time_is_when_it_was_asked_and_is_kept_once(house: House) -> None:
    review = await asked(house)
    first = (await snippet(house, review)).json()
    house.clock.forward(minutes=20)
    assert (await snippet(house, review)).json() == first
    log = await known(house, review)
    [given] = log.of(SnippetGiven)
    assert log.sends == (given.at,)
    assert given.wording == "Wie waren wir? / Sehr gut / Geht so / Nicht gut"


async def test_such_an_asking_is_counted_in_a_denominator_of_its_own(house: House) -> None:
    review = await asked(house)
    await snippet(house, review)
    log = await known(house, review)
    measures = {measure for _, measure in counts(log, decide(log, RULES), house.clock.now)}
    assert measures == {Measure.EMBEDDED}


@pytest.mark.parametrize(("ask", "status"), [("later", 409), ("now", 409), ("never", 409), ("embedded", 200)])
async def test_only_who_is_asked_in_the_helpdesks_own_mail_is_asked_so(house: House, ask: str, status: int) -> None:
    assert (await snippet(house, await asked(house, ask=ask))).status_code == status


async def test_who_asked_for_no_more_questions_gets_none_so_either(house: House) -> None:
    review = await asked(house)
    unsubscribe = house.links.unsubscribe(review).removeprefix(house.links.base_url)
    await house.client.post(unsubscribe, data={"choice": "stop"}, headers=FORM)
    answer = await snippet(house, review)
    assert (answer.status_code, "unsubscribed" in answer.json()["detail"]) == (409, True)
    assert not (await known(house, review)).of(SnippetGiven)


async def test_without_a_key_and_without_a_review_there_is_nothing(house: House) -> None:
    assert (await snippet(house, "nothing")).status_code == 404
    review = await asked(house)
    house.client.headers.pop("authorization")
    assert (await snippet(house, review)).status_code == 401


async def test_a_face_opens_the_page_in_the_customers_language_and_chips_say_what_it_was_about(house: House) -> None:
    review = await asked(house)
    face = (await snippet(house, review)).json()["faces"][-1]["url"].removeprefix(house.links.base_url)
    house.clock.forward(hours=1)
    page = LexborHTMLParser((await house.client.get(face)).text)
    assert page.css_matches('html[lang="de"]')
    [shown] = page.css("fieldset.chips:not([hidden])")
    assert [chip.text(strip=True) for chip in shown.css("label")][:2] == [
        "Es ist nicht gelöst",
        "Es hat zu lange gedauert",
    ]
    nonce = page.css_first("input[name=nonce]")
    assert nonce is not None
    tapped = {"kind": "comment", "mode": "comment", "answer": "unhappy", "nonce": nonce.attributes["value"] or ""}
    answer = await house.client.post(face, data={**tapped, "cause-1": "fix", "cause-2": "wait"}, headers=SCRIPT)
    assert answer.json()["rating"] == "unhappy"
    [comment] = (await known(house, review)).of(Comment)
    assert (comment.words, comment.causes) == ("", (Cause.FIX, Cause.WAIT))
    record = (await house.client.get(f"/api/v1/reviews/{review}")).json()
    assert (record["causes"], record["comment"]) == (["fix", "wait"], None)
    wrong = await house.client.post(face, data={**tapped, "cause-1": "weather"}, headers=SCRIPT)
    assert wrong.status_code == 422
