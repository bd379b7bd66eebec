"""What holds for every history of a rating there is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import flow
from reviews.clicks import Step, Timeline, decide
from reviews.events import Press
from reviews.facts import Fact, Hit, Signal, Vote
from reviews.log import Log
from reviews.model import FACES, SLOTS, Evidence, Mode, Status
from tests.histories import (
    LATE,
    Event,
    arrive,
    auto,
    delivered,
    form,
    open_,
    press,
    reminded,
    restored,
    shown,
    suspected,
    touch,
    voided,
)
from tests.story import (
    RULES,
    START,
    asked_log,
    begun,
    closing,
    later,
    visit,
)


def auto_and_touch(page: str, answer: str, at: float) -> Event:
    """A page that is looked at, then touched."""
    return lambda log: touch(page, at)(auto(page, answer, at - 1)(log))


@dataclass(frozen=True)
class Told:
    what: str
    page: int
    answer: str
    wait: int


WHAT = (
    "open", "shown", "shown elsewhere", "decoy link", "auto", "press", "untrusted", "form", "arrive", "touch",
    "webdriver", "decoy", "reminder", "forged", "delivered", "void", "restore",
)  # fmt: skip
WAITS = st.one_of(st.integers(0, 4), st.integers(5, 70), st.integers(500, 4_000))
"""Within a burst, within a cluster, or after a while: in seconds."""
histories = st.lists(
    st.builds(Told, st.sampled_from(WHAT), st.integers(0, 5), st.sampled_from(FACES), WAITS), max_size=25
)


def events_of(history: list[Told]) -> list[Event]:
    events: list[Event] = []
    at = 0
    for number, step in enumerate(history):
        at += step.wait
        page, by = f"p{step.page}", f"c{step.page % 3}"
        events.append(
            {
                "open": open_(page, at, by=by, link=step.answer),
                "shown": shown(page, at, by=by, link=step.answer),
                "shown elsewhere": shown(page, at, by=by, link=step.answer, network="cloud"),
                "decoy link": open_(page, at, by=by, link="decoy"),
                "auto": auto(page, step.answer, at),
                "press": press(page, step.answer, at),
                "untrusted": press(page, step.answer, at, trusted=False),
                "form": form(page, step.answer, at),
                "arrive": arrive(page, at),
                "touch": touch(page, at),
                "webdriver": auto(page, step.answer, at, machine="webdriver"),
                "decoy": press(page, "decoy", at),
                "reminder": reminded(at, attempt=number + 2),
                "forged": suspected(by, "bad_token", at, around=at),
                "delivered": delivered(at),
                "void": voided(at),
                "restore": restored(at, step.answer),
            }[step.what]
        )
    return events


def logs_of(history: list[Told]) -> list[Log]:
    """The log after each event."""
    logs = [asked_log()]
    for event in events_of(history):
        logs.append(event(logs[-1]))
    return logs


def essence(step: Step) -> tuple[object, ...]:
    return (step.value, step.status, step.grade, step.reasons, step.vote)


@settings(max_examples=150, deadline=None)
@given(histories)
def test_a_timeline_is_in_order_and_says_nothing_twice(history: list[Told]) -> None:
    steps = decide(logs_of(history)[-1], RULES).steps
    assert all(one.at < other.at for one, other in pairwise(steps))
    assert all(essence(one) != essence(other) for one, other in pairwise(steps))
    for step in steps:
        assert step.counted == (step.status is Status.CONFIRMED) == (step.grade is not None)
        assert (step.value is None) == (step.status in (Status.NONE, Status.VOIDED))


@settings(max_examples=100, deadline=None)
@given(histories, st.integers(0, 60))
def test_a_timeline_is_the_same_however_often_it_is_asked_and_however_the_log_was_cut(
    history: list[Told], cut: int
) -> None:
    log = logs_of(history)[-1]
    again = Log(log.review, log.facts[:cut]).plus(*log.facts[cut:])
    assert again == log
    assert decide(again, RULES) == decide(log, RULES) == decide(log.plus(*log.facts), RULES)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_what_was_said_of_the_past_is_not_changed_by_the_next_event(history: list[Told]) -> None:
    logs = logs_of(history)
    for before, after in pairwise(logs):
        new = after.facts[len(before.facts) :]
        if not new:
            continue
        until = min(fact.at for fact in new) - timedelta(microseconds=1)
        assert past(decide(before, RULES), until) == past(decide(after, RULES), until)


def past(timeline: Timeline, until: datetime) -> list[Step]:
    return [step for step in timeline.steps if step.at <= until]


@settings(max_examples=150, deadline=None)
@given(histories, st.sampled_from([press, auto_and_touch]), st.integers(61, 4_000))
def test_a_later_person_who_presses_or_touches_the_page_always_wins(
    history: list[Told], does: Callable[[str, str, float], Event], after: int
) -> None:
    log = logs_of(history)[-1]
    last = max([(fact.at - START).total_seconds() for fact in log.facts], default=0)
    at = max(last, 600) + after
    log = does("a person's page", "neutral", at + 5)(open_("a person's page", at, by="a person", link="neutral")(log))
    step = decide(log, RULES).at(later(at + 5))
    assert (step.value, step.status) == ("neutral", Status.CONFIRMED)
    assert decide(log, RULES).steps[-1].value == "neutral"


@settings(max_examples=60, deadline=None)
@given(histories)
def test_a_machines_word_never_counts(history: list[Told]) -> None:
    log = logs_of(history)[-1]
    proven = {vote.hit for vote in log.of(Vote) if vote.machine}
    last = decide(log, RULES).steps[-1]
    if last.reasons == ("staff",):
        return  # a person said so
    hit = next((vote.hit for vote in log.of(Vote) if vote.id == last.vote), "")
    assert hit not in proven


def test_the_fullest_log_gives_a_bounded_number_of_steps() -> None:
    """One step per vote, per end of a hold, per touch, and the end: 100 votes on 1,000 hits take about 20 ms."""
    facts: list[Fact] = list(asked_log().facts)
    review = asked_log().review
    facts += [Hit(f"p{n}", review.id, later(LATE + n), "happy", f"c{n}", "", "", page=True) for n in range(1_000)]
    for n in range(100):
        facts.append(Vote(review.id, f"p{n}", later(LATE + 1_000 + n), FACES[n % 3], Mode.AUTO, 0, Evidence.SOFT))
        facts.append(Signal(review.id, f"p{n}", later(LATE + 9_000 + n), "scroll"))
    assert len(decide(Log(review, tuple(facts)), RULES).steps) <= 1 + 3 * 100 + 1


def test_no_review_keeps_more_hits_or_votes_than_its_bound() -> None:
    log = begun(closing(ask="embedded"))
    hit = Hit("p", log.review.id, later(LATE), "happy", "c", "", "", page=True)
    full = replace(log, facts=tuple(replace(hit, id=f"p{n}") for n in range(1_000)))
    assert flow.link_opened(full, hit="one more", link="happy", visit=visit(), at=later(LATE), rules=RULES) == ()
    cast = Vote(log.review.id, "p", later(LATE), "happy", Mode.BUTTON, 0, Evidence.EXPLICIT)
    voted_out = replace(log, facts=(hit, *(replace(cast, turn=n) for n in range(100))))
    assert (
        flow.voted(voted_out, press=Press("p", "unhappy", Mode.BUTTON, trusted=True), at=later(LATE), rules=RULES) == ()
    )


def test_the_slots_hold_every_answer_once_and_two_decoys() -> None:
    assert sorted(SLOTS) == sorted((*FACES, "decoy", "decoy"))
