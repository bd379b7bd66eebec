"""Staff answer by mail: what goes on to the customer, what is held, and what is still owed."""

from datetime import datetime

import pytest

from reviews import flow
from reviews.clicks import decide
from reviews.facts import Message, StaffAction
from reviews.followups import FollowUp, follow_up
from reviews.log import Log
from reviews.model import Mode
from tests.story import (
    ADA,
    ANSWER,
    HELD,
    NOTICE,
    RULES,
    SAM,
    START,
    answered,
    asked_log,
    later,
    mailed,
    opened,
    rated_log,
    replied,
    the_delivery,
    voted,
)


def test_an_answer_that_is_surely_theirs_goes_to_the_customer() -> None:
    log = answered(replied(asked_log()))
    message = log.of(Message)[-1]
    (answer,) = mailed(log, ANSWER)
    assert (answer.recipient, answer.occasion, message.held) == (ADA, message.id, "")
    assert flow.sent_on(log, message)
    assert mailed(log, HELD) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sender": "sam@private.example"}, "it came from another address than the notice went to"),
        ({"verdict": "unsigned"}, "nothing proves that it came from the address it names"),
        ({"verdict": "unchecked"}, "nothing proves that it came from the address it names"),
        ({"verdict": "broken"}, "its signature does not hold, so it may have been changed on the way"),
        ({"verdict": "forged"}, "the domain it names says that it is forged"),
        ({"words": " \n"}, "no words were found in it, and files are not sent on"),
    ],
)
def test_an_answer_that_may_be_forged_is_held_and_its_owner_told(changes: dict[str, object], why: str) -> None:
    log = answered(replied(asked_log()), **changes)
    message = log.of(Message)[-1]
    assert message.held == why
    assert mailed(log, ANSWER) == []
    assert [held.recipient for held in mailed(log, HELD)] == [SAM]
    assert not flow.sent_on(log, message)


def test_an_address_in_other_letters_is_the_same_address() -> None:
    assert mailed(answered(asked_log(), sender="SAM@Acme.example"), ANSWER)


@pytest.mark.parametrize(("first", "second"), [("verified", "unsigned"), ("unsigned", "verified")])
def test_an_answer_read_twice_is_decided_once(first: str, second: str) -> None:
    """The proof of its sender stands in DNS, and may be gone, or there, at the second look."""
    once_read = answered(asked_log(), verdict=first)
    assert answered(once_read, verdict=second) == once_read


def test_a_held_answer_is_sent_once() -> None:
    log = answered(asked_log(), verdict="unsigned")
    held = log.of(Message)[-1]
    for form in ("form 1", "form 1", "form 2"):
        log = log.plus(*flow.held_answer_sent(log, message=held.id, action=form, who=SAM.email, at=later(hours=4)))
    assert [action.id for action in log.of(StaffAction)] == ["form 1"]
    assert [answer.occasion for answer in mailed(log, ANSWER)] == [held.id]
    assert flow.sent_on(log, held)


def test_what_is_not_held_cannot_be_sent_from_the_page() -> None:
    log = answered(replied(asked_log()))
    for message in ("nobody's", *(message.id for message in log.of(Message))):
        assert flow.held_answer_sent(log, message=message, action="form", who=SAM.email, at=START) == ()


def test_a_seat_is_known_by_the_notice_that_went_to_it() -> None:
    log = replied(asked_log())
    (notice,) = mailed(log, NOTICE)
    assert flow.seat_person(log, notice.seat) == SAM
    assert flow.seat_person(log, "another") is None
    assert flow.seat_person(asked_log(), notice.seat) is None
    customers = the_delivery(log).seat
    assert flow.seat_person(log, customers) is None, "the customer has no seat among staff"


@pytest.mark.parametrize(("value", "owed"), [("happy", None), ("neutral", "open"), ("unhappy", "open")])
def test_who_was_not_happy_is_owed_an_answer(value: str, owed: str | None) -> None:
    log = rated_log(value)
    follow = follow_up(log, decide(log, RULES), later(hours=2))
    assert (follow and follow.status) == owed
    assert follow in (None, FollowUp("open", SAM, later(hours=25), later(hours=1), "rating"))


def status_of(log: Log, *, now: datetime) -> str | None:
    follow = follow_up(log, decide(log, RULES), now)
    return follow.status if follow else None


def test_an_answer_settles_what_is_owed_and_a_held_one_only_when_it_is_sent() -> None:
    log = rated_log("unhappy")
    assert status_of(answered(log), now=later(hours=4)) == "answered"
    log = answered(log, verdict="unsigned")
    assert status_of(log, now=later(hours=4)) == "open"
    held = log.of(Message)[-1].id
    log = log.plus(*flow.held_answer_sent(log, message=held, action="form", who=SAM.email, at=later(hours=5)))
    assert (status_of(log, now=later(hours=4)), status_of(log, now=later(hours=5))) == ("open", "answered")


def test_a_customer_unhappy_anew_is_owed_anew() -> None:
    log = answered(rated_log("unhappy"))
    for hours, value in ((5, "happy"), (6, "unhappy")):
        log = voted(log, "page 1", value, Mode.BUTTON, at=later(hours=hours))
    assert [status_of(log, now=later(hours=hours)) for hours in (4, 5, 6)] == ["answered", None, "open"]
    assert follow_up(log, decide(log, RULES), later(hours=6)) == FollowUp(
        "open", SAM, later(hours=30), later(hours=6), "rating"
    )


def test_a_customers_own_words_settle_nothing() -> None:
    assert status_of(replied(rated_log("unhappy")), now=later(hours=3)) == "open"


def test_nobody_owns_what_nobody_did() -> None:
    log = opened(asked_log(agent=None), "p", at=later(hours=1))
    log = voted(log, "p", "unhappy", Mode.BUTTON, at=later(hours=1))
    follow = follow_up(log, decide(log, RULES), later(hours=2))
    assert follow is not None
    assert follow.owner is None
