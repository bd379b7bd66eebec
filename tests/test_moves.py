"""Which facts can change a timeline? Those that are passed over never do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reviews.clicks import decide, moves
from reviews.clicks.decide import decided
from reviews.clicks.known import weighs
from reviews.facts import (
    Arrived,
    ClientSuspected,
    Comment,
    Delivered,
    Delivery,
    Fact,
    Hit,
    RatingSealed,
    Settled,
    Signal,
    SnippetGiven,
    StaffAction,
    Vote,
    Vouched,
)
from reviews.log import Log
from reviews.model import Evidence, Mode
from tests.story import RULES, asked_log, later, one_of_each, opened, rated_log, sent, the_delivery, voted

MOVING = (Vote, Signal, Settled, Hit, ClientSuspected, Delivered, RatingSealed, SnippetGiven, Vouched)


def unrated() -> Log:
    return opened(asked_log(), "page 1", at=later(60))


def soft() -> Log:
    return voted(unrated(), "page 1", "happy", Mode.AUTO, at=later(61))


def hit(log: Log, id: str) -> Hit:
    return Hit(id, log.review.id, later(70), "happy", "another client", "Firefox", page=True)


@pytest.mark.parametrize("begun", [unrated, soft, rated_log])
def test_what_cannot_move_a_timeline_does_not(begun: Callable[[], Log]) -> None:
    log = begun()
    facts: list[Fact] = [
        replace(hit(log, "a filter's"), machine="declared_agent", page=False),
        Arrived(log.review.id, "page 1", later(70)),
        Comment(log.review.id, "page 1", later(70), "words"),
        *(fact for fact in one_of_each() if not isinstance(fact, MOVING)),
    ]
    for fact in facts:
        assert not moves(fact, log.joined(fact)), fact
        assert decide(log.joined(fact), RULES) == decide(log, RULES)


def test_before_the_first_vote_nothing_but_a_vote_moves() -> None:
    log = unrated()
    for fact in (
        hit(log, "p"),
        ClientSuspected(log.review.id, later(70), "client 1", later(0), later(90), "bad_token"),
        Delivered(log.review.id, later(70), the_delivery(log).id),
        StaffAction("form", log.review.id, later(70), "lea", "void", "", "a test"),
        Signal(log.review.id, "page 1", later(70), "scroll"),
        sent(the_delivery(log), at=later(80)),
    ):
        assert not moves(fact, log.joined(fact))
        assert decide(log.joined(fact), RULES) == decide(log, RULES)
    vote = Vote(log.review.id, "page 1", later(80), "happy", Mode.AUTO, 0, Evidence.SOFT)
    assert moves(vote, log.joined(vote))


def test_after_it_a_touch_a_send_a_visit_and_what_is_learnt_may() -> None:
    log = soft()
    for fact in (
        hit(log, "another page"),
        replace(hit(log, "a decoy"), link="decoy", machine="decoy", page=False),
        Signal(log.review.id, "page 1", later(70), "scroll"),
        ClientSuspected(log.review.id, later(70), "client 1", later(0), later(90), "bad_token"),
        Delivered(log.review.id, later(70), the_delivery(log).id),
        StaffAction("form", log.review.id, later(70), "lea", "void", "", "a test"),
    ):
        assert moves(fact, log.joined(fact))
    again = sent(the_delivery(log), at=later(55), attempt=2)
    assert moves(again, log.joined(again))


@pytest.mark.parametrize("begun", [unrated, soft, rated_log])
def test_what_weighs_nothing_has_no_part_in_a_decision(begun: Callable[[], Log]) -> None:
    log = begun()
    light = [fact for fact in one_of_each() if not weighs(fact)]
    assert {type(fact) for fact in light} == {Delivery}
    for fact in light:
        assert decided(log.joined(fact), RULES) == decided(log, RULES), fact


def test_a_decision_is_made_anew_for_other_facts_other_rules_and_another_review() -> None:
    log, hasty = soft(), replace(RULES, early=timedelta())
    assert decide(log, RULES) is decide(log, RULES)
    assert decide(log, hasty) == decided(log, hasty) != decide(log, RULES)
    touched = log.joined(Signal(log.review.id, "page 1", later(70), "scroll"))
    assert decide(touched, RULES) == decided(touched, RULES) != decide(log, RULES)
    elder = replace(log, review=replace(log.review, at=later(-60)))
    assert elder.review.id == log.review.id
    assert decide(elder, RULES) == decided(elder, RULES) != decide(log, RULES)
