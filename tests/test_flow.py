"""The story in order: what happened, and which facts that means. Twice is once, everywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reviews import flow, staff_answers, subscriptions
from reviews.clicks import decide
from reviews.events import Press
from reviews.facts import AutoReply, Bounce, Comment, Delivery, Message, Review, Vote
from reviews.holds import Suppression
from reviews.log import Log
from reviews.model import BOUNCED, UNSUBSCRIBED, By, DeliveryKind, Mode
from tests.story import (
    ADA,
    CLOSED_AT,
    NOTICE,
    RULES,
    SAM,
    START,
    answered,
    asked_log,
    bounce_of,
    closed_log,
    closing,
    later,
    mail,
    mailed,
    opened,
    replied,
    staff_mail,
    voted,
)


def test_a_closed_ticket_is_a_review_and_an_invitation() -> None:
    review, invitation = closing()
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    assert (review.brand, review.ticket, review.contact, review.agent) == ("acme", "48213", ADA, SAM)
    assert (invitation.review, invitation.recipient, invitation.due_at) == (review.id, ADA, CLOSED_AT + RULES.delay)
    assert (review.asks_at, review.not_asked) == (invitation.due_at, "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"closed_at": CLOSED_AT - timedelta(days=8)}, "closed more than 7 days ago"),
        ({"closed_at": CLOSED_AT - timedelta(days=8), "ask": "now"}, "closed more than 7 days ago"),
        ({"ask": "never"}, "the helpdesk said not to ask"),
        ({"ask": "embedded"}, "the question stands in the helpdesk's own mail"),
    ],
)
def test_a_customer_who_is_not_asked_has_a_review_that_says_why(changes: dict[str, Any], reason: str) -> None:
    (review,) = closing(**changes)
    assert isinstance(review, Review)
    assert (review.asks_at, review.not_asked) == (None, reason)


def test_a_webhook_told_twice_is_one_review_and_the_next_closing_another() -> None:
    ids = [
        closing(**changes)[0].id
        for changes in (
            {},
            {"at": later(60), "subject": "New"},
            {"closing": "closed-2"},
            {"ticket": "2"},
            {"brand": "zenith"},
            {"source": "jira"},
        )
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 5


def test_parts_of_an_identity_do_not_run_into_each_other() -> None:
    assert closing(ticket="1", closing="23")[0].id != closing(ticket="12", closing="3")[0].id


def once(log: Log, again: Callable[[Log], flow.Facts]) -> None:
    """That event, told again on the log that holds it, adds nothing."""
    first = log.plus(*again(log))
    assert len(first.facts) + len(first.suppressions) > len(log.facts) + len(log.suppressions), (
        "the event means something"
    )
    assert first.plus(*again(first)) == first


PRESS = Press("page 1", "unhappy", Mode.BUTTON, trusted=True)


@pytest.mark.parametrize(
    "event",
    [
        lambda log: flow.page_arrived(log, hit="page 1", at=later(60)),
        lambda log: flow.page_touched(log, hit="page 1", event="scroll", at=later(hours=9), rules=RULES),
        lambda log: flow.voted(log, press=PRESS, at=later(hours=9), rules=RULES),
        lambda log: flow.commented(log, press=PRESS, words="Words.", at=later(hours=9), rules=RULES),
        lambda log: subscriptions.unsubscribed(log, at=later(60)),
        lambda log: flow.replied(log, mail=mail(), at=later(60), rules=RULES),
        lambda log: flow.replied(log, mail=mail(message_id=""), at=later(60), rules=RULES),
        lambda log: staff_answers.staff_answered(log, mail=staff_mail(), seat=SAM, at=later(60)),
        lambda log: staff_answers.staff_answered(log, mail=staff_mail(verdict="unsigned"), seat=SAM, at=later(60)),
        lambda log: flow.machine_answered(log, mail="raw", subject="Away", reason="auto-submitted", at=later(60)),
        lambda log: flow.bounced(log, bounce=bounce_of(log), at=later(60)),
    ],
)
def test_the_same_thing_told_twice_is_one(event: Callable[[Log], flow.Facts]) -> None:
    log = opened(asked_log(), "page 1", at=later(hours=1))
    once(voted(log, "page 1", "happy", Mode.AUTO, at=later(hours=1, seconds=1)), event)


def test_a_touch_told_twice_makes_no_second_notice() -> None:
    """The second comes later, and by it alone the rating would have settled later: another occasion, it would seem."""
    log = voted(opened(asked_log(), "p", at=later(3_000)), "p", "happy", Mode.AUTO, at=later(3_001))
    for seconds in (3_005, 3_006):
        log = log.plus(*flow.page_touched(log, hit="p", event="scroll", at=later(seconds), rules=RULES))
    assert [notice.due_at for notice in mailed(log, NOTICE)] == [later(3_601), later(3_005)]


@pytest.mark.parametrize(
    ("hit", "words", "kept"),
    [("page 1", "Still drops.", 1), ("page 1", " \n\t", 0), ("page 1", "", 0), ("made up", "Still drops.", 0)],
)
def test_words_count_on_an_opened_page_alone(hit: str, words: str, kept: int) -> None:
    log = opened(asked_log(), "page 1", at=later(hours=1))
    log = log.plus(
        *flow.commented(log, press=Press(hit, "", Mode.COMMENT), words=words, at=later(hours=1), rules=RULES)
    )
    assert len(log.of(Comment)) == kept
    assert len(mailed(log, NOTICE)) == kept
    assert log.of(Vote) == ()


def test_words_with_a_face_are_a_vote_too() -> None:
    log = opened(asked_log(), "page 1", at=later(60))
    press = Press("page 1", "unhappy", Mode.COMMENT)
    log = log.plus(*flow.commented(log, press=press, words="Still drops.", at=later(61), rules=RULES))
    assert decide(log, RULES).at(later(61)).value == "unhappy"


def test_comments_have_a_bound() -> None:
    log = opened(asked_log(), "page 1", at=later(60))
    for n in range(flow.COMMENTS_MAX + 3):
        press = Press("page 1", "", Mode.COMMENT)
        log = log.plus(*flow.commented(log, press=press, words=f"comment {n}", at=later(61), rules=RULES))
    assert len(log.of(Comment)) == flow.COMMENTS_MAX


@pytest.mark.parametrize(
    ("changes", "messages", "mark"),
    [
        ({}, 1, ""),
        ({"at": later(hours=5)}, 1, ""),
        ({"body_sha256": "another body"}, 2, "another mail carries the same Message-ID"),
        ({"sender": "eve@evil.example"}, 2, "it came from eve@evil.example, not from ada@customer.example"),
        ({"message_id": "reply-2@customer.example"}, 2, ""),
        (
            {"message_id": "reply-2@customer.example", "mark": "it could not be read whole"},
            2,
            "it could not be read whole",
        ),
    ],
)
def test_a_mail_is_known_by_more_than_its_message_id(changes: dict[str, object], messages: int, mark: str) -> None:
    log = replied(replied(asked_log()), **changes)
    assert len(log.of(Message)) == messages
    assert log.of(Message)[-1].mark == mark


def test_without_a_message_id_the_bytes_tell_mails_apart() -> None:
    log = asked_log()
    for raw in ("one", "two", "one"):
        log = replied(log, message_id="", mail=raw)
    assert [message.mail for message in log.of(Message)] == ["one", "two"]


def test_unsubscribing_and_coming_back_any_number_of_times() -> None:
    log = closed_log()
    for n in range(3):
        log = log.plus(*subscriptions.unsubscribed(log, at=later(n)))
        assert log.suppressed == UNSUBSCRIBED
        log = log.plus(*subscriptions.subscribed_again(log, at=later(n)))
        assert log.suppressed == ""
    assert len(log.suppressions) == 6


def test_nobody_comes_back_who_never_left() -> None:
    assert subscriptions.subscribed_again(closed_log(), at=START) == ()


@pytest.mark.parametrize(
    ("permanent", "purpose", "why"),
    [
        (True, DeliveryKind.INVITATION, BOUNCED),
        (False, DeliveryKind.INVITATION, ""),
        (True, NOTICE, ""),  # a notice to staff came back: the customer's address is well
    ],
)
def test_only_an_address_gone_for_good_is_suppressed(permanent: bool, purpose: DeliveryKind, why: str) -> None:
    log = replied(asked_log())
    log = log.plus(*flow.bounced(log, bounce=bounce_of(log, permanent=permanent, purpose=purpose), at=later(60)))
    assert log.suppressed == why
    assert len(log.of(Bounce)) == 1


@pytest.mark.parametrize("order", [("unsubscribed", "bounced"), ("bounced", "unsubscribed")])
def test_a_dead_address_is_not_mailed_because_its_owner_came_back(order: tuple[str, str]) -> None:
    log = asked_log()
    events: dict[str, Callable[[Log], flow.Facts]] = {
        "unsubscribed": lambda log: subscriptions.unsubscribed(log, at=later(60)),
        "bounced": lambda log: flow.bounced(log, bounce=bounce_of(log), at=later(60)),
    }
    for name in order:
        log = log.plus(*events[name](log))
    assert (log.suppressed, log.standing) == (BOUNCED, frozenset({BOUNCED, UNSUBSCRIBED}))
    log = log.plus(*subscriptions.subscribed_again(log, at=later(90)))
    assert (log.suppressed, log.standing) == (BOUNCED, frozenset({BOUNCED}))


def test_a_machines_answer_is_kept_and_nobody_is_told() -> None:
    facts = flow.machine_answered(asked_log(), mail="raw", subject="Away", reason="auto-submitted", at=START)
    assert [type(fact) for fact in facts] == [AutoReply]


def test_the_sides_of_a_thread_are_told_apart() -> None:
    log = replied(answered(replied(asked_log())), message_id="reply-2@customer.example")
    assert [message.by for message in log.of(Message)] == [By.CUSTOMER, By.STAFF, By.CUSTOMER]


def test_a_log_grows_by_what_is_new_alone() -> None:
    log = replied(asked_log())
    suppression = Suppression("acme", ADA.email, UNSUBSCRIBED, "once", START)
    grown = log.plus(suppression, suppression, *log.facts)
    assert grown.facts == log.facts
    assert grown.suppressions == (suppression,)
