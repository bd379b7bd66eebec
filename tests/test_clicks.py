"""Which rating counts? Histories as tables, told through the flow."""

from datetime import timedelta

import pytest

from reviews.clicks import decide, told
from reviews.model import Mode, Status
from tests.histories import (
    EARLY,
    EXPIRY,
    HOLD,
    LATE,
    Event,
    arrive,
    auto,
    comment,
    form,
    open_,
    press,
    reminded,
    told_as,
    touch,
)
from tests.story import (
    CLOSED_AT,
    RULES,
    START,
    asked_log,
    closed_log,
    later,
    opened,
    voted,
)


def check(*events: Event, steps: list[str]) -> None:
    """That history gives those steps, after the first, which says that nothing is known."""
    log = asked_log()
    for event in events:
        log = event(log)
    first, *others = decide(log, RULES).steps
    assert (first.at, first.status, first.value) == (CLOSED_AT, Status.NONE, None)
    assert [told_as(step) for step in others] == steps


LATE_PAGE = open_("p", LATE)

HISTORIES: dict[str, tuple[list[Event], list[str]]] = {
    "a page opened and nothing done": ([open_("p", LATE)], []),
    "late and untouched: it counts after the hold": (
        [LATE_PAGE, auto("p", "happy", LATE + 1)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    "late and touched: it counts at once": (
        [LATE_PAGE, auto("p", "happy", LATE + 1), touch("p", LATE + 5)],
        ["3001 provisional happy (hold)", "3005 confirmed happy hard (passive)"],
    ),
    "touched before its script voted": (
        [LATE_PAGE, touch("p", LATE + 0.5), auto("p", "happy", LATE + 1)],
        ["3001 confirmed happy hard (passive)"],
    ),
    "touched only after the hold: the grade rises": (
        [LATE_PAGE, auto("p", "happy", LATE + 1), touch("p", LATE + 900)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)", "3900 confirmed happy hard (passive)"],
    ),
    "early and untouched: it waits for a tap, and in vain": (
        [open_("p", 60), auto("p", "happy", 61)],
        ["61 provisional happy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "early, then a tap": (
        [open_("p", 60), auto("p", "happy", 61), press("p", "happy", 70)],
        ["61 provisional happy (early)", "70 confirmed happy hard (explicit)"],
    ),
    "early, then a touch": (
        [open_("p", 60), auto("p", "happy", 61), touch("p", 63)],
        ["61 provisional happy (early)", "63 confirmed happy hard (passive)"],
    ),
    "early, then opened again later": (
        [open_("p", 60), auto("p", "happy", 61), open_("q", LATE), auto("q", "happy", LATE + 1)],
        ["61 provisional happy (early)", "3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    "the last early moment": (
        [open_("p", EARLY - 2), auto("p", "happy", EARLY - 0.000001)],
        ["599.999999 provisional happy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "the first moment that is not early": (
        [open_("p", EARLY - 1), auto("p", "happy", EARLY)],
        ["600 provisional happy (hold)", "1200 confirmed happy soft (held)"],
    ),
    "early after a reminder is early too": (
        [reminded(LATE), open_("p", LATE + 60), auto("p", "happy", LATE + 61)],
        ["3061 provisional happy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "a browser that says it is driven": (
        [LATE_PAGE, auto("p", "happy", LATE + 1, machine="webdriver")],
        ["3001 voided (webdriver)"],
    ),
    "a machine that gives itself away later takes all of its page back": (
        [LATE_PAGE, auto("p", "happy", LATE + 1), press("p", "decoy", LATE + 700)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)", "3700 voided (decoy button)"],
    ),
    "a press on the decoy button first, then on a face": (
        [LATE_PAGE, press("p", "decoy", LATE + 1), press("p", "happy", LATE + 2)],
        ["3001 voided (decoy button)"],
    ),
    "a person after a machine": (
        [
            open_("p", 60),
            auto("p", "unhappy", 61, machine="webdriver"),
            open_("q", 900, by="c2"),
            press("q", "happy", 905),
        ],
        ["61 voided (webdriver)", "905 confirmed happy hard (explicit)"],
    ),
    "a machine after a person takes back nothing of theirs": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 2),
            open_("q", 9_000, by="c2"),
            auto("q", "unhappy", 9_001, machine="webdriver"),
        ],
        ["3002 confirmed happy hard (explicit)"],
    ),
    "a press alone": ([LATE_PAGE, press("p", "neutral", LATE + 2)], ["3002 confirmed neutral hard (explicit)"]),
    "an early press": ([open_("p", 30), press("p", "neutral", 32)], ["32 confirmed neutral hard (explicit)"]),
    "a press the browser does not vouch for is a script's": (
        [LATE_PAGE, press("p", "neutral", LATE + 2, trusted=False)],
        ["3002 provisional neutral (hold)", "3602 confirmed neutral soft (held)"],
    ),
    "a form without any script is a person's": (
        [open_("p", 30), form("p", "unhappy", 32)],
        ["32 confirmed unhappy hard (explicit)"],
    ),
    "a form from a page whose script was alive is a script's": (
        [open_("p", 30), arrive("p", 31), form("p", "unhappy", 32)],
        ["32 provisional unhappy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "the script of another page does not matter": (
        [open_("p", 30), open_("q", 31), arrive("q", 31), form("p", "unhappy", 32)],
        ["32 confirmed unhappy hard (explicit)"],
    ),
    "words are as good as a press": (
        [open_("p", 30), auto("p", "unhappy", 31), comment("p", "unhappy", 60)],
        ["31 provisional unhappy (early)", "60 confirmed unhappy hard (explicit)"],
    ),
    "there and back again on the page": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 2),
            press("p", "unhappy", LATE + 4),
            press("p", "happy", LATE + 6),
        ],
        [
            "3002 confirmed happy hard (explicit)",
            "3004 confirmed unhappy hard (explicit)",
            "3006 confirmed happy hard (explicit)",
        ],
    ),
    "another face from the mail, same client, both soft": (
        [LATE_PAGE, auto("p", "unhappy", LATE + 1), open_("q", LATE + 20), auto("q", "happy", LATE + 21)],
        [
            "3001 provisional unhappy (hold)",
            "3021 provisional happy (hold)",
            "3601 confirmed unhappy soft (held)",
            "3621 confirmed happy soft (held)",
        ],
    ),
    "a later soft vote of another client does not displace a hard one": (
        [LATE_PAGE, press("p", "happy", LATE + 2), open_("q", 9_000, by="c2"), auto("q", "unhappy", 9_001)],
        ["3002 confirmed happy hard (explicit)"],
    ),
    "a later soft vote of the same client does": (
        [LATE_PAGE, press("p", "happy", LATE + 2), open_("q", 9_000), auto("q", "unhappy", 9_001)],
        ["3002 confirmed happy hard (explicit)", "9601 confirmed unhappy soft (held)"],
    ),
    "a later soft vote displaces a soft one of anybody": (
        [LATE_PAGE, auto("p", "happy", LATE + 1), open_("q", 9_000, by="c2"), auto("q", "unhappy", 9_001)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)", "9601 confirmed unhappy soft (held)"],
    ),
    "a later hard vote of anybody displaces a hard one": (
        [LATE_PAGE, press("p", "happy", LATE + 2), open_("q", 9_000, by="c2"), press("q", "unhappy", 9_001)],
        ["3002 confirmed happy hard (explicit)", "9001 confirmed unhappy hard (explicit)"],
    ),
    "a vote that waits displaces nothing that counts": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 2),
            reminded(9_000),
            open_("q", 9_060),
            auto("q", "unhappy", 9_061),
        ],
        ["3002 confirmed happy hard (explicit)"],
    ),
    "a double click is one vote": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 2),
            press("p", "happy", LATE + 2.1),
            auto("p", "happy", LATE + 3),
        ],
        ["3002 confirmed happy hard (explicit)"],
    ),
    "a page never opened cannot vote": ([press("made up", "unhappy", LATE)], []),
    "a decoy's page cannot vote": ([open_("p", LATE, link="decoy"), press("p", "unhappy", LATE + 1)], []),
    "a page opened too soon cannot vote": ([open_("p", 4.9), press("p", "unhappy", 6)], []),
    "a page opened after the end cannot vote": ([open_("p", EXPIRY + 1), press("p", "unhappy", EXPIRY + 2)], []),
    "an answer that is none": ([LATE_PAGE, press("p", "ecstatic", LATE + 1)], []),
}


