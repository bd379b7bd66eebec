"""Themes are words that stand out, with the texts they came from; what stands out by chance is none."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from reviews import flow
from reviews.facts import Comment
from reviews.roles import Role
from reviews.themes import Quote, phrases, themes
from store.quotes import written
from templates.languages import languages
from tests.store.keeping import recording
from tests.store.test_rollups import pressed
from tests.story import ADA, LEA, RULES, SAM, later, mail
from tests.test_inbox_pages import sign_in as with_session
from tests.test_staff_pages import sign_in
from tests.web_house import House, opened_house

WORDS = "printer laptop screen cable office window router driver update server mouse paper toner backup folder".split()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def quotes(*texts: str) -> list[Quote]:
    return [Quote(str(number), text) for number, text in enumerate(texts)]


def chatter(chance: Random, number: int) -> list[str]:
    return [" ".join(chance.choices(WORDS, k=8)) for _ in range(number)]


def test_what_stands_out_is_found_with_its_texts() -> None:
    chance = Random(1)
    some = quotes(*chatter(chance, 40), *["The VPN drops every hour again"] * 6)
    found = themes(some, quotes(*chatter(chance, 200)))
    assert [one.words for one in found] == ["drops every", "every hour", "vpn drops"]
    assert {quote.text for one in found for quote in one.quotes} == {"The VPN drops every hour again"}
    assert [(one.here, one.rest) for one in found] == [(6, 0)] * 3


@pytest.mark.parametrize("seed", range(5))
def test_what_stands_out_by_chance_is_no_theme(seed: int) -> None:
    chance = Random(seed)
    assert len(themes(quotes(*chatter(chance, 60)), quotes(*chatter(chance, 300)))) <= 2


def test_two_texts_are_no_theme_and_nothing_is_none() -> None:
    assert themes(quotes("awful vpn", "awful vpn"), quotes(*["fine thanks"] * 50)) == []
    assert themes([], []) == themes([], quotes("a vpn")) == []


SAYING = {
    "en": ("It is still with the VPN and that was slow", {"vpn", "slow"}),
    "de": ("Das ist noch immer nicht die Lösung für uns", {"immer", "lösung"}),
    "fr": ("Le réseau était très lent pour nous", {"réseau", "lent"}),
    "es": ("La impresora está muy lenta otra vez con el escáner", {"impresora", "lenta", "vez", "escáner"}),
    "nl": ("Het netwerk was weer niet goed bij ons", {"netwerk", "weer", "goed"}),
    "ar": ("هذا الحاسوب بطيء جدا في المكتب", {"الحاسوب", "بطيء", "المكتب"}),
}


@pytest.mark.parametrize("language", sorted(languages()))
def test_words_that_hold_sentences_together_say_nothing_in_any_language(language: str) -> None:
    text, telling = SAYING[language]
    assert {one for one in phrases(text) if " " not in one} == telling


async def told(house: House, number: int, words: str, *, answer: str, by_mail: bool = False) -> None:
    contact = replace(ADA, email=f"ada{number}@customer.example")
    review = await house.asked(
        ticket=f"T{number}", contact=contact, agent=SAM if number % 2 else LEA, team=f"{number % 2}"
    )
    await pressed(house.store, review, answer, at=later(3_000))
    if by_mail:
        reply = replace(mail(words), message_id=f"{number}@customer.example")
        await house.store.record(review.id, partial(flow.replied, mail=reply, at=later(3_100), rules=RULES))
    else:
        await house.store.record(review.id, recording(Comment(review.id, "page", later(3_100), words)))


async def test_staff_see_what_the_unhappy_write_about_as_far_as_they_see_the_reviews(house: House) -> None:
    await sign_in(house)
    for number in range(8):
        await told(house, number, "<b>VPN</b> drops", answer="unhappy", by_mail=number > 5)
    for number in range(8, 60):
        await told(house, number, "quick and kind", answer="happy")
    house.clock.now = later(hours=9)
    page = (await house.client.get("/figures/themes")).text
    assert "8 of 8, elsewhere 0 of 52" in page
    assert "&lt;b&gt;VPN&lt;/b&gt; drops" in page
    assert "ticket T7" in page
    assert "Nothing stands out." in page  # nothing is new
    await with_session(house, role=Role.AGENT, team="")
    assert "4 of 4, elsewhere 0 of 26" in (await house.client.get("/figures/themes?weeks=4")).text
    assert (await house.client.get("/figures/themes?weeks=5")).status_code == 404
    assert (await house.client.get("/figures/themes?brand=nobody")).status_code == 404
    assert await house.store.read(partial(written, since=later(hours=8), now=later(hours=9))) == []
