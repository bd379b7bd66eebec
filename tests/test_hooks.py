"""What does a helpdesk's webhook need to be understood? Its signature, its mapping, and the way through real HTTP."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from store import Source, Wanted, dead_letters, sources
from tests.web_house import House, opened_house, served
from web.answers.guard import HOOK_BYTES_MAX
from web.hooks.mapping import Event, WrongMapping, found, happened, headers_named, mapped, places

SECRET = "a secret that the helpdesk keeps"
MAPPING = {
    "ticket": "ticket.number",
    "subject": "ticket.title",
    "closed_at": "ticket.close_at",
    "closing": "event.id",
    "contact.email": "ticket.customer.email",
    "contact.name": "ticket.customer.name",
    "agent.email": "ticket.owner.email",
    "team": "ticket.group",
    "tags": "ticket.tags",
    "ask": "=now",
}
PAYLOAD: dict[str, Any] = {
    "event": {"id": 77},
    "ticket": {
        "number": 48213,
        "title": "VPN drops every hour",
        "close_at": "2026-11-21T08:00:00.000Z",
        "customer": {"email": "ada@customer.example", "name": "Ada"},
        "owner": {"email": "sam@acme.example"},
        "group": None,
        "tags": ["vpn", "network"],
    },
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        source = Source("zammad-1", "acme", SECRET, MAPPING)
        await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
        yield house


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def send(house: House, payload: object, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """A webhook with that payload, signed unless other headers are given."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    given = {"X-Afterword-Signature": signature(body)} if headers is None else headers
    return await house.client.post("/hooks/zammad-1", content=body, headers=given)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [10, {"c": "deep"}], "": "empty", "0": "zero"}),
        ("a.b.0", 10),
        ("a.b.1.c", "deep"),
        ("a.0", "zero"),
        ("a.", "empty"),
        ("a.b.2", None),
        ("a.b.-1", None),
        ("a.b.x", None),
        ("a.b.0.c", None),
        ("a.x", None),
        ("", None),
        ("n", None),
    ],
)
def test_a_path_leads_to_what_stands_there_or_to_nothing(path: str, value: object) -> None:
    payload = {"a": {"b": [10, {"c": "deep"}], "": "empty", "0": "zero"}, "n": None}
    assert found(payload, path) == value


