"""Is each helpdesk understood? A payload made by hand (docs/helpdesks: from what), signed its way, over real HTTP."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews.deeds import CreditMoved
from reviews.facts import Review
from store import Source, Wanted, dead_letters, sources
from tests.story import RULES
from tests.test_signatures import SECRET, SIGNED
from tests.web_house import House, opened_house
from web.hooks.checked import checked
from web.hooks.mapping import WrongMapping
from web.hooks.presets import mapping_of, names, preset
from web.hooks.replayed import GONE, replay
from web.hooks.tried import tried
from web.hooks.understood import Sent

PAYLOADS = Path(__file__).with_name("payloads")
DOCS = Path(__file__).parent.parent / "docs" / "helpdesks"
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)  # the time that tests.test_signatures signs
CLOSED = datetime(2026, 11, 21, 8, tzinfo=UTC)
NUMBERS = {
    "autotask": "T20261121.0007",
    "chatwoot": "10",
    "connectwise": "7741",
    "freescout": "3",
    "freshdesk": "48213",
    "halopsa": "2101",
    "helpscout": "349",
    "jira": "SP-53",
    "kaseya-bms": "20261121-5012",
    "zammad": "10081",
    "zendesk": "35436",
}
LACKS: dict[str, set[str]] = {
    "autotask": {"name", "agent name", "team", "tags"},
    "chatwoot": {"subject", "agent", "agent name"},
    "connectwise": {"agent", "agent name", "tags"},
    "freescout": {"company", "team", "tags"},
    "freshdesk": {"closed"},
    "halopsa": {"tags"},
    "helpscout": {"company"},
    "jira": {"company"},
    "kaseya-bms": {"tags"},
    "zammad": {"tags"},
}
"""What a helpdesk's webhook does not say."""
TELLS_WHO_SOLVED = ("autotask", "freescout", "halopsa", "helpscout", "zammad", "zendesk")
REOPENED: dict[str, dict[str, object]] = {
    "autotask": {"Fields.Status": "In Progress"},
    "chatwoot": {"status": "open"},
    "connectwise": {"Entity": '{"closedFlag": false}'},
    "freescout": {"status": "active", "closedAt": None},
    "freshdesk": {"event": "reopened"},
    "halopsa": {"event": "reopened"},
    "helpscout": {"status": "active", "closedAt": None},
    "jira": {"fields.status": {"name": "Open", "statusCategory": {"key": "new"}}},
    "kaseya-bms": {"Data.StatusName": "In Progress"},
    "zammad": {"ticket.state": "open", "ticket.close_at": None},
    "zendesk": {"event": "reopened"},
}
OTHERS: dict[str, dict[str, object]] = {
    "autotask": {"Fields.Status": "Waiting Customer"},
    "chatwoot": {"status": "snoozed"},
    "connectwise": {"Entity": "{}"},
    "freescout": {"status": "spam"},
    "helpscout": {"status": "spam"},
    "kaseya-bms": {"Data.StatusName": "Waiting"},
    "zammad": {"ticket.state": "removed"},
    "zendesk": {"event": "updated"},
}
each_helpdesk = pytest.mark.parametrize("name", names())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        house.clock.now = AT
        for name in names():
            await connect(house, Source(name, "acme", SECRET, {}, name))
        yield house


async def connect(house: House, source: Source) -> None:
    await house.store.write(partial(sources.set_source, source=source, at=AT))


def payload(name: str, changes: dict[str, object] | None = None) -> dict[str, Any]:
    """The helpdesk's payload, with other values at these paths."""
    told: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        inside = told
        for parent in parents:
            inside = inside[parent]
        inside[last] = value
    return told


async def send(house: House, name: str, changes: dict[str, object] | None = None, **headers: str) -> httpx2.Response:
    """That payload from the helpdesk itself."""
    body = json.dumps(payload(name, changes)).encode()
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    signed = SIGNED[preset(name).scheme](body, SECRET)
    return await house.client.post(f"/hooks/{name}", content=body, headers={**signed, **named})


