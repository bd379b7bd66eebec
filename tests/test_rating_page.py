"""What does the rating page do, through real HTTP?"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reviews.facts import Comment, Hit, Review, Vote
from tests.web_house import FORM, SCRIPT, House, opened_house, path_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def link(house: House, review: Review, face: str) -> str:
    return path_of(house.links.rate(review)[face])


def nonce_in(html: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', html)
    assert found
    return found[1]


async def test_a_get_is_kept_and_never_rates(house: House) -> None:
    review = await house.asked()
    answer = await house.client.get(link(house, review, "happy"))
    assert answer.status_code == 200
    log = await house.log(review)
    assert [(hit.link, hit.page) for hit in log.of(Hit)] == [("happy", True)]
    assert not log.of(Vote)


async def test_script(house: House) -> None:
    review = await house.asked()
    path = link(house, review, "unhappy")
    nonce = nonce_in((await house.client.get(path)).text)
    body = {"kind": "vote", "mode": "auto", "answer": "unhappy", "nonce": nonce, "webdriver": "0", "trusted": "0"}
    answer = await house.client.post(path, data=body, headers=SCRIPT)
    assert answer.json() == {"status": "provisional", "rating": "unhappy", "needs_tap": False}
    body = {"kind": "comment", "mode": "comment", "answer": "unhappy", "nonce": nonce, "comment": "still drops"}
    answer = await house.client.post(path, data=body, headers=FORM)
    assert answer.status_code == 303, answer.text
    answer = await house.client.get(answer.headers["location"])
    print(answer.text)
    log = await house.log(review)
    assert log.of(Comment)
    assert 0