@pytest.mark.parametrize(
    ("mapping", "fields"),
    [
        ({}, {}),
        ({"ticket": "number"}, {"ticket": 7}),
        ({"ticket": "missing"}, {}),
        ({"ticket": "null"}, {}),
        ({"brand": "=acme"}, {"brand": "acme"}),
        ({"brand": "="}, {"brand": ""}),
        ({"subject": "blank"}, {}),
        ({"subject": "missing | blank | number"}, {"subject": 7}),
        ({"contact.name": "who.name + who.email"}, {"contact": {"name": "n e"}}),
        ({"contact.name": "who.missing + who.email"}, {"contact": {"name": "e"}}),
        ({"contact.name": "who.missing + null"}, {}),
        ({"contact.name": "text.$json.name"}, {"contact": {"name": "inside"}}),
        ({"contact.name": "who.$json.name | blank.$json.name"}, {}),
        ({"tags": "list.*.name"}, {"tags": ["a", "b"]}),
        ({"tags": "words ~words"}, {"tags": ["a", "b,c"]}),
        ({"tags": "words ~commas"}, {"tags": ["a b", "c"]}),
        ({"closed_at": "seconds ~unix"}, {"closed_at": "2026-11-21T08:00:00+00:00"}),
        ({"closed_at": "seconds ~unixms"}, {"closed_at": "1970-01-21T18:40:48+00:00"}),
        ({"closed_at": "words ~unix"}, {"closed_at": "a b,c"}),
        ({"closed_at": "naive ~utc"}, {"closed_at": "2026-11-21T08:00:00+00:00"}),
        ({"closed_at": "zoned ~utc"}, {"closed_at": "2026-11-21T08:00:00+01:00"}),
        ({"closed_at": "@received"}, {"closed_at": "now"}),
        ({"team": "@X-Team | number"}, {"team": "blue"}),
        ({"team": "@x-other | number"}, {"team": 7}),
        ({"agent.email": "who.missing", "agent.name": "who.name"}, {}),
        ({"agent.email": "who.email", "agent.name": "who.name"}, {"agent": {"email": "e", "name": "n"}}),
        ({"ticket": "number", "event": "number", "event.closed": "=7"}, {"ticket": 7}),
        ({"contact.email": "who.email", "contact.name": "who.name"}, {"contact": {"email": "e", "name": "n"}}),
        ({"contact.email": "who.missing"}, {}),
        ({"contact": "who"}, {"contact": {"email": "e", "name": "n"}}),
    ],
)
def test_a_mapping_puts_the_fields_where_the_api_wants_them(mapping: dict[str, str], fields: dict[str, Any]) -> None:
    payload = {
        "number": 7,
        "null": None,
        "blank": " ",
        "who": {"email": "e", "name": "n"},
        "text": '{"name": "inside"}',
        "list": [{"name": "a"}, {"nick": "x"}, {"name": "b"}],
        "words": "a b,c",
        "seconds": 1_795_248_000,
        "naive": "2026-11-21T08:00:00.000",
        "zoned": "2026-11-21T08:00:00+01:00",
    }
    assert mapped(payload, mapping, {"received": "now", "x-team": "blue"}) == fields


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("Solved", Event.CLOSED),
        ("closed", Event.CLOSED),
        (True, Event.CLOSED),
        (" open ", Event.REOPENED),
        (5, Event.MERGED),
        ("assigned", Event.REASSIGNED),
        ("pending", Event.OTHER),
        (None, Event.OTHER),
        (["closed"], Event.OTHER),
    ],
)
def test_what_happened_is_told_by_the_words_of_the_mapping(state: object, event: Event) -> None:
    words = {"closed": "=solved, Closed,true", "reopened": "=open", "merged": "=5", "reassigned": "=assigned"}
    mapping = {"event": "@x-kind | state", **{f"event.{name}": told for name, told in words.items()}}
    assert happened({"state": state}, mapping) is event
    assert happened({"state": state}, mapping, {"x-kind": "open"}) is Event.REOPENED
    assert happened({"state": state}, {"ticket": "number"}) is Event.CLOSED


def test_only_headers_that_a_mapping_names_are_looked_at() -> None:
    mapping = {"event": "@X-Kind | state", "closing": "@once", "team": "=@x-not", "subject": "a@b"}
    assert headers_named(mapping) == {"x-kind", "once"}


def test_two_fields_that_are_in_each_others_way_are_refused() -> None:
    with pytest.raises(WrongMapping, match=r"contact\.email"):
        mapped({"name": "Ada", "email": "e"}, {"contact": "name", "contact.email": "email"})


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        ("/ticket", "wrong (looked for at ticket.number)"),
        ("/contact/email", "wrong (looked for at ticket.customer.email)"),
        ("/tags/0", "wrong (looked for at ticket.tags)"),
        ("/contact/company", "wrong (the mapping names no place for it)"),
        ("", "wrong (the mapping names no place for it)"),
    ],
)
def test_a_wrong_field_is_told_with_its_place_in_the_payload(pointer: str, told: str) -> None:
    assert places({pointer: "wrong"}, MAPPING) == {pointer: told}


async def test_a_signed_webhook_is_a_closed_ticket(house: House) -> None:
    answer = await send(house, PAYLOAD)
    assert answer.status_code == 201
    log = await house.store.log(answer.json()["review"])
    assert log
    review = log.review
    assert (review.source, review.brand, review.ticket, review.closing) == ("zammad-1", "acme", "48213", "77")
    assert (review.contact.email, review.team, review.tags) == ("ada@customer.example", "", ("vpn", "network"))
    assert await house.invitations(review) == 1


