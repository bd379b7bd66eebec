"""Who of the staff hears of what, and which notice has nothing left to tell?"""

from datetime import timedelta

import pytest

from reviews import flow
from reviews.clicks import decide
from reviews.events import Press
from reviews.facts import Delivery
from reviews.model import Mode, Outcome, Person
from reviews.notices import nothing_to_tell, watchers
from reviews.roles import Staff
from reviews.sending import Drop, Due, attempted
from tests.story import (
    LEA,
    NOTICE,
    RULES,
    SAM,
    START,
    asked_log,
    closed_log,
    due,
    later,
    mailed,
    opened,
    rated_log,
    replied,
    settled,
    voted,
)


@pytest.mark.parametrize(
    ("agent", "watching", "hear"),
    [
        (SAM, (), [SAM]),
        (SAM, (LEA,), [SAM]),
        (None, (LEA, SAM), [LEA, SAM]),
        (None, (LEA, LEA), [LEA]),
        (None, (), []),
    ],
)
def test_the_agent_hears_of_a_reply_else_the_watchers(
    agent: Person | None, watching: tuple[Person, ...], hear: list[Person]
) -> None:
    log = replied(closed_log(agent=agent, watchers=watching))
    assert [notice.recipient for notice in mailed(log, NOTICE)] == hear


@pytest.mark.parametrize(
    ("staff", "watch"),
    [
        ([Staff(SAM.email, SAM.name, "lead", "Network"), Staff(LEA.email, LEA.name, "lead", "Desk")], (SAM,)),
        ([Staff(SAM.email, SAM.name, "lead", "Printers"), Staff(LEA.email, LEA.name, "lead", "Desk")], (SAM, LEA)),
        ([Staff(SAM.email, SAM.name, "lead", "Network"), Staff(LEA.email, LEA.name, "lead", "Network")], (SAM, LEA)),
        ([Staff(SAM.email, SAM.name, "agent", "Network"), Staff(LEA.email, LEA.name, "admin", "Desk")], (LEA,)),
        ([Staff(SAM.email, SAM.name, "agent", "Network")], (Person("operator@acme.example"),)),
        ([Staff(SAM.email, SAM.name, "lead", "Network", ("zenith",)), Staff(LEA.email, LEA.name, "lead", "")], (LEA,)),
        ([Staff(SAM.email, SAM.name, "lead", "Network", ("zenith",))], (Person("operator@acme.example"),)),
        ([], (Person("operator@acme.example"),)),
    ],
)
def test_where_no_agent_is_named_somebody_is_told_all_the_same(staff: list[Staff], watch: tuple[Person, ...]) -> None:
    assert watchers(staff, "Network", brand="acme", operator="operator@acme.example") == watch


def test_a_rating_that_waits_is_told_when_it_settles() -> None:
    log = opened(asked_log(), "p", at=later(3_000))
    log = voted(log, "p", "happy", Mode.AUTO, at=later(3_001))
    (notice,) = mailed(log, NOTICE)
    assert notice.due_at == later(3_001) + RULES.hold
    assert due(log, notice, now=notice.due_at) == Due()
    assert due(log, notice, now=notice.due_at - timedelta(seconds=1)) == Drop("no longer so")


def test_a_grade_that_rises_is_told_once() -> None:
    log = voted(opened(asked_log(), "p", at=later(3_000)), "p", "happy", Mode.AUTO, at=later(3_001))
    log = log.plus(*flow.page_touched(log, hit="p", event="scroll", at=later(9_000), rules=RULES))
    assert [notice.due_at for notice in mailed(log, NOTICE)] == [later(3_601)]


def test_a_notice_composed_before_a_rating_counted_has_not_told_it() -> None:
    log = replied(voted(opened(asked_log(), "p", at=later(7_000)), "p", "happy", Mode.AUTO, at=later(7_001)))
    rating, reply = mailed(log, NOTICE)
    log = settled(log, reply, at=later(7_300))
    assert due(log, rating, now=later(7_601)) == Due()


def test_a_rating_taken_back_before_its_notice_went_out_is_not_told() -> None:
    log = rated_log("unhappy")
    (first,) = mailed(log, NOTICE)
    log = voted(log, "page 1", "happy", Mode.BUTTON, at=later(hours=1, seconds=20))
    _, second = mailed(log, NOTICE)
    assert due(log, first, now=later(hours=2)) == Drop("no longer so")
    assert due(log, second, now=later(hours=2)) == Due()


def test_a_rating_that_went_there_and_back_is_told_once() -> None:
    log = rated_log("happy")
    for seconds, value in ((10, "unhappy"), (20, "happy")):
        log = voted(log, "page 1", value, Mode.BUTTON, at=later(hours=1, seconds=seconds))
    first, second, third = mailed(log, NOTICE)
    assert due(log, first, now=later(hours=2)) == Due()
    log = settled(log, first, at=later(hours=2))
    assert due(log, second, now=later(hours=2)) == Drop("no longer so")
    assert due(log, third, now=later(hours=2)) == Drop("told in an earlier notice")


def test_a_notice_tells_all_that_is_known_so_the_next_has_nothing_to_tell() -> None:
    log = rated_log("unhappy")
    press = Press("page 1", "unhappy", Mode.COMMENT)
    log = log.plus(*flow.commented(log, press=press, words="Still drops.", at=later(hours=1, minutes=1), rules=RULES))
    rating, comment = mailed(log, NOTICE)
    log = settled(log, rating, at=later(hours=1, minutes=2))
    assert due(log, comment, now=later(hours=1, minutes=3)) == Drop("told in an earlier notice")


def test_what_was_recorded_after_a_notice_was_composed_is_told_in_its_own() -> None:
    """A mail may arrive before another notice is composed and be read only after it: clocks cannot tell."""
    log = rated_log("unhappy")
    (rating,) = mailed(log, NOTICE)
    composed_from = log
    log = replied(log, at=later(hours=1))  # arrived an hour before the notice, read after it
    notice = attempted(
        rating,
        outcome=Outcome.SENT,
        attempt=1,
        composed_at=later(hours=2),
        at=later(hours=2),
        seen=len(composed_from.facts),
    )
    log = log.plus(notice)
    assert due(log, mailed(log, NOTICE)[-1], now=later(hours=3)) == Due()


def test_a_notice_that_could_not_be_handed_over_has_told_nothing() -> None:
    log = replied(rated_log("unhappy"))
    rating, reply = mailed(log, NOTICE)
    for outcome in (Outcome.DEFERRED, Outcome.REFUSED, Outcome.DROPPED):
        tried = settled(log, rating, at=later(hours=3), outcome=outcome)
        assert due(tried, reply, now=later(hours=4)) == Due()


def test_a_notice_to_one_watcher_tells_the_other_nothing() -> None:
    log = replied(replied(closed_log(agent=None, watchers=(LEA, SAM))), words="And again.", message_id="reply-2@x")
    first_lea, _second_lea, first_sam, _second_sam = sorted(mailed(log, NOTICE), key=lambda d: d.recipient.email)
    log = settled(log, first_lea, at=later(hours=3))
    assert due(log, _second_lea, now=later(hours=4)) == Drop("told in an earlier notice")
    assert due(log, first_sam, now=later(hours=4)) == Due()


def test_a_notice_about_nothing_in_the_log_says_so() -> None:
    log = asked_log()
    stray = Delivery(log.review.id, START, NOTICE, "rated:happy:2026-11-21T09:00:00+00:00", SAM, START)
    assert nothing_to_tell(stray, log, decide(log, RULES), later(60)) == "no longer so"
