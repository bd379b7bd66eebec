"""What does the API take and tell? Through real HTTP, on a real store."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow, staff_answers
from reviews.events import Press
from reviews.facts import Message, Review
from reviews.model import SLOTS, Attachment, By, Mode
from store import Wanted, api_keys
from tests.story import ADA, LEA, RULES, SAM, mail, staff_mail, visit
from tests.web_house import KEY, House, opened_house
from web.app import shuffled

AUTHORISED = {"Authorization": f"Bearer {KEY}"}
TICKET: dict[str, Any] = {
    "source": "zammad",
    "ticket": "48213",
    "closed_at": "2026-11-21T08:00:00Z",
    "subject": "VPN drops every hour",
    "brand": "acme",
    "contact": {"email": "ada@customer.example", "name": "Ada", "company": "Customer Ltd", "language": "de"},
    "agent": {"email": "sam@acme.example", "name": "Sam"},
    "team": "Network",
    "tags": ["vpn"],
    "ask": "later",
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        house.client.headers.update(AUTHORISED)
        yield house


def ticket(**changes: Any) -> dict[str, Any]:
    """The body of a closed ticket; a change to None leaves the field out."""
    body = {**TICKET, **changes}
    return {name: value for name, value in body.items() if value is not None}


async def close(house: House, **changes: Any) -> httpx2.Response:
    return await house.client.post("/api/v1/tickets", json=ticket(**changes))


def pointers(answer: httpx2.Response) -> list[str]:
    return sorted(error["pointer"] for error in answer.json()["errors"])


# a ticket is closed


async def test_a_closed_ticket_makes_a_review_whose_customer_is_asked_an_hour_after_closing(house: House) -> None:
    answer = await close(house)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == body["url"] == f"/api/v1/reviews/{body['review']}"
    assert (body["asks_at"], body["reason"]) == ("2026-11-21T09:00:00Z", None)
    assert "links" not in body


async def test_a_ticket_told_twice_is_recorded_once(house: House) -> None:
    first = await close(house)
    house.clock.forward(minutes=20)
    second = await close(house)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_a_ticket_told_many_times_at_once_is_recorded_once(house: House) -> None:
    answers = await asyncio.gather(*[close(house) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": {"email": "charles@customer.example"}},
        {"ask": "now"},
        {"subject": "another"},
        {"agent": None},
        {"closed_at": "2026-11-21T08:00:00.750+00:00"},
        {"closed_at": "2026-11-21T09:00:00+01:00"},
    ],
)
async def test_the_same_closing_told_in_other_words_asks_nobody_twice(house: House, changes: dict[str, Any]) -> None:
    first = (await close(house)).json()["review"]
    second = await close(house, **changes)
    assert (second.status_code, second.json()["review"]) == (200, first)
    log = await house.store.log(first)
    assert log
    assert await house.invitations(log.review) == 1
    assert log.review.contact.email == "ada@customer.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "znuny"},
        {"ticket": "48214"},
        {"closed_at": "2026-11-21T08:00:01Z"},
        {"closing": "event 2"},
    ],
)
async def test_another_closing_is_another_review(house: House, changes: dict[str, Any]) -> None:
    first, second = await close(house), await close(house, **changes)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["review"] != second.json()["review"]


@pytest.mark.parametrize(
    ("changes", "asks_at", "reason"),
    [
        ({}, "2026-11-21T09:00:00Z", None),
        ({"ask": None}, "2026-11-21T09:00:00Z", None),
        ({"ask": "now"}, "2026-11-21T08:00:00Z", None),
        ({"ask": "never"}, None, "the helpdesk said not to ask"),
        ({"ask": "embedded"}, None, "the question stands in the helpdesk's own mail"),
        ({"closed_at": "2026-11-14T08:00:00Z"}, "2026-11-21T08:00:00Z", None),
        ({"closed_at": "2026-11-14T07:59:59Z"}, None, "closed more than 7 days ago"),
        ({"closed_at": "0001-01-01T00:00:00Z"}, None, "closed more than 7 days ago"),
    ],
)
async def test_when_the_customer_is_asked_or_why_not(
    house: House, changes: dict[str, Any], asks_at: str | None, reason: str | None
) -> None:
    body = (await close(house, **changes)).json()
    assert (body["asks_at"], body["reason"]) == (asks_at, reason)
    review = await house.client.get(body["url"])
    assert (review.json()["not_asked"], len(review.json()["deliveries"])) == (reason, int(asks_at is not None))


async def test_who_embeds_the_question_gets_the_links(house: House) -> None:
    told_first, body = (await close(house, ask="embedded")).json(), (await close(house, ask="embedded")).json()
    assert told_first == body
    assert sorted(body["links"]) == ["happy", "neutral", "unhappy"]
    log = await house.store.log(body["review"])
    assert log
    assert body["links"] == house.links.rate(log.review)
    page = await house.client.get(body["links"]["happy"])
    assert 'name="nonce"' in page.text


async def test_numbers_may_stand_for_texts_and_controls_are_taken_out(house: House) -> None:
    body = (await close(house, ticket=48213, subject="VPN\x00 drops\r\nBcc: all@customer.example")).json()
    review = (await house.client.get(body["url"])).json()
    assert (review["ticket"], review["subject"]) == ("48213", "VPN drops Bcc: all@customer.example")


async def test_the_slots_of_a_review_are_in_an_order_nobody_can_guess() -> None:
    orders = {shuffled(SLOTS) for _ in range(300)}
    assert all(sorted(order) == sorted(SLOTS) for order in orders)
    assert len(orders) > 50  # of 60


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {SAM.email}),
        ({"agent": None}, {LEA.email}),
        ({"agent": None, "team": "Printers"}, {"pia@acme.example"}),
        ({"agent": None, "team": "Unknown"}, {LEA.email, "pia@acme.example"}),
    ],
)
async def test_without_an_agent_the_leads_of_the_team_or_else_all_leads_are_told(
    house: House, changes: dict[str, Any], told: set[str]
) -> None:
    await house.add_staff()
    await house.add_staff("pia@acme.example", "Pia", team="Printers")
    await house.add_staff("ned@acme.example", "Ned", role="agent")
    body = (await close(house, **changes)).json()
    log = await house.store.log(body["review"])
    assert log
    assert {person.email for person in log.review.staff} == told


# what is refused


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"contact": None}, ["/contact"]),
        ({"contact": {}}, ["/contact/email"]),
        ({"contact": "ada@customer.example"}, ["/contact"]),
        ({"contact": {"email": "ada"}}, ["/contact/email"]),
        ({"contact": {"email": "Ada <ada@customer.example>"}}, ["/contact/email"]),
        ({"contact": {"email": "ada@customer.example\nBcc: eve@evil.example"}}, ["/contact/email"]),
        ({"contact": {"email": "ada@customer.example, eve@evil.example"}}, ["/contact/email"]),
        ({"contact": {"email": "ada@customer.example", "phone": "1"}}, ["/contact/phone"]),
        ({"agent": {"name": "Sam"}}, ["/agent/email"]),
        ({"ticket": None, "source": ""}, ["/source", "/ticket"]),
        ({"ticket": "x" * 201}, ["/ticket"]),
        ({"ticket": "\x00"}, ["/ticket"]),
        ({"closing": "x" * 201}, ["/closing"]),
        ({"closed_at": "yesterday"}, ["/closed_at"]),
        ({"closed_at": "0001-01-01T00:00:00+14:00"}, ["/closed_at"]),
        ({"closed_at": 1_790_000_000}, ["/closed_at"]),
        ({"closed_at": "2026-11-21T08:00:00"}, ["/closed_at"]),
        ({"closed_at": "2026-11-22T08:05:01Z"}, ["/closed_at"]),
        ({"closed_at": "9999-12-31T23:59:59Z"}, ["/closed_at"]),
        ({"brand": "umbrella"}, ["/brand"]),
        ({"brand": "umbrella", "closed_at": "2027-01-01T00:00:00Z"}, ["/brand", "/closed_at"]),
        ({"ask": "perhaps"}, ["/ask"]),
        ({"tags": "vpn"}, ["/tags"]),
        ({"tags": ["x" * 201]}, ["/tags/0"]),
        ({"tags": ["vpn"] * 51}, ["/tags"]),
        ({"a/b~c": 1}, ["/a~1b~0c"]),
    ],
)
async def test_every_wrong_field_is_named(house: House, changes: dict[str, Any], wrong: list[str]) -> None:
    answer = await close(house, **changes)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointers(answer) == wrong
    assert await house.store.reviews(Wanted(), now=house.clock.now, most=1) == []


async def test_a_text_that_is_too_long_or_empty_is_told_so_in_characters(house: House) -> None:
    answer = await close(house, ticket="ä" * 10_240, source=" ")
    told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert told == {"/ticket": "expected at most 200 characters", "/source": "expected at least 1 character"}


async def test_words_that_are_too_long_are_shortened_and_the_closing_is_not_lost(house: House) -> None:
    long, person = "The VPN drops every hour. " * 400, {"email": "ada@customer.example", "name": "Ada " * 100}
    answer = await close(house, subject=long, contact=person, team="x" * 201)
    assert answer.status_code == 201, answer.text
    log = await house.store.log(answer.json()["review"])
    assert log is not None
    review = log.review
    assert (len(review.subject), review.subject[-1], long.startswith(review.subject[:-1])) == (998, "…", True)
    assert (len(review.contact.name), review.contact.name[-1], review.team) == (200, "…", "x" * 199 + "…")


@pytest.mark.parametrize("closed_at", ["2026-11-21T08:05:00Z", "2026-11-22T08:05:00Z"])
async def test_a_clock_ahead_of_ours_is_forgiven_for_it_may_be_ours_that_is_wrong(house: House, closed_at: str) -> None:
    answer = await close(house, closed_at=closed_at)
    assert (answer.status_code, answer.json()["asks_at"]) == (201, "2026-11-21T09:00:00Z")


@pytest.mark.parametrize(
    ("body", "type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"source": "\\ud800"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"[]", "application/json; charset=utf-8", 422),
        (b"null", "application/json", 422),
        (b'"' + b"x" * 65_535 + b'"', "application/json", 413),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
async def test_a_body_that_is_no_ticket_is_refused(house: House, body: bytes, type: str, status: int) -> None:
    answer = await house.client.post("/api/v1/tickets", content=body, headers={"Content-Type": type})
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_hides_its_length_is_cut_off_at_64_kb(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 8_192

    answer = await house.client.post("/api/v1/tickets", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("authorisation", ["", "Bearer", "Bearer ", "Bearer nonsense", f"Basic {KEY}", KEY])
@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/reviews", "/api/v1/reviews/x"])
async def test_who_holds_no_key_is_told_how_to_show_one(house: House, authorisation: str, path: str) -> None:
    method = "POST" if path.endswith("tickets") else "GET"
    answer = await house.client.request(method, path, headers={"Authorization": authorisation})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_revoked_key_opens_nothing(house: House) -> None:
    await house.store.write(partial(api_keys.revoke_key, name="test", at=house.clock.now))
    assert (await close(house)).status_code == 401


# reading


async def test_a_review_has_rating_comment_thread_and_what_was_mailed(house: House) -> None:
    review = await house.asked()
    at = house.clock.now
    await record_story(house, review)
    body = (await house.client.get(f"/api/v1/reviews/{review.id}")).json()
    assert body["rating"] == {
        "scale": "faces3", "score": 1, "value": "unhappy", "status": "confirmed", "grade": "hard", "counted": True,
        "at": at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    assert (body["comment"], body["causes"], body["not_asked"]) == ("Second thoughts.", [], None)
    assert body["contact"] == {
        "email": ADA.email, "name": ADA.name, "company": ADA.company, "language": ADA.language, "timezone": "",
    }  # fmt: skip
    assert body["follow_up"] == {
        "status": "open",
        "owner": {"email": SAM.email, "name": SAM.name},
        "since": at.isoformat().replace("+00:00", "Z"),
        "due_at": (at + timedelta(days=1)).isoformat().replace("+00:00", "Z"),
        "why": "rating",
        "ended_at": None,
        "outcome": None,
    }
    assert [(message["by"], message["text"], message["held"]) for message in body["messages"]] == [
        ("customer", "Still drops, I am afraid.", None),
        ("staff", "I have replaced the router.", "nothing proves that it came from the address it names"),
    ]
    assert body["messages"][0]["sender"] == {"address": ADA.email, "verdict": "verified", "reason": None}
    assert body["messages"][0]["attachments"] == [
        {"name": "log.txt", "type": "text/plain", "size_bytes": 12, "sha256": "ab", "danger": None}
    ]
    kinds = [(delivery["kind"], delivery["status"], delivery["attempts"]) for delivery in body["deliveries"]]
    assert kinds[0] == ("invitation", "sent", 1)
    assert sorted({kind for kind, _, _ in kinds}) == ["held", "invitation", "notice", "overdue"]


async def test_a_held_answer_that_was_sent_is_held_no_more(house: House) -> None:
    review = await house.asked()
    await record_story(house, review)
    log = await house.log(review)
    [held] = [message for message in log.of(Message) if message.by is By.STAFF]
    rule = partial(flow.held_answer_sent, message=held.id, action="a", who=SAM.email, at=house.clock.now)
    await house.store.record(review.id, rule)
    body = (await house.client.get(f"/api/v1/reviews/{review.id}")).json()
    assert [message["held"] for message in body["messages"]] == [None, None]


async def test_an_unknown_review_is_not_found(house: House) -> None:
    for path in ("/api/v1/reviews/x", f"/api/v1/reviews/{'a' * 26}", "/api/v1/nothing"):
        answer = await house.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "tickets"),
    [
        ({}, ["3", "2", "1"]),
        ({"ticket": "2"}, ["2"]),
        ({"ticket": "4"}, []),
        ({"contact": "ADA@customer.example"}, ["3", "1"]),
        ({"brand": "acme"}, ["3", "2", "1"]),
        ({"brand": "umbrella"}, []),
        ({"since": "2026-11-21T08:01:00Z"}, ["3", "2"]),
        ({"since": "2026-11-21T09:01:00+01:00", "contact": "ada@customer.example"}, ["3"]),
        ({"limit": "1"}, ["3"]),
        ({"q": "VPN hour"}, ["3", "2", "1"]),
        ({"q": "bo@customer.example"}, ["2"]),
        ({"q": "vpn", "contact": "ada@customer.example", "limit": "1"}, ["3"]),
        ({"q": "nowhere"}, []),
        ({"q": "\"'*("}, []),
    ],
)
async def test_reviews_are_listed_newest_first_and_filtered(
    house: House, query: dict[str, str], tickets: list[str]
) -> None:
    for number, email in (("1", "ada@customer.example"), ("2", "bo@customer.example"), ("3", "Ada@customer.example")):
        await close(house, ticket=number, contact={"email": email})
        house.clock.forward(minutes=1)
    answer = await house.client.get("/api/v1/reviews", params=query)
    assert [review["ticket"] for review in answer.json()["reviews"]] == tickets


@pytest.mark.parametrize("query", [{}, {"q": "vpn"}])
async def test_the_cursor_leads_through_all_reviews_once(house: House, query: dict[str, str]) -> None:
    for number in range(7):
        await close(house, ticket=number)  # all in one instant: the id decides
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = (await house.client.get("/api/v1/reviews", params={**query, "limit": 2, "cursor": cursor})).json()
        seen += [review["ticket"] for review in answer["reviews"]]
        cursor = answer["cursor"]
    assert sorted(seen) == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "many"},
        {"since": "yesterday"},
        {"since": "2026-11-21T08:00:00"},
        {"cursor": "x"},
        {"cursor": "äöü"},
        {"cursor": "MDAwMS0wMS0wMVQwMDowMDowMCAr"},
        {"tickets": "2"},
        {"q": "v" * 501},
    ],
)
async def test_a_parameter_that_cannot_be_used_is_named(house: House, query: dict[str, str]) -> None:
    answer = await house.client.get("/api/v1/reviews", params=query)
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == list(query)


# helpers of this file


async def record_story(house: House, review: Review) -> None:
    """An unhappy press with two comments, a reply with an attachment, a staff answer that nothing proves."""
    store, at = house.store, house.clock.now
    opening = partial(flow.link_opened, hit="page", link="unhappy", visit=visit(), at=at, rules=RULES)
    await store.record(review.id, opening)
    press = Press("page", "unhappy", Mode.BUTTON, trusted=True)
    await store.record(review.id, partial(flow.voted, press=press, at=at, rules=RULES))
    for words in ("First thoughts.", "Second thoughts."):
        rule = partial(flow.commented, press=replace(press, answer=""), words=words, at=at, rules=RULES)
        await store.record(review.id, rule)
    reply = mail(attachments=(Attachment("log.txt", "text/plain", 12, "ab"),))
    await store.record(review.id, partial(flow.replied, mail=reply, at=at, rules=RULES))
    forged = staff_mail(verdict="unsigned")
    await store.record(review.id, partial(staff_answers.staff_answered, mail=forged, seat=SAM, at=at))


# all of them at once


async def test_all_reviews_are_streamed_as_csv_or_json_lines(house: House) -> None:
    for number in (0, 2):
        await close(house, ticket=str(number), subject="=1+1")
    told = await house.client.get("/api/v1/export/reviews", params={"brand": "acme"})
    assert told.headers["content-type"].startswith("text/csv")
    assert "attachment" in told.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(told.text, newline="")))
    assert {(row["ticket"], row["subject"], row["status"]) for row in rows} == {
        ("0", "'=1+1", "none"),
        ("2", "'=1+1", "none"),
    }
    told = await house.client.get("/api/v1/export/reviews", params={"format": "jsonl"})
    assert [json.loads(line)["subject"] for line in told.text.splitlines()] == ["=1+1"] * 2
    told = await house.client.get("/api/v1/export/reviews", params={"brand": "zenith"})
    assert len(told.text.splitlines()) == 1


async def test_an_export_says_how_many_lines_it_will_have_where_that_is_known_at_once(house: House) -> None:
    for number in range(3):
        await house.asked(ticket=str(number))
    for asked, total in (({}, "3"), ({"brand": "acme"}, "3"), ({"since": "2030-01-01T00:00:00Z"}, "0")):
        answer = await house.client.get("/api/v1/export/reviews", params=asked)
        assert answer.headers["x-total-count"] == total
        assert answer.text.count("\r\n") == 1 + int(total)
    both = {"brand": "acme", "until": "2030-01-01T00:00:00Z"}
    assert "x-total-count" not in (await house.client.get("/api/v1/export/reviews", params=both)).headers


async def test_an_export_needs_a_key_and_parameters_it_knows(house: House) -> None:
    wrong = await house.client.get("/api/v1/export/reviews", params={"format": "xlsx", "until": "tomorrow"})
    assert wrong.status_code == 422
    assert {error["parameter"] for error in wrong.json()["errors"]} == {"format", "until"}
    assert (await house.client.get("/api/v1/export/reviews", headers={"Authorization": ""})).status_code == 401