async def test_a_webhook_that_comes_twice_asks_once(house: House) -> None:
    first, second = await send(house, PAYLOAD), await send(house, PAYLOAD)
    assert (first.status_code, second.status_code) == (201, 200)
    assert len(await house.store.reviews(Wanted(), now=house.clock.now, most=9)) == 1


async def test_every_wrong_field_is_named_with_its_place(house: House) -> None:
    ticket = {**PAYLOAD["ticket"], "number": None, "customer": {"email": "nobody"}}
    answer = await send(house, {**PAYLOAD, "ticket": ticket})
    assert answer.status_code == 202
    assert answer.json()["errors"] == [
        {"pointer": "/ticket", "detail": "this field is missing (looked for at ticket.number)"},
        {
            "pointer": "/contact/email",
            "detail": "expected a mail address like ada@customer.example (looked for at ticket.customer.email)",
        },
    ]


async def test_a_source_cannot_speak_for_another_brand(house: House) -> None:
    source = Source("zammad-1", "acme", SECRET, {**MAPPING, "brand": "=umbrella"})
    await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
    answer = await send(house, PAYLOAD)
    log = await house.store.log(answer.json()["review"])
    assert log
    assert log.review.brand == "acme"


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ({"contact": "ticket.title"}, "contact.email"),
        ({"kontact.email": "ticket.customer.email"}, "/kontact"),
    ],
)
async def test_a_mapping_that_can_never_work_is_said_to_be_wrong(
    house: House, mapping: dict[str, str], named: str
) -> None:
    source = Source("zammad-1", "acme", SECRET, MAPPING | mapping)
    await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
    answer = await send(house, PAYLOAD)
    assert (answer.status_code, named in answer.text) == (202, True)


@pytest.mark.parametrize("headers", [{}, {"X-Afterword-Signature": "sha256=" + "0" * 64}])
@pytest.mark.parametrize("body", [PAYLOAD, b"no json at all {", b"[" * 60_000])
async def test_nothing_is_read_before_the_signature_is_right(
    house: House, body: object, headers: dict[str, str]
) -> None:
    answer = await send(house, body, headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert await house.store.reviews(Wanted(), now=house.clock.now, most=1) == []


@pytest.mark.parametrize("body", [b"no json", b"[]", b'"x"', b'{"ticket": []}', b"\xff\0", b"[" * 60_000])
async def test_a_signed_body_that_cannot_be_read_is_kept_as_it_came(house: House, body: bytes) -> None:
    answers = [await send(house, body) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    (letter,) = await house.store.read(partial(dead_letters.page, most=9))
    assert (letter.body, letter.times, letter.source) == (body, 3, "zammad-1")
    assert letter.reason.startswith(answers[0].json()["reason"])
    assert {answer.json()["kept"] for answer in answers} == {letter.id}


async def test_a_body_without_end_is_refused(house: House) -> None:
    assert (await send(house, b" " * (HOOK_BYTES_MAX + 1))).status_code == 413
    assert (await send(house, b" " * HOOK_BYTES_MAX)).status_code == 202


async def test_a_source_that_sends_nothing_but_nonsense_is_told_to_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "LETTERS_MAX", 2)
    answers = [await send(house, body) for body in (b"a", b"b", b"c", b"a")]
    assert [answer.status_code for answer in answers] == [202, 202, 503, 202]
    assert answers[2].headers["retry-after"]


async def test_who_leaves_in_the_middle_of_a_webhook_is_no_failure_of_ours(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served(house.door) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /hooks/zammad-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.2)
    said = capsys.readouterr().out
    assert "client left" in said
    assert "request failed" not in said


async def test_an_unknown_source_is_not_found(house: House) -> None:
    body = json.dumps(PAYLOAD).encode()
    answer = await house.client.post("/hooks/nobody", content=body, headers={"X-Afterword-Signature": signature(body)})
    assert answer.status_code == 404