async def reviews(house: House) -> list[Review]:
    return [one.review for one in await house.store.reviews(Wanted(), now=house.clock.now, most=99)]


async def waiting(house: House) -> list[str]:
    """What becomes of each invitation."""
    found = [await house.store.deliveries(review.id) for review in await reviews(house)]
    return sorted(out.status for deliveries in found for out in deliveries)


WITHOUT_A_WEBHOOK = ("by-mail", "links")
"""Ways for helpdesks that can send a copy of a mail, or only put placeholders into their own."""


def test_every_helpdesk_has_its_payload_its_page_and_its_words() -> None:
    assert set(names()) == NUMBERS.keys() == {file.stem for file in PAYLOADS.glob("*.json")} == REOPENED.keys()
    assert {file.stem for file in DOCS.glob("*.md")} == {*names(), *WITHOUT_A_WEBHOOK, "README"}


@each_helpdesk
def test_a_preset_is_complete_and_says_where_it_was_read(name: str) -> None:
    ways = preset(name)
    assert checked([], preset=ways.mapping) == {}
    assert ways.documented
    assert all(url.startswith("https://") for url in ways.documented)
    page = (DOCS / f"{name}.md").read_text("utf-8")
    assert [words for words in (*ways.documented, *ways.verified, *ways.unverified) if words not in page] == []


@each_helpdesk
async def test_a_closed_ticket_is_asked_about(house: House, name: str) -> None:
    answer = await send(house, name)
    assert answer.status_code == 201, answer.text
    (review,) = await reviews(house)
    told = {
        "ticket": review.ticket,
        "closed": review.closed_at,
        "email": review.contact.email,
        "name": review.contact.name,
        "company": review.contact.company,
        "subject": review.subject,
        "agent": review.agent and review.agent.email,
        "agent name": review.agent and review.agent.name,
        "team": review.team,
        "tags": review.tags,
    }
    expected = {
        "ticket": NUMBERS[name],
        "closed": CLOSED,
        "email": "ada@customer.example",
        "name": "Ada Example",
        "company": "Customer Ltd",
        "subject": "VPN drops every hour",
        "agent": "sam@acme.example",
        "agent name": "Sam Smith",
        "team": "Network",
        "tags": ("vpn", "network"),
    }
    without = LACKS.get(name, set())
    if name == "jira":
        told["closed"] = review.closed_at.replace(microsecond=0)
    assert {key: value for key, value in told.items() if key not in without} == {
        key: value for key, value in expected.items() if key not in without
    }
    assert not any(told[key] for key in without - {"closed"})


@each_helpdesk
async def test_who_solved_it_is_credited_where_the_helpdesk_tells_it(house: House, name: str) -> None:
    await send(house, name)
    (review,) = await reviews(house)
    log = await house.store.log(review.id)
    assert log
    expected = {"kim@acme.example": 100} if name in TELLS_WHO_SOLVED else {}
    assert {share.agent: share.percent for moved in log.of(CreditMoved) for share in moved.shares} == expected


@pytest.mark.parametrize("solver", ["ada@customer.example", "", "-", "system", None, "Kim <kim@acme.example>"])
async def test_a_solver_who_is_nobody_of_ours_is_credited_with_nothing(house: House, solver: str | None) -> None:
    assert (await send(house, "zendesk", {"by": solver})).status_code == 201
    (review,) = await reviews(house)
    log = await house.store.log(review.id)
    assert log
    assert log.of(CreditMoved) == ()


def test_a_helpdesk_that_writes_behind_its_address_finds_a_place_for_it() -> None:
    assert preset("connectwise").address("https://x.example", "cw") == "https://x.example/hooks/cw?recordId="
    assert preset("zammad").address("https://x.example", "z") == "https://x.example/hooks/z"


@each_helpdesk
async def test_what_is_told_twice_is_asked_once(house: House, name: str) -> None:
    first, second = await send(house, name), await send(house, name)
    assert (first.status_code, second.status_code) == (201, 200)
    assert len(await reviews(house)) == 1


