"""A mail that fell due is decided again at the last moment."""

import pytest

from reviews import flow, subscriptions
from reviews.facts import Settled
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome
from reviews.sending import Drop, Due, Wait
from tests.story import (
    ANSWER,
    HELD,
    NOTICE,
    START,
    answered,
    asked_log,
    bounce_of,
    closed_log,
    due,
    later,
    replied,
    sent,
    the_delivery,
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
    "word of a held answer": (answered(asked_log(), verdict="unverified"), HELD, {"paused": True}, Due()),
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
