"""What customers say, for everybody: only what they were asked about and agreed to, gone the moment they take it back.
And what came of it, to who wanted to hear it: once."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reviews import flow, tending
from reviews.events import Press
from reviews.facts import Comment, Delivery, Review
from reviews.handling import may_hear
from reviews.holds import Suppression
from reviews.log import Log
from reviews.model import FIRST_NAME, INITIALS, NAMELESS, UNSUBSCRIBED, DeliveryKind, Mode, Person
from reviews.sending import Drop, Due
from reviews.testimonials import may_be_shown
from reviews.wanted import consented, outcome_wished
from store import forgetting
from templates.languages import languages
from tests.outside import LINKS, RULES, Outside, outside
from tests.story import SAM, START, due, later, visit
from tests.test_staff_pages import sign_in
from tests.web_house import FORM, House, opened_house, path_of
from tests.weeks import rated

__all__ = ["outside"]
PAGE = "/testimonials/acme"


def asked(words: str = "Sam is a star.", **changes: Any) -> Log:
    """A log whose customer was asked whether these words may be shown."""
    first, *rest = rated("1", "happy", words, at=START, **changes)
    assert isinstance(first, Review)
    log = Log(first).plus(*rest)
    return log.plus(*tending.consent_asked(log, action="a", who=SAM.email, at=later(60)))


def said_yes(log: Log, shown_as: str = FIRST_NAME) -> Log:
    return log.plus(*consented(log, at=later(90), shown_as=shown_as))


# what may be shown


@pytest.mark.parametrize(
    ("shown_as", "name", "shown"),
    [
        (FIRST_NAME, "Ada Lovelace", "Ada"),
        (INITIALS, "Ada Lovelace", "A. L."),
        (INITIALS, "ada maría de la cruz", "A. M. D."),
        (NAMELESS, "Ada Lovelace", ""),
        (FIRST_NAME, "", ""),
        (INITIALS, "  ", ""),
    ],
)
def test_words_are_shown_under_the_name_that_was_agreed_to(shown_as: str, name: str, shown: str) -> None:
    log = said_yes(asked(contact=Person("ada@customer.example", name)), shown_as)
    found = may_be_shown(log, LINKS.ours)
    assert found
    assert (found.words, found.name) == ("Sam is a star.", shown)


def test_nothing_is_shown_without_a_yes_or_after_it_was_taken_back() -> None:
    log = asked()
    assert may_be_shown(log, LINKS.ours) is None
    yes = said_yes(log)
    assert may_be_shown(yes, LINKS.ours)
    assert may_be_shown(yes.plus(*consented(yes, at=later(99), withdrawn=True)), LINKS.ours) is None


def test_what_is_written_after_the_question_was_not_agreed_to() -> None:
    log = asked()
    log = log.plus(Comment(log.review.id, "another page", later(70), "My boss must not read this."))
    found = may_be_shown(said_yes(log), LINKS.ours)
    assert found
    assert found.words == "Sam is a star."


def test_a_signed_link_in_the_words_is_not_shown() -> None:
    found = may_be_shown(said_yes(asked(f"Good {LINKS.unsubscribe('x' * 26)}")), LINKS.ours)
    assert found
    assert found.words == "Good [link taken out]"


def test_another_name_may_be_chosen_later_and_the_same_choice_is_one() -> None:
    log = said_yes(asked())
    assert consented(log, at=later(95)) == ()
    [changed] = consented(log, at=later(95), shown_as=INITIALS)
    found = may_be_shown(log.plus(changed), LINKS.ours)
    assert found
    assert found.name == "A. L."


# the page


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        house.clock.now = later(hours=1)
        brands = dict(house.door.brands)
        brands["acme"] = replace(brands["acme"], testimonials=True)
        door = replace(house.door, brands=brands)
        yield replace(house, door=door, client=replace(house, door=door).from_address("203.0.113.9"))


async def shown(house: House, words: str = "Sam is a star.", **changes: Any) -> Review:
    """A customer who was asked, and said yes on the page."""
    number = changes.pop("number", "1")
    facts = rated(number, "happy", words, at=START, **changes)
    await house.store.record_past(*facts)
    review = facts[0]
    assert isinstance(review, Review)
    await house.store.record(review.id, partial(tending.consent_asked, action=number, who=SAM.email, at=START))
    await chosen(house, review, "yes")
    return review


async def chosen(house: House, review: Review, choice: str) -> None:
    link = path_of(house.links.consent(review.id))
    assert (await house.client.post(link, data={"choice": choice}, headers=FORM)).status_code == 303


async def test_there_is_no_page_unless_the_brands_file_says_so(house: House, tmp_path: Path) -> None:
    await shown(house)
    assert (await house.client.get(PAGE)).status_code == 200
    assert (await house.client.get("/testimonials/nobodys")).status_code == 404
    off = replace(house.door, brands={"acme": replace(house.door.brands["acme"], testimonials=False)})
    silent = replace(house, door=off).from_address("203.0.113.10")
    for path in (PAGE, f"{PAGE}.json"):
        assert (await silent.get(path)).status_code == 404


async def test_the_latest_to_choose_come_first_and_who_chose_twice_comes_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [await shown(house, f"Words {number}.", number=str(number)) for number in range(4)]
    house.clock.forward(minutes=5)
    await house.store.record(made[0].id, partial(consented, at=house.clock.now, shown_as=INITIALS))
    for most, numbers in ((100, "0321"), (2, "03"), (3, "032")):
        monkeypatch.setattr("store.testimonials.LATEST_MAX", most)
        told = json.loads((await house.client.get(f"{PAGE}.json")).text)["quotes"]
        assert [one["words"] for one in told] == [f"Words {number}." for number in numbers]


async def test_the_page_has_the_words_and_no_more_of_the_customer(house: House) -> None:
    await shown(house, company="Customer Ltd")
    page = await house.client.get(PAGE)
    assert "Sam is a star." in page.text
    assert "Ada1" in page.text
    for secret in ("Lovelace", "Customer Ltd", "@customer.example", "Ticket", "<script"):
        assert secret not in page.text
    told = json.loads((await house.client.get(f"{PAGE}.json")).text)
    assert told == {
        "brand": "acme",
        "name": "Acme IT",
        "quotes": [{"words": "Sam is a star.", "name": "Ada1", "language": None, "since": "2026-11-21"}],
    }


async def test_what_is_taken_back_is_gone_at_once_and_what_is_unchanged_costs_nothing(house: House) -> None:
    review = await shown(house)
    first = await house.client.get(PAGE)
    assert first.headers["cache-control"] == "public, no-cache"
    tag = first.headers["etag"]
    again = await house.client.get(PAGE, headers={"If-None-Match": tag})
    assert (again.status_code, again.text) == (304, "")
    await chosen(house, review, "no")
    gone = await house.client.get(PAGE, headers={"If-None-Match": tag})
    assert gone.status_code == 200
    assert "Sam is a star." not in gone.text
    assert "Nothing is shown here yet." in gone.text


async def test_who_is_forgotten_is_not_shown_any_more(house: House) -> None:
    review = await shown(house)
    assert "Sam is a star." in (await house.client.get(PAGE)).text
    await forgetting.forget(house.store, review.contact.email, at=house.clock.now, new_id=house.door.new_id)
    assert "Sam is a star." not in (await house.client.get(PAGE)).text


async def test_a_brand_shows_its_own_customers_alone(house: House) -> None:
    await shown(house, "Of another brand", brand="beta", number="2")
    assert "Of another brand" not in (await house.client.get(PAGE)).text


@pytest.mark.parametrize("code", list(languages()))
async def test_the_page_speaks_every_language(house: House, code: str) -> None:
    page = (await house.client.get(f"{PAGE}?language={code}")).text
    assert f'lang="{code}"' in page
    assert languages()[code].say("What customers say") in page


@pytest.mark.parametrize(("choice", "name"), [("yes", "Ada1"), ("initials", "A. L."), ("nameless", "A customer")])
async def test_the_customer_chooses_the_name_on_the_page(house: House, choice: str, name: str) -> None:
    review = await shown(house)
    await chosen(house, review, "no")
    asking = await house.client.get(path_of(house.links.consent(review.id)))
    assert "Yes, with my initials" in asking.text
    await chosen(house, review, choice)
    assert f'<figcaption dir="auto">{name}</figcaption>' in (await house.client.get(PAGE)).text


# what came of it


def wished(words: str = "It drops every hour.") -> Log:
    first, *rest = rated("1", "unhappy", words, at=START)
    assert isinstance(first, Review)
    log = Log(first).plus(*rest)
    return log.plus(*outcome_wished(log, at=later(10)))


def told(log: Log, words: str = "The access points were replaced.", action: str = "form") -> Log:
    return log.plus(*tending.outcome_told(log, action=action, who=SAM, words=words, at=later(hours=2)))


def outcomes(log: Log) -> list[Delivery]:
    return [mail for mail in log.of(Delivery) if mail.purpose is DeliveryKind.CAME_OF]


def test_who_wants_to_hear_what_came_of_it_is_told_once() -> None:
    log = wished()
    assert outcome_wished(log, at=later(20)) == ()
    assert may_hear(log)
    once = told(log)
    assert len(outcomes(once)) == 1
    assert not may_hear(once)
    assert len(outcomes(told(once, action="another form"))) == 1
    assert due(once, outcomes(once)[0], now=later(hours=3)) == Due()


def test_nobody_is_told_who_did_not_ask_or_is_not_mailed_any_more() -> None:
    first, *rest = rated("1", "unhappy", "It drops.", at=START)
    assert isinstance(first, Review)
    assert outcomes(told(Log(first).plus(*rest))) == []
    assert outcomes(told(wished(), words="  ")) == []
    log = wished()
    stop = Suppression("acme", log.review.contact.email, UNSUBSCRIBED, "page", later(60))
    assert outcomes(told(log.plus(stop))) == []
    once = told(log)
    assert due(once.plus(stop), outcomes(once)[0], now=later(hours=3)) == Drop(UNSUBSCRIBED)


async def test_the_wish_is_told_on_the_rating_page_and_the_mail_arrives(outside: Outside) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    outside.clock.now += timedelta(minutes=30)
    opened = partial(flow.link_opened, hit="h", link="unhappy", visit=visit(), at=outside.clock(), rules=RULES)
    await outside.store.record(review.id, opened)
    press = Press("h", "unhappy", Mode.COMMENT, trusted=True)
    said = partial(flow.commented, press=press, words="It drops.", at=outside.clock(), rules=RULES, hear=True)
    await outside.store.record(review.id, said)
    rule = partial(tending.outcome_told, action="form", who=SAM, words="We replaced it.", at=outside.clock())
    await outside.store.record(review.id, rule)
    await outside.store.record(review.id, partial(rule, action="again"))
    while await outside.mailer.send_due():
        pass
    mails = [m for m in outside.office.posted if "What came of your feedback" in str(m.mail["Subject"])]
    assert [mail.recipients for mail in mails] == [[review.contact.email]]
    text = mails[0].text()
    assert "We replaced it." in text
    assert "> It drops." in text
    assert "/u/" in str(mails[0].mail["List-Unsubscribe"])
    assert mails[0].mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "@reply.acme.example" in str(mails[0].mail["Reply-To"])


async def test_staff_tell_it_from_the_record(house: House) -> None:
    facts = rated("1", "unhappy", "It drops.", at=START)
    await house.store.record_past(*facts)
    review = facts[0]
    assert isinstance(review, Review)
    await sign_in(house)
    record = f"/reviews/{review.id}"
    assert "wants to hear what came of it" not in (await house.client.get(record)).text
    await house.store.record(review.id, partial(outcome_wished, at=START))
    assert "wants to hear what came of it" in (await house.client.get(record)).text
    form = {"do": "outcome", "words": "We replaced it."}
    assert (await house.client.post(f"{record}/do", data=form, headers=FORM)).status_code == 303
    assert "wants to hear what came of it" not in (await house.client.get(record)).text
    assert len(outcomes(await house.log(review))) == 1