@pytest.mark.parametrize(("events", "steps"), HISTORIES.values(), ids=HISTORIES)
def test_a_history_gives_its_steps(events: list[Event], steps: list[str]) -> None:
    check(*events, steps=steps)


def test_a_ticket_that_asks_by_itself_can_be_rated_without_our_mail() -> None:
    log = closed_log(ask="embedded")
    log = voted(opened(log, "p", at=later(LATE)), "p", "happy", Mode.AUTO, at=later(LATE + 1))
    assert [told_as(step) for step in decide(log, RULES).steps[1:]] == [
        "3001 provisional happy (hold)",
        "3601 confirmed happy soft (held)",
    ]


def test_the_step_of_a_moment_is_the_last_that_began() -> None:
    log = voted(opened(asked_log(), "p", at=later(LATE)), "p", "happy", Mode.AUTO, at=later(LATE + 1))
    timeline = decide(log, RULES)
    for at, status in (
        (START - timedelta(days=1), Status.NONE),
        (later(LATE), Status.NONE),
        (later(LATE + 1), Status.PROVISIONAL),
        (later(LATE + 1 + HOLD) - timedelta(microseconds=1), Status.PROVISIONAL),
        (later(LATE + 1 + HOLD), Status.CONFIRMED),
        (later(days=999), Status.CONFIRMED),
    ):
        assert timeline.at(at).status is status, at


@pytest.mark.parametrize(
    ("events", "page", "at", "says"),
    [
        ([open_("p", LATE)], "p", LATE, ("none", "", False)),
        ([LATE_PAGE, auto("p", "happy", LATE + 1)], "p", LATE + 2, ("provisional", "happy", False)),
        ([LATE_PAGE, auto("p", "happy", LATE + 1)], "p", LATE + 999, ("confirmed", "happy", False)),
        ([open_("p", 60), auto("p", "happy", 61)], "p", 62, ("provisional", "happy", True)),
        ([open_("p", 60), press("p", "happy", 61)], "p", 62, ("confirmed", "happy", False)),
        (  # somebody else's rating stands: this page is asked for a tap, and is not told which
            [
                open_("p", LATE),
                press("p", "happy", LATE + 1),
                open_("q", LATE + 60, by="c2"),
                auto("q", "unhappy", LATE + 61),
            ],
            "q",
            LATE + 62,
            ("provisional", "unhappy", True),
        ),
        (
            [LATE_PAGE, press("p", "decoy", LATE + 1), press("p", "happy", LATE + 2)],
            "p",
            LATE + 3,
            ("provisional", "happy", True),
        ),
    ],
)
def test_a_page_is_told_of_its_own_vote_alone(
    events: list[Event], page: str, at: float, says: tuple[str, str, bool]
) -> None:
    log = asked_log()
    for event in events:
        log = event(log)
    said = told(log, decide(log, RULES), hit=page, now=later(at))
    assert (said.status, said.answer, said.needs_tap) == says
