"""What a customer wants beside an answer: their ticket opened again, their words shown or not."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from reviews import flow, tending
from reviews.deeds import NotFixed
from reviews.events import Press
from reviews.handling import handling
from reviews.holds import Reopened
from reviews.log import Log
from reviews.model import By, DeliveryKind, Mode
from tests.story import RULES, SAM, answered, later, mail, mailed, rated_log, replied, settled
from tests.web_house import House, opened_house


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as doors:
        yield doors


def asked_for_consent(*, words: str = "Sam is a star.") -> Log:
    """Ada was happy and wrote; Sam asks whether that may be shown, and the mail went out."""
    log = replied(rated_log("happy"), words=words)
    log = log.plus(*tending.consent_asked(log, action="a", who=SAM.email, at=later(hours=3)))
    (asking,) = mailed(log, DeliveryKind.CONSENT)
    return settled(log, asking, at=later(hours=3))


@pytest.mark.parametrize(
    ("words", "verdict", "consent"),
    [
        ("Yes", "verified", "granted"),
        ("ja!", "verified", "granted"),
        ("نعم", "verified", "granted"),
        ("No.", "verified", "withdrawn"),
        ("no", "unsigned", "withdrawn"),
        ("yes", "unsigned", "asked"),
        ("yes, but not my name", "verified", "asked"),
        ("Please do not publish", "verified", "withdrawn"),
    ],
)
def test_one_word_answers_the_question_for_consent_and_a_yes_has_to_be_surely_theirs(
    words: str, verdict: str, consent: str
) -> None:
    log = replied(asked_for_consent(), words=words, verdict=verdict, message_id="c@x", at=later(hours=4))
    assert handling(log).consent == consent


def test_a_yes_to_something_else_is_no_consent() -> None:
    log = answered(asked_for_consent(), at=later(hours=4))
    (answer,) = mailed(log, DeliveryKind.ANSWER)
    log = settled(log, answer, at=later(hours=4))
    assert handling(replied(log, words="yes", message_id="c@x", at=later(hours=5))).consent == "asked"


def test_a_yes_is_taken_back_at_any_time() -> None:
    log = replied(asked_for_consent(), words="yes", message_id="c@x", at=later(hours=4))
    log = replied(log, words="Do not publish!", message_id="d@x", at=later(days=90))
    assert handling(log).consent == "withdrawn"


def test_the_chip_says_it_is_not_fixed_with_the_words_and_withdraws_the_question() -> None:
    log = rated_log("unhappy")
    press = Press("page 1", "unhappy", Mode.COMMENT)
    told = partial(flow.commented, press=press, at=later(hours=1, minutes=1), rules=RULES, unfixed=True)
    log = log.plus(*told(log, words="It drops again."))
    (unfixed,) = log.of(NotFixed)
    assert (unfixed.by, unfixed.who, unfixed.words) == (By.CUSTOMER, "", "It drops again.")
    assert log.of(Reopened)
    assert log.plus(*told(log, words="Still.")).of(NotFixed) == (unfixed,)


def test_it_is_never_guessed_from_words() -> None:
    log = replied(rated_log("unhappy"), words="It is not fixed yet! Please reopen the ticket.")
    assert log.of(NotFixed) == ()


async def test_consent_is_given_and_taken_back_on_the_page_and_opening_it_changes_nothing(web: House) -> None:
    review = await web.asked()
    link = web.door.links.consent(review.id).removeprefix(web.door.links.base_url)
    assert (await web.client.get(link)).status_code == 404, "nobody asked"
    at = web.clock.now
    said = partial(flow.replied, mail=mail("Sam is a star."), at=at, rules=RULES)
    await web.store.record(review.id, said)
    await web.store.record(review.id, partial(tending.consent_asked, action="a", who=SAM.email, at=at))
    page = await web.client.get(link)
    assert page.status_code == 200
    assert "Sam is a star." in page.text
    assert handling(await web.log(review)).consent == "asked"
    for choice, state in (("yes", "granted"), ("no", "withdrawn")):
        assert (await web.client.post(link, data={"choice": choice})).status_code == 303
        assert handling(await web.log(review)).consent == state
    assert (await web.client.post(link, data={"choice": "maybe"})).status_code == 422
    unsubscribe = web.door.links.unsubscribe(review.id).rpartition("/")[2]
    assert (await web.client.get(f"/f/{unsubscribe}")).status_code == 404, "a link is good for one thing"
