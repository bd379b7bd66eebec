"""A mail that says thank you: where the brand wishes it, once, when an answer counts and no person was quicker."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from reviews import flow, subscriptions
from reviews.events import Press
from reviews.facts import Delivery
from reviews.log import Log
from reviews.manners import Manners
from reviews.model import DeliveryKind, Mode
from reviews.sending import Drop, Due
from reviews.thanking import LINGER
from templates.asking import read_manners
from templates.brand_file import BrandError, Table
from tests.outside import Outside, outside
from tests.story import (
    RULES,
    SLOTS,
    START,
    answered,
    begun,
    closed_ticket,
    due,
    later,
    mailed,
    opened,
    replied,
    sent,
    settled,
    the_delivery,
    visit,
    voted,
)

__all__ = ["outside"]

THANKING = Manners(thanks=True)
RATED_AT = later(hours=1)


def asked(manners: Manners = THANKING) -> Log:
    log = begun(flow.ticket_closed(closed_ticket(), at=START, slots=SLOTS, rules=RULES, manners=manners))
    return log.plus(sent(the_delivery(log), at=START))


def rated(log: Log, answer: str = "happy", mode: Mode = Mode.BUTTON) -> Log:
    return voted(opened(log, "page 1", at=RATED_AT), "page 1", answer, mode, at=RATED_AT)


def thanks_of(log: Log) -> list[Delivery]:
    return mailed(log, DeliveryKind.THANKS)


def test_nobody_is_thanked_unless_the_brand_wishes_it() -> None:
    assert thanks_of(rated(asked(Manners()))) == []
    [delivery] = thanks_of(rated(asked()))
    assert (delivery.recipient.email, delivery.due_at) == ("ada@customer.example", RATED_AT + LINGER)


def test_an_answer_that_has_to_settle_is_thanked_for_after_that() -> None:
    log = rated(asked(), mode=Mode.AUTO)
    [delivery] = thanks_of(log)
    assert delivery.due_at == RATED_AT + RULES.hold + LINGER
    assert due(log, delivery, now=RATED_AT + timedelta(minutes=1)) == Drop("no rating counts")
    assert due(log, delivery, now=delivery.due_at) == Due()


def test_a_change_of_mind_and_a_comment_are_no_second_thanks() -> None:
    log = rated(asked())
    log = voted(log, "page 1", "unhappy", Mode.BUTTON, at=RATED_AT + timedelta(minutes=1))
    log = replied(log, words="It still drops.")
    [delivery] = thanks_of(log)
    log = settled(log, delivery, at=delivery.due_at)
    again = replace(delivery, occasion="rated:another")
    assert due(log, again, now=delivery.due_at) == Drop("they were thanked already")


def test_who_was_answered_by_a_person_needs_no_machines_thanks() -> None:
    log = answered(rated(asked()))
    [delivery] = thanks_of(log)
    assert due(log, delivery, now=delivery.due_at) == Due(), "the answer has not gone out"
    log = settled(log, the_delivery(log, DeliveryKind.ANSWER), at=delivery.due_at)
    assert due(log, delivery, now=delivery.due_at) == Drop("a person has answered them")


def test_who_wants_no_mails_gets_no_thanks() -> None:
    log = rated(asked())
    log = log.plus(*subscriptions.unsubscribed(log, at=RATED_AT))
    assert due(log, thanks_of(log)[0], now=RATED_AT + LINGER) == Drop("unsubscribed")


def test_the_brands_file_says_so() -> None:
    assert read_manners(Table("acme.toml", "asking.", {"thanks": True}), timezone="UTC").thanks
    with pytest.raises(BrandError, match=r"asking\.thanks is 'yes'; expected true or false"):
        read_manners(Table("acme.toml", "asking.", {"thanks": "yes"}), timezone="UTC")


async def test_the_thanks_come_in_the_thread_of_the_question(outside: Outside) -> None:
    facts = flow.ticket_closed(
        closed_ticket(ask="now", closed_at=outside.clock()),
        at=outside.clock(),
        slots=SLOTS,
        rules=RULES,
        manners=THANKING,
    )
    await outside.store.record_new(*facts)
    await outside.mailer.send_due()
    at = outside.clock() + timedelta(hours=1)
    press = Press("page 1", "happy", Mode.BUTTON, trusted=True)
    await outside.store.record(
        facts[0].review, partial(flow.link_opened, hit="page 1", link="happy", visit=visit(), at=at, rules=RULES)
    )
    await outside.store.record(facts[0].review, partial(flow.voted, press=press, at=at, rules=RULES))
    outside.clock.now = at + timedelta(days=1)
    while await outside.mailer.send_due():
        pass
    question, *_, thanks = [mail for mail in outside.office.posted if mail.recipients == ["ada@customer.example"]]
    assert thanks.mail["In-Reply-To"] == question.mail["Message-ID"]
    assert thanks.mail["Subject"] == f"Re: {question.mail['Subject']}"
    assert thanks.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Thank you. Your answer has reached us:" in thanks.text()
    assert "Great" in thanks.text()
