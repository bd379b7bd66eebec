"""What does a rating rest on? The command, the API and staff's page say it in words; staff may say otherwise."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands import watching
from reviews.crediting import equal_shares
from reviews.evidence import evidence
from reviews.facts import Fact, Review, StaffAction
from reviews.flow import Rule
from reviews.handling import own_work
from reviews.log import Log
from reviews.model import Person, Status, seat_of
from reviews.tending import credit_moved
from templates.brands import SHIPPED, read_brands
from templates.evidence import DONE, HOW, MACHINES, STATUSES, sentence, sentences, verdict
from templates.evidence import RULES as TOLD
from tests.histories import (
    LATE,
    Event,
    auto,
    comment,
    delivered,
    open_,
    press,
    restored,
    shown,
    suspected,
    touch,
    voided,
)
from tests.story import LEA, RULES, SAM, asked_log, later
from tests.web_house import KEY, House, opened_house, path_of

ACME = read_brands(SHIPPED)["acme"]
OURS = {"Sec-Fetch-Site": "same-origin"}
API = {"Authorization": f"Bearer {KEY}"}


def log_of(*events: Event) -> Log:
    log = asked_log()
    for event in events:
        log = event(log)
    return log


def told(*events: Event, at: float = 9_999) -> list[str]:
    return [words for _, words in sentences(evidence(log_of(*events), RULES, now=later(at)), ACME)]


@pytest.mark.parametrize(
    ("events", "last"),
    [
        (
            [open_("p", 18, link="unhappy", network="security")],
            "c1 opened “Not good” 18 s after the mail from 192.0.2.0/24, somebody (mail filters, and people behind"
            " them) [Mozilla/5.0 Firefox/145.0]",
        ),
        (
            [open_("p", LATE, user_agent="Go-http-client/1.1")],
            "c1 opened “Great” 50 min after the mail from 192.0.2.0/24; no page that can vote: the program says itself"
            " that it is no browser [Go-http-client/1.1]",
        ),
        (
            [open_("p", LATE, link="decoy")],
            "c1 opened a hidden link 50 min after the mail from 192.0.2.0/24; no page that can vote: nobody can see"
            " this link [Mozilla/5.0 Firefox/145.0]",
        ),
        (
            [shown("p", LATE)],
            "c1: the page was looked at: “Great”; it counts: nothing spoke against it for a while (C3)",
        ),
        (
            [shown("p", 60)],
            "c1: the page was looked at: “Great”; it waits for one more tap: it came soon after the mail, when mail"
            " filters look at links (N1)",
        ),
        (
            [shown("p", LATE), open_("q", LATE + 0.5, link="neutral"), open_("r", LATE + 0.9, link="unhappy", by="c2")],
            "c1: the page was looked at: “Great”; it was taken back: 3 faces by 2 clients within 0.9 s, no person opens"
            " so much so fast (V2, V3)",
        ),
        ([open_("p", LATE), touch("p", LATE + 3)], "c1: somebody touched the page (scroll)"),
        (
            [open_("p", LATE), press("p", "happy", LATE + 3)],
            "c1: “Great” was pressed; it counts: somebody pressed or wrote (C1)",
        ),
        (
            [open_("p", LATE), press("p", "happy", LATE + 3, trusted=False)],
            "c1: “Great” was pressed, by a script; it counts: nothing spoke against it for a while (C3)",
        ),
        (
            [open_("p", LATE), comment("p", "unhappy", LATE + 3)],
            "c1: words were written, with “Not good”; it counts: somebody pressed or wrote (C1)",
        ),
        ([delivered(LATE)], "the receiving server took the mail"),
        ([suspected("c1", "fleet", LATE, around=LATE)], "a client is in doubt: the same client opened the links of many"
         " reviews at once"),
        (
            [open_("p", LATE), press("p", "happy", LATE + 3), voided(LATE + 9)],
            "lea took the rating back: it was not them",
        ),
        (
            [open_("p", LATE), press("p", "happy", LATE + 3), voided(LATE + 9), restored(LATE + 19, "happy")],
            "lea put a vote back: it was them",
        ),
        ([], "the question was mailed"),
    ],
)  # fmt: skip
def test_each_thing_is_told_in_a_plain_sentence(events: list[Event], last: str) -> None:
    assert told(*events)[-1] == last


def test_a_person_behind_a_machine_is_told_in_order_with_what_became_of_each() -> None:
    machine = [shown(page, 18 + n, link=link, by="m") for n, (page, link) in enumerate(zip("pqr", FACES, strict=True))]
    words = told(*machine, shown("s", 2_400, by="c1"), touch("s", 2_405))
    assert [line.partition(":")[0].partition(" opened")[0] for line in words] == [
        "the question was mailed",
        *("c1",) * 6,
        *("c2",) * 3,
    ]
    assert sum("it was taken back: 3 faces within 2 s" in line for line in words) == 3
    assert words[-2].endswith("it counts: somebody touched the page (C2)")


FACES = ("happy", "neutral", "unhappy")


def test_the_verdict_names_the_rating_its_reasons_and_the_rules() -> None:
    found = evidence(log_of(shown("p", LATE)), RULES, now=later(9_999))
    assert verdict(found, ACME).startswith("“Great”, counts: nothing spoke against it for a while (C3) (rules 20")
    assert verdict(evidence(asked_log(), RULES, now=later(0)), ACME).startswith("no rating, nobody has rated")


def test_every_reason_state_and_way_has_words() -> None:
    from reviews.clicks import course
    from reviews.clicks.course import State
    from reviews.model import Mode
    from reviews.visits import (
        DECLARED,
        DECOYED,
        EXPIRED,
        FETCH_DEST,
        FILTER,
        FLOOD,
        METHOD,
        NOT_SENT,
        PREFETCH,
        TOO_SOON,
    )

    named = {name for table in (course.VOIDS, course.DOUBTS) for rules in table.values() for name in rules}
    assert named - {"proof", "contradiction"} <= TOLD.keys()  # those two tell what they saw
    assert set(State) == DONE.keys()
    assert set(Mode) == HOW.keys()
    assert set(Status) == STATUSES.keys()
    assert {
        METHOD,
        PREFETCH,
        FETCH_DEST,
        DECLARED,
        FILTER,
        EXPIRED,
        NOT_SENT,
        TOO_SOON,
        DECOYED,
        FLOOD,
    } == MACHINES.keys()


def test_what_is_yet_to_come_is_not_told() -> None:
    assert len(told(shown("p", LATE), at=LATE)) == 2


def test_a_machines_name_cannot_break_a_line() -> None:
    [_, visit] = evidence(
        log_of(open_("p", LATE, user_agent="a\nb\x1b[31m" + "x" * 200)), RULES, now=later(9_999)
    ).entries
    words = sentence(visit, ACME)
    assert "\n" not in words
    assert "\x1b" not in words
    assert len(words) < 200


# the API, the page, and what staff say


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def happened(house: House, *events: Event, **changes: Any) -> Review:
    """A review with that history."""
    review = await house.asked(**changes)
    for event in events:
        await house.store.record(review.id, _facts(event))
    house.clock.now = later(20_000)
    return review


def _facts(event: Event) -> Rule:
    def rule(log: Log) -> list[Fact]:
        return list(event(log).facts[len(log.facts) :])

    return rule


async def test_the_api_tells_every_visit_and_vote_and_what_they_amount_to(house: House) -> None:
    review = await happened(house, shown("p", LATE, network="cloud"), open_("x", LATE + 9, user_agent="curl/8"))
    told = (await house.client.get(f"/api/v1/reviews/{review.id}/evidence", headers=API)).json()
    assert (told["status"], told["rating"], told["counted"], told["confidence"]) == (
        "provisional",
        "happy",
        False,
        None,
    )
    assert (told["needs_tap"], told["hits"], told["machine_hits"]) == (True, 2, 1)
    [vote] = told["votes"]
    assert (vote["state"], vote["reasons"], vote["evidence"]) == ("pending", ["network"], "soft")
    assert (vote["client"], vote["network"]) == ("c1", "cloud: somebody")
    assert [event["kind"] for event in told["events"]] == ["settled", "hit", "vote", "hit"]
    assert all(event["words"] for event in told["events"])
    assert told["rules_version"]


async def test_without_a_key_or_a_review_nothing_is_told(house: House) -> None:
    review = await happened(house)
    assert (await house.client.get(f"/api/v1/reviews/{review.id}/evidence")).status_code == 401
    assert (await house.client.get("/api/v1/reviews/none/evidence", headers=API)).status_code == 404


OF_NOBODY = {"agent": None, "watchers": (LEA,)}
"""A ticket whose agent nobody knows: Lea hears of it."""


def record_path(house: House, review: Review, whose: Person = LEA) -> str:
    return path_of(house.links.record(review.id, seat_of(review.id, whose.email)))


async def test_staff_read_it_on_the_page_behind_their_link_and_correct_it_with_a_reason(house: House) -> None:
    review = await happened(house, open_("p", LATE), press("p", "unhappy", LATE + 3), **OF_NOBODY)
    path = record_path(house, review)
    page = unescape((await house.client.get(path)).text)
    assert "“Not good” was pressed; it counts" in page
    [vote] = re.findall(r'value="restore ([a-z0-9]+)"', page)
    void = await house.client.post(f"{path}/rating", data={"action": "void", "reason": "not them"}, headers=OURS)
    assert (void.status_code, void.headers["location"]) == (303, path)
    assert (await house.store.timeline(review.id)).at(later(30_000)).status is Status.VOIDED
    back = {"action": f"restore {vote}", "reason": "it was them"}
    assert (await house.client.post(f"{path}/rating", data=back, headers=OURS)).status_code == 303
    step = (await house.store.timeline(review.id)).at(later(30_000))
    assert (step.value, step.reasons) == ("unhappy", ("staff",))
    assert [(done.who, done.reason) for done in (await house.log(review)).of(StaffAction)] == [
        (LEA.email, "not them"),
        (LEA.email, "it was them"),
    ]
    assert "took the rating back: not them" in unescape((await house.client.get(path)).text)


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"action": "void"}, OURS, 422),
        ({"action": "void", "reason": "  "}, OURS, 422),
        ({"action": "praise", "reason": "x"}, OURS, 422),
        ({"reason": "x"}, OURS, 422),
        ({"action": "void", "reason": "x"}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"action": "restore nothing", "reason": "x"}, OURS, 303),
    ],
)
async def test_what_is_no_correction_changes_nothing(
    house: House, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    review = await happened(house, open_("p", LATE), press("p", "unhappy", LATE + 3), **OF_NOBODY)
    answer = await house.client.post(f"{record_path(house, review)}/rating", data=form, headers=headers)
    assert answer.status_code == status
    assert not (await house.log(review)).of(StaffAction)


async def test_nobody_corrects_the_rating_of_their_own_work(house: House) -> None:
    review = await happened(house, open_("p", LATE), press("p", "unhappy", LATE + 3))
    path = record_path(house, review, SAM)
    assert "Not what the customer meant?" not in (await house.client.get(path)).text
    answer = await house.client.post(f"{path}/rating", data={"action": "void", "reason": "not them"}, headers=OURS)
    assert (answer.status_code, "It is your own work" in answer.text) == (403, True)
    moved = partial(credit_moved, action="m", who=SAM.email, shares=equal_shares([LEA.email]), reason="x", at=later(9))
    await house.store.record(review.id, moved)
    assert own_work(await house.log(review), LEA.email)
    assert own_work(await house.log(review), SAM.email)
    assert not (await house.log(review)).of(StaffAction)


async def test_a_stranger_corrects_nothing(house: House) -> None:
    review = await happened(house, open_("p", LATE), press("p", "unhappy", LATE + 3))
    form = {"action": "void", "reason": "x"}
    for path in (f"/reviews/{review.id}/rating", "/s/forged/rating"):
        answer = await house.client.post(path, data=form, headers=OURS)
        assert answer.status_code in (303, 404)
    assert not (await house.log(review)).of(StaffAction)


def test_the_network_of_the_post_is_told_as_well() -> None:
    assert told(open_("p", LATE), auto("p", "happy", LATE + 1, network="cloud"))[-1].endswith("(N2)")


async def test_the_command_says_it_in_lines(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    review = await happened(house, shown("p", 18, link="unhappy", network="security"))
    for name, value in {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'afterword.db'}",
        "AFTERWORD_BASE_URL": "https://care.acme.example",
        "AFTERWORD_REPLY_DOMAIN": "reply.acme.example",
        "AFTERWORD_FROM": "care@acme.example",
        "AFTERWORD_SECRET_KEYS": "k" * 40,
        "AFTERWORD_AFFECTED_SQLITE": "true",
    }.items():
        monkeypatch.setenv(name, value)
    done = await asyncio.to_thread(CliRunner().invoke, watching.evidence_shown, [review.id])
    assert "“Not good”" in done.output.splitlines()[0]
    assert "18 s after the mail from 192.0.2.0/24, somebody" in done.output
    unknown = await asyncio.to_thread(CliRunner().invoke, watching.evidence_shown, ["nothing"])
    assert (unknown.exit_code, "there is no review nothing" in unknown.output) == (1, True)
