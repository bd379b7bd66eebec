"""A mail that fell due is decided again at the last moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reviews import flow, subscriptions
from reviews.by_hand import asked_by_hand
from reviews.facts import AutoReply, Delivery, Fact, Settled
from reviews.log import Log
from reviews.manners import Hours, Manners
from reviews.model import DeliveryKind, Mode, Outcome
from reviews.schedule import next_reminder
from reviews.sending import NOTHING, Brakes, Drop, Due, Elsewhere, Wait, still_due
from tests.story import (
    ANSWER,
    HELD,
    NOTICE,
    RULES,
    START,
    answered,
    asked_log,
    bounce_of,
    closed_log,
    due,
    later,
    mailed,
    opened,
    replied,
    sent,
    the_delivery,
    voted,
)


def unsubscribed_log() -> Log:
    log = closed_log()
    return log.plus(*subscriptions.unsubscribed(log, at=START))


def bounced_log() -> Log:
    log = asked_log()
    return log.plus(*flow.bounced(log, bounce=bounce_of(log), at=START))


LAST_MOMENTS: dict[str, tuple[Log, DeliveryKind, dict[str, object], Due | Wait | Drop]] = {
    "an invitation": (closed_log(), DeliveryKind.INVITATION, {}, Due()),
    "to one who unsubscribed": (unsubscribed_log(), DeliveryKind.INVITATION, {}, Drop("unsubscribed")),
    "to a dead address": (bounced_log(), DeliveryKind.INVITATION, {}, Drop("bounced")),
    "after a week in a queue": (
        closed_log(closed_at=later(days=-7), at=later(days=-7)),
        DeliveryKind.INVITATION,
        {},
        Drop("closed more than 7 days ago"),
    ),
    "of a paused brand": (
        closed_log(),
        DeliveryKind.INVITATION,
        {"paused": True},
        Wait(later(61), "the brand is paused"),
    ),
    "at the cap": (
        closed_log(),
        DeliveryKind.INVITATION,
        {"per_hour": 5, "sent_last_hour": 5},
        Wait(later(61), "the cap of 5 invitations an hour is reached"),
    ),
    "below the cap": (closed_log(), DeliveryKind.INVITATION, {"per_hour": 5, "sent_last_hour": 4}, Due()),
    "a cap of none": (
        closed_log(),
        DeliveryKind.INVITATION,
        {"per_hour": 0},
        Wait(later(61), "the cap of 0 invitations an hour is reached"),
    ),
    "no cap": (closed_log(), DeliveryKind.INVITATION, {"sent_last_hour": 9_999}, Due()),
    "unsubscribed and paused: it need not wait": (
        unsubscribed_log(),
        DeliveryKind.INVITATION,
        {"paused": True},
        Drop("unsubscribed"),
    ),
    "an answer": (answered(asked_log()), ANSWER, {}, Due()),
    "an answer of a paused brand at its cap": (answered(asked_log()), ANSWER, {"paused": True, "per_hour": 0}, Due()),
    "an answer to one who unsubscribed from surveys": (answered(unsubscribed_log()), ANSWER, {}, Due()),
    "an answer to a dead address": (answered(bounced_log()), ANSWER, {}, Drop("bounced")),
    "a notice of a paused brand": (replied(asked_log()), NOTICE, {"paused": True}, Due()),
    "a notice about one who unsubscribed": (replied(unsubscribed_log()), NOTICE, {}, Due()),
    "word of a held answer": (answered(asked_log(), verdict="unsigned"), HELD, {"paused": True}, Due()),
}


@pytest.mark.parametrize(("log", "purpose", "brakes", "expected"), LAST_MOMENTS.values(), ids=LAST_MOMENTS)
def test_what_was_due_is_decided_again_at_the_last_moment(
    log: Log, purpose: DeliveryKind, brakes: dict[str, object], expected: Due | Wait | Drop
) -> None:
    assert due(log, the_delivery(log, purpose), now=later(1), **brakes) == expected


def test_an_attempt_is_a_fact_of_its_own_each_time() -> None:
    invitation = the_delivery(closed_log())
    tries = [sent(invitation, at=later(n), outcome=Outcome.DEFERRED, attempt=n) for n in (1, 2)]
    assert isinstance(tries[0], Settled)
    assert tries[0].id != tries[1].id
    assert sent(invitation, at=later(9), outcome=Outcome.DEFERRED, attempt=1).id == tries[0].id


def test_only_an_invitation_that_was_handed_over_is_an_asking() -> None:
    log = closed_log()
    invitation = the_delivery(log)
    log = log.plus(sent(invitation, at=START, outcome=Outcome.DEFERRED), sent(invitation, at=later(60), attempt=2))
    log = answered(log)
    log = log.plus(sent(the_delivery(log, ANSWER), at=later(hours=4)))
    assert log.sends == (later(60),)


NO_MANNERS = Manners()
WEEK_OFF = Manners(rest=timedelta(days=7), company_rest=timedelta(days=1))
OFFICE = Manners(hours=Hours(8 * 60, 18 * 60, frozenset(range(5))), timezone="Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""START is a Saturday; Monday at eight in Berlin."""


