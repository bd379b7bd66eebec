"""What does each rule of the click protocol do? At least one history a rule: without the rule its history would end
otherwise, which is tried for each."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from reviews.clicks import course, decide, standings
from reviews.log import Log
from reviews.model import Evidence
from tests.histories import (
    EXPIRY,
    LATE,
    Event,
    auto,
    comment,
    delivered,
    form,
    open_,
    press,
    restored,
    shown,
    suspected,
    told_as,
    touch,
    voided,
)
from tests.story import RULES, asked_log, later

History = tuple[list[Event], list[str]]
SECURITY, CLOUD = "security", "cloud"
DAY = 86_400

BURST_OF_ONE = [shown("p", LATE), shown("q", LATE + 2, link="neutral")]
"""Two faces faster than anybody opens them."""

HISTORIES: dict[str, History] = {
    # V1
    "V1 a browser that says it is driven": (
        [open_("p", LATE), auto("p", "happy", LATE + 1, machine="webdriver")],
        ["3001 voided (webdriver)"],
    ),
    "V1 a touch does not clear it": (
        [open_("p", LATE), touch("p", LATE + 0.5), auto("p", "happy", LATE + 1, machine="webdriver")],
        ["3001 voided (webdriver)"],
    ),
    "V1 nor does a press on a page whose hidden button was pressed": (
        [open_("p", LATE), press("p", "decoy", LATE + 4), press("p", "happy", LATE + 5)],
        ["3004 voided (decoy button)"],
    ),
    # 3.3: nobody holds the mail yet
    "opened before the receiving server had the mail": (
        [shown("p", LATE), delivered(9_000)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)", "9000 voided (before_delivery)"],
    ),
    "opened and touched before the receiving server had the mail": (
        [shown("p", LATE), touch("p", LATE + 2), delivered(9_000)],
        [
            "3001 provisional happy (hold)",
            "3002 confirmed happy hard (passive)",
            "9000 voided (before_delivery)",
        ],
    ),
    "a press is not taken back by a clock": (
        [open_("p", LATE), press("p", "happy", LATE + 2), delivered(LATE + 3)],
        ["3002 confirmed happy hard (explicit)"],
    ),
    "what comes soon after the mail arrived is early": (
        [delivered(LATE - 60), shown("p", LATE)],
        ["3001 provisional happy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    # V2
    "V2 two faces at once, by one client": (BURST_OF_ONE, ["3001 provisional happy (hold)", "3002 voided (burst)"]),
    "V2 two faces at once, by two clients: both are of one fleet": (
        [shown("p", LATE), shown("q", LATE + 2, by="c2", link="neutral")],
        ["3001 provisional happy (hold)", "3002 voided (burst)"],
    ),
    "V2 three faces at leisure, by one client": (
        [shown("p", LATE), shown("q", LATE + 20, link="neutral"), shown("r", LATE + 40, link="unhappy")],
        [
            "3001 provisional happy (hold)",
            "3021 provisional neutral (hold)",
            "3040 voided (burst)",
        ],
    ),
    "V2 three faces by three clients: those from a network of machines": (
        [
            shown("p", LATE, by="m1", network=CLOUD),
            shown("q", LATE + 20, by="m2", link="neutral", network=SECURITY),
            shown("r", LATE + 40, by="m3", link="unhappy", network=CLOUD),
        ],
        [
            "3001 provisional happy (network)",
            "3020 provisional happy (network, conflict)",
            "3021 provisional neutral (network, conflict)",
            "3040 voided (burst)",
        ],
    ),
    "V2 the post's network tells as well": (
        [
            open_("p", LATE, by="m1"),
            auto("p", "happy", LATE + 1, network=CLOUD),
            open_("q", LATE + 20, by="m2", link="neutral"),
            open_("r", LATE + 40, by="m3", link="unhappy"),
        ],
        ["3001 provisional happy (network)", "3020 provisional happy (network, conflict)", "3040 voided (burst)"],
    ),
    "V2 a decoy makes a burst of its client's visits": (
        [shown("p", LATE), open_("d", LATE + 60, link="decoy")],
        ["3001 provisional happy (hold)", "3060 voided (burst, honeypot)"],
    ),
    "V2 a minute and more between them is no cluster": (
        [shown("p", LATE), open_("q", LATE + 60.001, link="neutral"), open_("r", LATE + 120.002, link="neutral")],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    "two faces three seconds apart are a change of mind": (
        [shown("p", LATE), shown("q", LATE + 3, link="neutral")],
        [
            "3001 provisional happy (hold)",
            "3004 provisional neutral (hold)",
            "3601 confirmed happy soft (held)",
            "3604 confirmed neutral soft (held)",
        ],
    ),
    "the same face twice at once is an echo": (
        [shown("p", LATE), shown("q", LATE + 1, by="c2")],
        [
            "3001 provisional happy (hold)",
            "3002 provisional happy (hold)",
            "3601 confirmed happy soft (held)",
            "3602 confirmed happy soft (held)",
        ],
    ),
    "machines that say what they are make no burst": (
        [
            shown("p", LATE),
            open_("x", LATE + 1, by="m", link="neutral", user_agent="Go-http-client/1.1"),
            open_("y", LATE + 1, by="m", link="unhappy", network="scanner"),
        ],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    # V3
    "V3 a touch does not clear who took part in a hard burst": (
        [*BURST_OF_ONE, touch("p", LATE + 5)],
        ["3001 provisional happy (hold)", "3002 voided (burst)"],
    ),
    "V3 it clears who took part in a slow one": (
        [
            shown("p", LATE),
            shown("q", LATE + 20, link="neutral"),
            shown("r", LATE + 40, link="unhappy"),
            touch("r", LATE + 50),
        ],
        [
            "3001 provisional happy (hold)",
            "3021 provisional neutral (hold)",
            "3040 voided (burst)",
            "3050 confirmed unhappy hard (passive)",
        ],
    ),
    "V3 a press within a minute of a hard burst does not count": (
        [*BURST_OF_ONE, press("p", "happy", LATE + 62)],
        ["3001 provisional happy (hold)", "3002 voided (burst)"],
    ),
    "V3 a press after it does": (
        [*BURST_OF_ONE, press("p", "happy", LATE + 62.001)],
        ["3001 provisional happy (hold)", "3002 voided (burst)", "3062.001 confirmed happy hard (explicit)"],
    ),
    "V3 a press is taken back by the hard burst that follows": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 1),
            open_("q", LATE + 2, link="unhappy"),
        ],
        ["3001 confirmed happy hard (explicit)", "3002 voided (burst)"],
    ),
    # V4
    "V4 the same client opened a decoy a while before": (
        [open_("d", LATE, link="decoy"), shown("p", LATE + 600)],
        ["3601 voided (honeypot)"],
    ),
    "V4 or a while after": (
        [shown("p", LATE), open_("d", LATE + 600, link="decoy")],
        ["3001 provisional happy (hold)", "3600 voided (honeypot)"],
    ),
    "V4 not longer than that": (
        [open_("d", LATE, link="decoy"), shown("p", LATE + 600.001)],
        ["3601.001 provisional happy (hold)", "4201.001 confirmed happy soft (held)"],
    ),
    "V4 not another client": (
        [open_("d", LATE, link="decoy", by="m"), shown("p", LATE + 300)],
        ["3301 provisional happy (hold)", "3901 confirmed happy soft (held)"],
    ),
    "V4 over the turn of a week it is the same client": (
        [open_("d", LATE, link="decoy", by="old key"), shown("p", LATE + 300, by="new key", before="old key")],
        ["3301 voided (honeypot)"],
    ),
    "V4 a touch clears it: somebody's screen reader found the link": (
        [open_("d", LATE, link="decoy"), shown("p", LATE + 300), touch("p", LATE + 305)],
        ["3301 voided (honeypot)", "3305 confirmed happy hard (passive)"],
    ),
    # V5
    "V5 every face within a day, one by one, untouched": (
        [shown("p", LATE), shown("q", LATE + 9_000, link="neutral"), shown("r", LATE + 18_000, link="unhappy")],
        [
            "3001 provisional happy (hold)",
            "3601 confirmed happy soft (held)",
            "12601 confirmed neutral soft (held)",
            "21000 voided (sweep)",
        ],
    ),
    "V5 a touch anywhere shows a person": (
        [
            shown("p", LATE),
            shown("q", LATE + 9_000, link="neutral"),
            shown("r", LATE + 18_000, link="unhappy"),
            touch("q", LATE + 18_100),
        ],
        [
            "3001 provisional happy (hold)",
            "3601 confirmed happy soft (held)",
            "12601 confirmed neutral soft (held)",
            "21000 voided (sweep)",
            "21100 confirmed neutral hard (passive)",
            "21601 confirmed unhappy soft (held)",
        ],
    ),
    "V5 not over more than a day": (
        [shown("p", LATE), shown("q", LATE + 9_000, link="neutral"), shown("r", LATE + DAY + 1, link="unhappy")],
        [
            "3001 provisional happy (hold)",
            "3601 confirmed happy soft (held)",
            "12601 confirmed neutral soft (held)",
            f"{LATE + DAY + 2 + 600} confirmed unhappy soft (held)",
        ],
    ),
    # V6
    "V6 two faces of a page at once": (
        [open_("p", LATE), press("p", "happy", LATE + 3), press("p", "unhappy", LATE + 3.4)],
        ["3003 confirmed happy hard (explicit)", "3003.4 voided (button_burst)"],
    ),
    "V6 three faces of a page in five seconds": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 3),
            press("p", "unhappy", LATE + 5),
            press("p", "neutral", LATE + 8),
        ],
        [
            "3003 confirmed happy hard (explicit)",
            "3005 confirmed unhappy hard (explicit)",
            "3008 voided (button_burst)",
        ],
    ),
    "V6 three faces on three pages within a minute": (
        [
            open_("p", LATE, by="c1"),
            open_("q", LATE + 70, by="c2", link="neutral"),
            open_("r", LATE + 140, by="c3", link="unhappy"),
            press("p", "happy", LATE + 150),
            press("q", "neutral", LATE + 180),
            press("r", "unhappy", LATE + 210),
        ],
        [
            "3150 confirmed happy hard (explicit)",
            "3180 confirmed neutral hard (explicit)",
            "3210 voided (button_burst)",
        ],
    ),
    "V6 what its page had said before is a machine's too": (
        [
            shown("p", LATE),
            touch("p", LATE + 2),
            press("p", "happy", LATE + 3),
            press("p", "unhappy", LATE + 3.4),
        ],
        [
            "3001 provisional happy (hold)",
            "3002 confirmed happy hard (passive)",
            "3003 confirmed happy hard (explicit)",
            "3003.4 voided (button_burst)",
        ],
    ),
    "V6 and what its script had said": (
        [shown("p", LATE), press("p", "happy", LATE + 3), press("p", "unhappy", LATE + 3.4)],
        [
            "3001 provisional happy (hold)",
            "3003 confirmed happy hard (explicit)",
            "3003.4 voided (button_burst)",
        ],
    ),
    "V6 a press some seconds later counts": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 3),
            press("p", "unhappy", LATE + 3.4),
            press("p", "unhappy", LATE + 9),
        ],
        [
            "3003 confirmed happy hard (explicit)",
            "3003.4 voided (button_burst)",
            "3009 confirmed unhappy hard (explicit)",
        ],
    ),
    # N1 stands in test_clicks.py, in detail
    "N1 early and untouched": (
        [shown("p", 60)],
        ["61 provisional happy (early)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    # N2
    "N2 from a network of machines": (
        [shown("p", LATE, network=CLOUD)],
        ["3001 provisional happy (network)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "N2 people are behind those too: a touch clears it": (
        [shown("p", LATE, network=SECURITY), touch("p", LATE + 3)],
        ["3001 provisional happy (network)", "3003 confirmed happy hard (passive)"],
    ),
    # N3
    "N3 two clients, two faces, at about the same time": (
        [shown("p", LATE), shown("q", LATE + 30, by="c2", link="unhappy")],
        [
            "3001 provisional happy (hold)",
            "3030 provisional happy (conflict)",
            "3031 provisional unhappy (conflict)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    "N3 until it proves to be a burst": (
        [
            shown("p", LATE),
            shown("q", LATE + 30, by="m", link="unhappy"),
            open_("d", LATE + 50, by="m", link="decoy"),
        ],
        [
            "3001 provisional happy (hold)",
            "3030 provisional happy (conflict)",
            "3031 provisional unhappy (conflict)",
            "3050 provisional happy (burst_neighbour)",
            f"{EXPIRY} voided (burst, honeypot)",
        ],
    ),
    # N4
    "N4 a person who clicks while a machine is at work": (
        [
            open_("x", LATE, by="m", link="neutral"),
            open_("y", LATE + 1, by="m", link="unhappy"),
            shown("p", LATE + 9),
        ],
        ["3010 provisional happy (burst_neighbour)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    # N5
    "N5 every face within an hour, whoever it was": (
        [
            shown("p", LATE),
            open_("q", LATE + 1_000, by="c2", link="neutral"),
            open_("r", LATE + 3_600, by="c3", link="unhappy"),
        ],
        [
            "3001 provisional happy (hold)",
            "3601 confirmed happy soft (held)",
            "6600 provisional happy (sweep_any)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    "N5 not over more than an hour": (
        [
            shown("p", LATE),
            open_("q", LATE + 1_000, by="c2", link="neutral"),
            open_("r", LATE + 3_600.001, by="c3", link="unhappy"),
        ],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    "N5 a burst is no part of it: a person an hour later is asked nothing": (
        [
            open_("x", LATE, by="m", link="happy"),
            open_("y", LATE + 5, by="m", link="neutral"),
            open_("z", LATE + 10, by="m", link="unhappy"),
            shown("p", LATE + 900, link="unhappy"),
        ],
        ["3901 provisional unhappy (hold)", "4501 confirmed unhappy soft (held)"],
    ),
    "N5 a burst before it hides nothing": (
        [
            open_("x", LATE, by="m", link="happy"),
            open_("y", LATE + 5, by="m", link="neutral"),
            open_("z", LATE + 10, by="m", link="unhappy"),
            shown("p", LATE + 600),
            open_("q", LATE + 1_200, by="c2", link="neutral"),
            open_("r", LATE + 1_800, by="c3", link="unhappy"),
        ],
        [
            "3601 provisional happy (hold)",
            "4201 confirmed happy soft (held)",
            "4800 provisional happy (sweep_any)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    # N6, N7
    "N6 the same client tried forged links": (
        [shown("p", LATE), suspected("c1", "bad_token", LATE + 30, around=LATE + 30)],
        [
            "3001 provisional happy (hold)",
            "3030 provisional happy (bad_token)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    "N6 a touch does not clear it": (
        [suspected("c1", "bad_token", LATE - 5, around=LATE), shown("p", LATE), touch("p", LATE + 2)],
        ["3001 provisional happy (bad_token)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "N6 a press does": (
        [suspected("c1", "bad_token", LATE - 5, around=LATE), shown("p", LATE), press("p", "happy", LATE + 2)],
        ["3001 provisional happy (bad_token)", "3002 confirmed happy hard (explicit)"],
    ),
    "N6 nor does it touch another client, or another hour": (
        [suspected("m", "bad_token", LATE, around=LATE), suspected("c1", "bad_token", 60, around=60), shown("p", LATE)],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)"],
    ),
    "N7 the same client opened many reviews at once": (
        [shown("p", LATE), suspected("c1", "fleet", LATE + 20, around=LATE + 20)],
        ["3001 provisional happy (hold)", "3020 provisional happy (fleet)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "N7 a touch does not clear it": (
        [shown("p", LATE), touch("p", LATE + 2), suspected("c1", "fleet", LATE + 20, around=LATE + 20)],
        [
            "3001 provisional happy (hold)",
            "3002 confirmed happy hard (passive)",
            "3020 provisional happy (fleet)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    # N8
    "N8 no name of a browser": (
        [shown("p", LATE, user_agent="")],
        ["3001 provisional happy (no_agent)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    "N8 a name and a hint that contradict each other": (
        [shown("p", LATE, user_agent="Mozilla/5.0 (Windows NT 10.0)", sec_ch_ua_platform='"Linux"')],
        ["3001 provisional happy (platform_differs)", f"{EXPIRY} voided (never_confirmed)"],
    ),
    # N10
    "N10 early and from a network of machines: a touch does not clear both": (
        [shown("p", 60, network=CLOUD), touch("p", 63)],
        [
            "61 provisional happy (early, network)",
            "63 provisional happy (early_network)",
            f"{EXPIRY} voided (never_confirmed)",
        ],
    ),
    "N10 a press does": (
        [shown("p", 60, network=CLOUD), press("p", "happy", 65)],
        ["61 provisional happy (early, network)", "65 confirmed happy hard (explicit)"],
    ),
    # C4
    "C4 a touch long after": (
        [shown("p", 60), touch("p", 1_700)],
        ["61 provisional happy (early)", "1700 confirmed happy hard (passive)"],
    ),
    "C4 words": (
        [shown("p", 60, network=CLOUD), comment("p", "happy", 90)],
        ["61 provisional happy (early, network)", "90 confirmed happy hard (explicit)"],
    ),
    "C1 a form without script": (
        [open_("p", 60, network=CLOUD), form("p", "happy", 66)],
        ["66 confirmed happy hard (explicit)"],
    ),
    # S
    "S staff take back, and put back": (
        [shown("p", LATE, link="unhappy"), touch("p", LATE + 2), voided(9_000), restored(9_500, "unhappy")],
        [
            "3001 provisional unhappy (hold)",
            "3002 confirmed unhappy hard (passive)",
            "9000 voided (staff)",
            "9500 confirmed unhappy hard (staff)",
        ],
    ),
    "S a later vote of the customer counts": (
        [open_("p", LATE), press("p", "unhappy", LATE + 2), voided(9_000), press("p", "happy", LATE + 6_100)],
        [
            "3002 confirmed unhappy hard (explicit)",
            "9000 voided (staff)",
            "9100 confirmed happy hard (explicit)",
        ],
    ),
    "S what was put back can be taken back": (
        [open_("p", LATE), press("p", "unhappy", LATE + 2), voided(9_000), restored(9_500, "unhappy"), voided(9_600)],
        [
            "3002 confirmed unhappy hard (explicit)",
            "9000 voided (staff)",
            "9500 confirmed unhappy hard (staff)",
            "9600 voided (staff)",
        ],
    ),
    "S what a rule took back can be put back": (
        [*BURST_OF_ONE, restored(9_500, "neutral")],
        ["3001 provisional happy (hold)", "3002 voided (burst)", "9500 confirmed neutral hard (staff)"],
    ),
    "S a later vote replaces what was put back": (
        [*BURST_OF_ONE, restored(9_500, "neutral"), open_("s", 9_600, by="c2"), press("s", "happy", 9_610)],
        [
            "3001 provisional happy (hold)",
            "3002 voided (burst)",
            "9500 confirmed neutral hard (staff)",
            "9610 confirmed happy hard (explicit)",
        ],
    ),
    "S not without a reason": (
        [open_("p", LATE), press("p", "unhappy", LATE + 2), voided(9_000, reason=" "), restored(1, "x", reason="")],
        ["3002 confirmed unhappy hard (explicit)"],
    ),
    "S not what nobody said": (
        [open_("p", LATE), press("p", "unhappy", LATE + 2), voided(9_000), restored(9_500, "happy")],
        ["3002 confirmed unhappy hard (explicit)", "9000 voided (staff)"],
    ),
    # which counts
    "without a press the latest that was held, whoever's it is": (
        [shown("p", LATE), shown("q", 9_000, by="c2", link="unhappy")],
        ["3001 provisional happy (hold)", "3601 confirmed happy soft (held)", "9601 confirmed unhappy soft (held)"],
    ),
    "with one, a later one only of the same client": (
        [
            open_("p", LATE),
            press("p", "happy", LATE + 2),
            shown("q", 9_000, link="neutral"),
            shown("r", 20_000, by="c2", link="happy"),
        ],
        ["3002 confirmed happy hard (explicit)", "9601 confirmed neutral soft (held)"],
    ),
}


def log_of(events: list[Event]) -> Log:
    log = asked_log()
    for event in events:
        log = event(log)
    return log


def steps_of(events: list[Event]) -> list[str]:
    return [told_as(step) for step in decide(log_of(events), RULES).steps[1:]]


@pytest.mark.parametrize(("events", "steps"), HISTORIES.values(), ids=HISTORIES)
def test_each_rule_does_what_it_says(events: list[Event], steps: list[str]) -> None:
    assert steps_of(events) == steps


@pytest.mark.parametrize(
    ("table", "evidence", "name"),
    [
        (table, evidence, name)
        for table, rules in (("VOIDS", course.VOIDS), ("DOUBTS", course.DOUBTS))
        for evidence, named in rules.items()
        for name in named
        if name != "unproven_sender"  # ratings by mail have a table of their own
    ],
)
def test_without_a_rule_some_history_ends_otherwise(
    monkeypatch: pytest.MonkeyPatch, table: str, evidence: Evidence, name: str
) -> None:
    rules: Mapping[Evidence, Mapping[str, course.Rule]] = getattr(course, table)
    rest = {known: rule for known, rule in rules[evidence].items() if known != name}
    monkeypatch.setattr(course, table, MappingProxyType({**rules, evidence: rest}))
    assert any(steps_of(events) != steps for events, steps in HISTORIES.values())


def test_n9_a_soft_vote_waits_for_a_tap_while_somebody_elses_press_for_another_face_stands() -> None:
    others = [
        open_("p", LATE),
        press("p", "happy", LATE + 2),
        shown("q", 9_000, by="c2", link="unhappy"),
        shown("r", 20_000, by="c3", link="happy"),
        shown("s", 30_000, by="c1", link="neutral"),
    ]
    told = standings(log_of(others), RULES, at=later(40_000))
    assert [(standing.state, standing.reasons) for standing in told] == [
        ("hard", ("explicit",)),
        ("pending", ("stands",)),
        ("soft", ("held",)),
        ("soft", ("held",)),
    ]
