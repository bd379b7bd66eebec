"""What a review adds to the counts: on which day, as what, and from when on."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from reviews.by_hand import asked_by_hand
from reviews.clicks import decide
from reviews.counting import Measure, changes, counts, facets, facets_before
from reviews.facts import Message, Settled, StaffAction
from reviews.log import Log
from reviews.model import BOUNCED, SEND, UNSUBSCRIBED, By, Outcome
from reviews.schedule import too_old_words
from tests.histories import EARLY, EXPIRY, HOLD, LATE, Event, auto, open_, press, touch
from tests.story import RULES, SAM, START, asked_log, bounce_of, closed_log, later, sent, the_delivery
from tests.test_timelines import Told, histories, logs_of

CLOSED = START.date()
NEXT = CLOSED + timedelta(days=1)
TOMORROW = 24 * 3600


def ended(outcome: Outcome, reason: str = "") -> Log:
    """A log whose invitation ended so."""
    log = closed_log()
    settled = sent(the_delivery(log), at=START, outcome=outcome)
    assert isinstance(settled, Settled)
    return log.plus(replace(settled, reason=reason))


def asked_now(log: Log) -> Log:
    """Somebody of the staff asks after all."""
    return log.plus(*asked_by_hand(log, action="form", who="lea@acme.example", reason="VIP", at=START))


@pytest.mark.parametrize(
    ("log", "measure"),
    [
        (closed_log(), Measure.WAITING),
        (ended(Outcome.DEFERRED), Measure.WAITING),
        (ended(Outcome.SENT), Measure.ASKED),
        (ended(Outcome.REFUSED, "550 no"), Measure.REFUSED),
        (ended(Outcome.DROPPED, UNSUBSCRIBED), Measure.UNSUBSCRIBED),
        (ended(Outcome.DROPPED, BOUNCED), Measure.BOUNCED),
        (ended(Outcome.DROPPED, too_old_words(RULES)), Measure.OLD),
        (closed_log(ask="never"), Measure.NEVER),
        (closed_log(automatic=True), Measure.SKIPPED),
        (ended(Outcome.DROPPED, "the ticket was reopened"), Measure.SKIPPED),
        (asked_now(closed_log(ask="never")), Measure.WAITING),
        (asked_now(ended(Outcome.DROPPED, "the ticket was reopened")), Measure.WAITING),
        (closed_log(ask="embedded"), Measure.EMBEDDED),
        (closed_log(closed_at=START - timedelta(days=9)), Measure.OLD),
        (asked_log().plus(bounce_of(asked_log())), Measure.BOUNCED),
        (asked_log().plus(bounce_of(asked_log(), permanent=False)), Measure.ASKED),
    ],
)
def test_a_review_is_asked_or_waits_or_has_one_reason_not_to_be_asked(log: Log, measure: Measure) -> None:
    added = counts(log, decide(log, RULES), later(hours=1))
    assert added == {(log.review.closed_at.date(), measure): 1}


def test_who_voted_was_asked_though_a_mail_came_back() -> None:
    log = happened(open_("p", LATE), press("p", "happy", LATE))
    assert told(log.plus(bounce_of(log)), LATE)[Measure.ASKED] == 1


def happened(*events: Event) -> Log:
    log = asked_log()
    for event in events:
        log = event(log)
    return log


def told(log: Log, at: float) -> Counter[Measure]:
    """What the review adds so many seconds after the mail, whatever the day."""
    added: Counter[Measure] = Counter()
    for (_, measure), number in counts(log, decide(log, RULES), later(at)).items():
        added[measure] += number
    return added


@pytest.mark.parametrize(
    ("events", "at", "measures"),
    [
        ([], 9, "asked"),
        ([open_("p", LATE)], LATE, "asked"),
        ([open_("p", LATE), press("p", "happy", LATE)], LATE, "asked answered happy_hard feedback"),
        ([open_("p", LATE), auto("p", "happy", LATE)], LATE, "asked provisional"),
        ([open_("p", LATE), auto("p", "happy", LATE)], LATE + HOLD - 0.001, "asked provisional"),
        ([open_("p", LATE), auto("p", "happy", LATE)], LATE + HOLD, "asked answered happy_soft feedback"),
        (
            [open_("p", LATE), auto("p", "neutral", LATE), touch("p", LATE + 9)],
            LATE + 9,
            "asked answered neutral_hard feedback",
        ),
        ([open_("p", LATE), auto("p", "unhappy", LATE, machine="webdriver")], LATE, "asked voided"),
        ([open_("p", EARLY - 9), auto("p", "unhappy", EARLY - 8)], EXPIRY - 1, "asked provisional"),
        ([open_("p", EARLY - 9), auto("p", "unhappy", EARLY - 8)], EXPIRY, "asked voided"),
    ],
)
def test_a_rating_counts_as_what_it_is_at_the_moment(events: list[Event], at: float, measures: str) -> None:
    assert sorted(told(happened(*events), at)) == sorted(measures.split())


DAYS: list[tuple[str, list[Event], float, date]] = [
    ("the day it began to count", [auto("p", "happy", TOMORROW)], TOMORROW + HOLD, NEXT),
    ("a better grade moves nothing", [auto("p", "happy", LATE), touch("p", TOMORROW)], TOMORROW, CLOSED),
    ("nor does the same word again", [press("p", "happy", LATE), press("q", "happy", TOMORROW)], TOMORROW, CLOSED),
    ("another word does", [press("p", "happy", LATE), press("q", "unhappy", TOMORROW)], TOMORROW, NEXT),
]


@pytest.mark.parametrize(("events", "at", "day"), [case[1:] for case in DAYS], ids=[case[0] for case in DAYS])
def test_a_rating_stands_on_the_day_it_began_to_count_and_the_asking_on_that_of_the_closing(
    events: list[Event], at: float, day: date
) -> None:
    log = happened(open_("p", LATE - 9), open_("q", LATE - 9), *events)
    days = {str(measure): on for on, measure in counts(log, decide(log, RULES), later(at))}
    rating = next(on for measure, on in days.items() if measure.endswith(("_soft", "_hard")))
    assert (days["asked"], days["answered"], rating) == (CLOSED, CLOSED, day)


def mail(at: float, by: By = By.STAFF, *, held: str = "") -> Event:
    """A mail in the thread; one that is held goes out an hour later."""

    def added(log: Log) -> Log:
        written = Message(
            log.review.id, later(at), by, "x@y.example", "", "", f"<{at}>", "", str(at), "", "words", "", held=held
        )
        sent_on = StaffAction(f"send {at}", log.review.id, later(at + 3_600), "", SEND, written.id)
        return log.plus(written, *([sent_on] if held else []))

    return added


@pytest.mark.parametrize(
    ("events", "measures"),
    [
        ([], "feedback unhappy_once"),
        ([mail(LATE - 60)], "feedback unhappy_once"),  # of before they said anything
        ([mail(LATE + 60)], "feedback answered_15m unhappy_once"),
        ([mail(LATE + 900), mail(LATE + 99_999)], "feedback answered_15m unhappy_once"),
        ([mail(LATE + 901)], "feedback answered_30m unhappy_once"),
        ([mail(LATE + 9, held="unproven")], "feedback answered_2h unhappy_once"),
        ([mail(LATE + 5 * 86_400)], "feedback answered_later unhappy_once"),
        ([mail(LATE + 60, By.NOTE)], "feedback unhappy_once"),
        ([mail(LATE - 3_000, By.CUSTOMER), mail(LATE + 60)], "feedback answered_1h unhappy_once"),
        ([press("q", "happy", TOMORROW)], "feedback unhappy_once recovered"),
        ([press("q", "neutral", TOMORROW)], "feedback unhappy_once"),
        ([press("q", "happy", TOMORROW), press("q", "unhappy", TOMORROW + 60)], "feedback unhappy_once"),
    ],
)
def test_what_was_said_counts_with_how_soon_it_was_answered_and_whether_they_are_happy_now(
    events: list[Event], measures: str
) -> None:
    log = happened(open_("p", LATE - 9), open_("q", LATE - 9), press("p", "unhappy", LATE), *events)
    counted = counts(log, decide(log, RULES), later(days=9))
    kinds = ("feedback", "answered_", "unhappy_once", "recovered")
    assert sorted(str(measure) for _, measure in counted if measure.startswith(kinds)) == sorted(measures.split())


def test_words_alone_are_feedback_and_count_on_their_day() -> None:
    log = happened(mail(TOMORROW, By.CUSTOMER), mail(TOMORROW + 7_000))
    counted = counts(log, decide(log, RULES), later(days=9))
    assert counted == {(CLOSED, Measure.ASKED): 1, (NEXT, Measure.FEEDBACK): 1, (NEXT, Measure.ANSWERED_2H): 1}
    assert not counts(log, decide(log, RULES), later(TOMORROW + 6_999))[NEXT, Measure.ANSWERED_2H]


def test_a_day_is_one_of_utc() -> None:
    log = closed_log(closed_at=datetime.fromisoformat("2026-11-20T23:30:00-02:00"))
    assert [day for day, _ in counts(log, decide(log, RULES), later(0))] == [date(2026, 11, 21)]


def test_a_review_counts_for_everybody_its_agent_its_team_its_company_and_each_tag_once() -> None:
    log = closed_log(tags=("vpn", "wifi", "vpn", ""), agent=replace(SAM, email="Sam@acme.example"))
    assert facets(log) == (
        ("", ""),
        ("agent", "sam@acme.example"),
        ("company", "Customer Ltd"),
        ("language", "en"),
        ("tag", "vpn"),
        ("tag", "wifi"),
        ("team", "Network"),
    )
    assert ("wait", "within an hour") in facets(asked_log())
    assert facets(closed_log(agent=None, team="", tags=(), contact=SAM)) == (("", ""),)


def test_whose_counts_it_was_in_is_told_of_any_two_logs() -> None:
    logs = [closed_log(), ended(Outcome.DEFERRED), asked_log(), asked_log(tags=("vpn", "urgent"))]
    late = closed_log().plus(sent(the_delivery(closed_log()), at=later(days=2)))
    for before in logs:
        for log in (*logs, late, before.plus(sent(the_delivery(before), at=later(hours=2)))):
            assert facets_before(log, before) == facets(Log(before.review, before.facts))


@settings(max_examples=100, deadline=None)
@given(histories)
def test_the_changes_add_up_to_the_counts_at_every_moment(history: list[Told]) -> None:
    log = logs_of(history)[-1]
    timeline = decide(log, RULES)
    for step in timeline.steps:
        for now in (step.at - timedelta(microseconds=1), step.at, step.at + timedelta(hours=9)):
            summed: Counter[tuple[date, Measure]] = Counter()
            for change in changes(log, timeline):
                if change.at <= now:
                    summed[change.day, change.measure] += change.number
            assert +summed == counts(log, timeline, now)
            assert all(number >= 0 for number in summed.values())


@settings(max_examples=60, deadline=None)
@given(histories)
def test_no_more_are_answered_than_were_asked(history: list[Told]) -> None:
    log = logs_of(history)[-1]
    timeline = decide(log, RULES)
    added = counts(log, timeline, datetime.max.replace(tzinfo=UTC))
    closing = log.review.closed_at.date()
    assert added[closing, Measure.ANSWERED] <= added[closing, Measure.ASKED] == 1
    rated = sum(number for (_, measure), number in added.items() if str(measure).endswith(("_soft", "_hard")))
    assert rated == added[closing, Measure.ANSWERED]