@each_helpdesk
async def test_a_wrong_signature_is_told_no_and_nothing_is_kept(house: House, name: str) -> None:
    body = json.dumps(payload(name)).encode()
    for headers in ({}, SIGNED[preset(name).scheme](body, "another secret")):
        answer = await house.client.post(f"/hooks/{name}", content=body, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"]
    assert await reviews(house) == []
    assert await house.store.read(partial(dead_letters.page, most=9)) == []


@each_helpdesk
async def test_a_ticket_that_is_opened_again_is_not_asked_about_until_it_is_closed_again(
    house: House, name: str
) -> None:
    await send(house, name)
    assert await waiting(house) == ["due"]
    answer = await send(house, name, REOPENED[name])
    assert (answer.status_code, answer.json()["reason"]) == (200, "reopened")
    assert await waiting(house) == ["dropped"]
    assert (await send(house, name, REOPENED[name])).status_code == 200
    assert len(await reviews(house)) == 1


@pytest.mark.parametrize("name", OTHERS)
async def test_what_concerns_nobody_is_taken_and_forgotten(house: House, name: str) -> None:
    answer = await send(house, name, OTHERS[name])
    assert (answer.status_code, answer.json()["reviews"]) == (200, [])
    assert await reviews(house) == []
    assert await house.store.read(partial(dead_letters.page, most=9)) == []


async def test_closing_again_asks_once_more_and_credits_who_closed_it_then(house: House) -> None:
    await send(house, "zammad")
    await send(house, "zammad", REOPENED["zammad"])
    again: dict[str, object] = {"ticket.close_at": "2026-11-21T09:30:00.000Z", "ticket.owner.email": "kim@acme.example"}
    assert (await send(house, "zammad", again)).status_code == 201
    second, first = await reviews(house)
    assert {first.agent and first.agent.email, second.agent and second.agent.email} == {
        "sam@acme.example",
        "kim@acme.example",
    }
    assert await waiting(house) == ["dropped", "due"]


async def test_an_address_of_its_own_tells_of_opening_again(house: House) -> None:
    await send(house, "zammad")
    for number, kept in (("10081", False), (None, True)):
        body = json.dumps(payload("zammad", {"ticket.number": number, "ticket.customer": None})).encode()
        signed = SIGNED["zammad"](body, SECRET)
        answer = await house.client.post("/hooks/zammad/reopened", content=body, headers=signed)
        assert answer.status_code == (202 if kept else 200)
    assert await waiting(house) == ["dropped"]
    (letter,) = await house.store.read(partial(dead_letters.page, most=9))
    await connect(house, Source("zammad", "acme", SECRET, {"ticket": "ticket.id"}, "zammad"))
    assert not (await replay(house.door, letter)).reason
    assert len(await reviews(house)) == 1


async def test_a_ticket_merged_into_another_is_not_asked_about(house: House) -> None:
    await send(house, "zammad")
    answer = await send(house, "zammad", {"ticket.state": "merged"})
    assert answer.json()["reason"] == "merged"
    assert await waiting(house) == ["dropped"]


async def test_a_merge_told_in_a_header_is_understood(house: House) -> None:
    await send(house, "helpscout", X_HelpScout_Event="convo.status")
    answer = await send(house, "helpscout", X_HelpScout_Event="convo.merged")
    assert answer.json()["reason"] == "merged"
    assert await waiting(house) == ["dropped"]


async def test_a_reassignment_changes_nothing_for_who_closed_it(house: House) -> None:
    await send(house, "zendesk")
    answer = await send(house, "zendesk", {"event": "reassigned", "assignee.email": "kim@acme.example"})
    assert answer.status_code == 200
    (review,) = await reviews(house)
    assert review.agent
    assert review.agent.email == "sam@acme.example"
    assert await waiting(house) == ["due"]


async def test_opening_again_touches_no_other_ticket_and_no_other_source(house: House) -> None:
    await send(house, "zammad")
    await send(house, "freshdesk", {"ticket": "10081"})
    await send(house, "zammad", {"ticket.number": "10082"})
    await send(house, "zammad", REOPENED["zammad"])
    assert await waiting(house) == ["dropped", "due", "due"]


async def test_a_helpdesk_without_a_time_of_closing_is_asked_again_on_another_day(house: House) -> None:
    assert (await send(house, "freshdesk")).status_code == 201
    house.clock.forward(hours=13)
    assert (await send(house, "freshdesk")).status_code == 200
    house.clock.forward(hours=2)
    assert (await send(house, "freshdesk")).status_code == 201


async def test_a_ticket_nobody_is_assigned_to_is_asked_about(house: House) -> None:
    nobody: dict[str, object] = {"ticket.owner": {"id": 1, "login": "-", "firstname": "-", "lastname": "", "email": ""}}
    assert (await send(house, "zammad", nobody)).status_code == 201
    (review,) = await reviews(house)
    assert review.agent is None


# what could not be read


async def test_a_letter_is_read_once_the_mapping_is_mended(house: House) -> None:
    moved: dict[str, object] = {"number": None, "id": 77}
    assert (await send(house, "helpscout", moved, X_HelpScout_Event="convo.status")).status_code == 202
    (letter,) = await house.store.read(partial(dead_letters.page, most=9))
    assert letter.headers == {"x-helpscout-event": "convo.status"}
    assert "/ticket: this field is missing (looked for at number)" in letter.reason
    assert (await replay(house.door, letter)).reason == letter.reason
    await connect(house, Source("helpscout", "acme", SECRET, {"ticket": "number | id"}, "helpscout"))
    assert not (await replay(house.door, letter)).reason
    assert not (await replay(house.door, letter)).reason  # a crash before it was taken away
    (review,) = await reviews(house)
    assert review.ticket == "77"
    assert await house.store.read(partial(dead_letters.page, most=9)) == []


async def test_a_letter_whose_source_is_gone_stays(house: House) -> None:
    await send(house, "zammad", {"ticket.number": None})
    (letter,) = await house.store.read(partial(dead_letters.page, most=9))
    await house.store.write(partial(sources.drop_source, id="zammad", at=house.clock.now))
    assert (await replay(house.door, letter)).reason == GONE
    assert await house.store.read(partial(dead_letters.page, most=9)) == [letter]


async def test_a_letter_holds_no_secret(house: House) -> None:
    await send(house, "freshdesk", {"ticket": None})
    (letter,) = await house.store.read(partial(dead_letters.page, most=9))
    assert SECRET not in repr(letter)
    assert letter.headers == {}


# trying


def test_a_payload_is_shown_as_what_it_would_become() -> None:
    source = Source("zammad", "acme", SECRET, {}, "zammad")
    sent = Sent((PAYLOADS / "zammad.json").read_bytes(), {}, AT)
    told = tried(source, sent, brands=["acme"], rules=RULES)
    assert told["event"] == "closed"
    assert isinstance(told["ticket"], dict)
    assert told["ticket"]["contact"]["email"] == "ada@customer.example"
    assert json.dumps(told)
    wrong = tried(source, Sent(b"{", {}, AT), brands=["acme"], rules=RULES)
    assert (wrong["event"], str(wrong["reason"]).startswith("The body is no JSON")) == (None, True)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("event.solved==done", "there is no such event"),
        ("event.closed=ticket.state", "fixed words"),
        ("closed_at=at ~unx", "there is no ~unx; there are ~unix"),
    ],
)
def test_a_mapping_whose_words_mean_nothing_is_refused(pair: str, words: str) -> None:
    with pytest.raises(WrongMapping, match=words):
        checked([pair], preset=preset("zammad").mapping)


def test_a_source_has_its_own_places_before_the_preset_s() -> None:
    source = Source("zammad", "acme", SECRET, {"team": "=Field"}, "zammad")
    assert mapping_of(source)["team"] == "=Field"
    assert mapping_of(source)["ticket"] == "ticket.number"
    assert mapping_of(Source("x", "acme", SECRET, {"ticket": "a"}, "a helpdesk of a later version")) == {"ticket": "a"}