def reminded(log: Log) -> tuple[Log, Delivery]:
    """The same with a reminder."""
    reminder = next_reminder(the_delivery(log), log_before(log), at=START, manners=Manners(reminders=1))
    assert reminder
    return log.plus(reminder), reminder


def log_before(log: Log) -> Log:
    """The log as it was when its question was just handed over, before that was known."""
    return Log(log.review, tuple(fact for fact in log.facts if not isinstance(fact, Settled)))


def reopened_log() -> Log:
    log = closed_log()
    return log.plus(*flow.ticket_reopened(log, at=START, told_at=START))


def choosing(choose: Callable[..., tuple[Fact, ...]]) -> Log:
    log = closed_log()
    return log.plus(*choose(log, at=START))


def by_hand(log: Log) -> Log:
    return log.plus(*asked_by_hand(log, action="form", who="lea@acme.example", reason="VIP", at=later(1)))


REST = "they were asked less than 7 days ago"
REASONS: dict[str, tuple[Log, Manners, Elsewhere, Due | Wait | Drop]] = {
    "a ticket that was reopened": (reopened_log(), NO_MANNERS, NOTHING, Drop("the ticket was reopened")),
    "one that was closed again": (
        closed_log(),
        NO_MANNERS,
        Elsewhere(closed_again=True),
        Drop("the ticket was closed again: they are asked about its last closing"),
    ),
    "one that was closed before": (closed_log(), NO_MANNERS, Elsewhere(closed_before=True), Due()),
    "somebody asked six days ago": (closed_log(), WEEK_OFF, Elsewhere(asked_at=later(days=-6)), Drop(REST)),
    "somebody asked a week ago": (closed_log(), WEEK_OFF, Elsewhere(asked_at=later(1, days=-7)), Due()),
    "somebody of whose company one was asked": (
        closed_log(),
        WEEK_OFF,
        Elsewhere(company_asked_at=later(hours=-1)),
        Drop("somebody of their company was asked less than a day ago"),
    ),
    "no rest wanted": (closed_log(), NO_MANNERS, Elsewhere(later(-1), later(-1)), Due()),
    "somebody who waits for an answer": (
        closed_log(),
        NO_MANNERS,
        Elsewhere(owed=True),
        Drop("they still wait for an answer about another ticket"),
    ),
    "another question under way": (
        closed_log(),
        WEEK_OFF,
        Elsewhere(under_way=True),
        Wait(later(61), "another question to them is on its way"),
    ),
    "outside of the hours": (
        closed_log(),
        OFFICE,
        NOTHING,
        Wait(MONDAY, "outside of the hours in which the brand asks"),
    ),
    "somebody who wants less": (
        choosing(subscriptions.asked_for_less),
        NO_MANNERS,
        NOTHING,
        Drop("they asked for fewer questions, until 2027-02-19"),
    ),
    "somebody who wants trouble only": (
        choosing(subscriptions.asked_for_trouble_only),
        NO_MANNERS,
        NOTHING,
        Drop("they want to be asked only when it went wrong"),
    ),
    "the same, and it was reopened in between": (
        choosing(subscriptions.asked_for_trouble_only),
        NO_MANNERS,
        Elsewhere(closed_before=True),
        Due(),
    ),
    "not about this ticket": (
        choosing(subscriptions.declined),
        NO_MANNERS,
        NOTHING,
        Drop("they do not want to be asked about this ticket"),
    ),
    "one who complained": (choosing(subscriptions.complained), NO_MANNERS, NOTHING, Drop("complained")),
    "by hand: no rest and no hours": (
        by_hand(closed_log()),
        replace(OFFICE, rest=timedelta(days=7)),
        Elsewhere(asked_at=later(-1), closed_again=True),
        Due(),
    ),
    "by hand, after a reopening": (by_hand(reopened_log()), NO_MANNERS, NOTHING, Due()),
    "by hand, long after": (
        by_hand(closed_log(closed_at=later(days=-20), at=later(days=-20))),
        NO_MANNERS,
        NOTHING,
        Due(),
    ),
    "by hand, against their wish": (
        by_hand(choosing(subscriptions.unsubscribed)),
        NO_MANNERS,
        NOTHING,
        Drop("unsubscribed"),
    ),
    "by hand, while they wait for an answer": (
        by_hand(closed_log()),
        NO_MANNERS,
        Elsewhere(owed=True),
        Drop("they still wait for an answer about another ticket"),
    ),
}


@pytest.mark.parametrize(("log", "manners", "elsewhere", "expected"), REASONS.values(), ids=REASONS)
def test_a_question_is_sent_only_where_nothing_speaks_against_it(
    log: Log, manners: Manners, elsewhere: Elsewhere, expected: Due | Wait | Drop
) -> None:
    brakes = Brakes()
    told = still_due(
        the_delivery(log), log, now=later(1), rules=RULES, brakes=brakes, manners=manners, elsewhere=elsewhere
    )
    assert told == expected


def test_nobody_is_asked_twice_about_one_closing() -> None:
    log = by_hand(closed_log())
    first, second = mailed(log, DeliveryKind.INVITATION)
    log = log.plus(sent(second, at=later(2)))
    assert due(log, first, now=later(hours=1)) == Drop("they were asked already")
    assert asked_by_hand(log, action="again", who="lea@acme.example", reason="VIP", at=later(9)) == ()


def test_two_who_ask_by_hand_at_once_ask_once() -> None:
    assert by_hand(by_hand(closed_log())).of(Delivery) == by_hand(closed_log()).of(Delivery)


@pytest.mark.parametrize(("wanted", "asked"), [(0, 1), (1, 2), (3, 4)])
def test_so_many_reminders_follow_as_are_wanted(wanted: int, asked: int) -> None:
    log, at, manners = closed_log(), START, Manners(reminders=wanted, reminder_after=timedelta(days=2))
    mail: Delivery | None = the_delivery(log)
    while mail:
        following = next_reminder(mail, log, at=at, manners=manners)
        log = log.plus(sent(mail, at=at), *((following,) if following else ()))
        assert following is None or following.due_at == at + timedelta(days=2)
        mail, at = following, at + timedelta(days=2)
    assert len(log.sends) == asked


REMINDED, REMINDER = reminded(asked_log())
AWAY = AutoReply(REMINDED.review.id, later(5), "raw", "Away", "vacation", back_at=later(days=9))
REMINDERS: dict[str, tuple[Log, Due | Wait | Drop]] = {
    "who has not answered": (REMINDED, Due()),
    "who pressed a face": (
        voted(opened(REMINDED, "page", at=later(hours=1)), "page", "happy", Mode.BUTTON, at=later(hours=1)),
        Drop("they have answered"),
    ),
    "who wrote a mail": (replied(REMINDED), Drop("they have answered")),
    "who unsubscribed": (
        REMINDED.plus(*subscriptions.unsubscribed(REMINDED, at=later(9))),
        Drop("unsubscribed"),
    ),
    "who is away": (REMINDED.plus(AWAY), Wait(later(days=9), "they are away")),
    "whose ticket was reopened": (
        REMINDED.plus(*flow.ticket_reopened(REMINDED, at=later(9), told_at=later(9))),
        Drop("the ticket was reopened"),
    ),
}


@pytest.mark.parametrize(("log", "expected"), REMINDERS.values(), ids=REMINDERS)
def test_who_is_reminded(log: Log, expected: Due | Wait | Drop) -> None:
    assert due(log, REMINDER, now=later(days=3)) == expected


def test_a_question_that_is_closed_is_not_asked_again() -> None:
    assert due(REMINDED, REMINDER, now=START + RULES.expiry) == Due()
    assert due(REMINDED, REMINDER, now=START + RULES.expiry + timedelta(seconds=1)) == Drop("the question is closed")


def test_who_is_back_is_reminded() -> None:
    assert due(REMINDED.plus(AWAY), REMINDER, now=later(days=9)) == Due()
