"""A customer whose address goes beyond ASCII (RFC 6531): by API, hook, copy and reply; servers that can and cannot."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from reviews.copies import GENERIC, address_id
from store import Source, forgetting, lists, person, sources
from store.lists import Wanted
from tests.house import API_KEY, SENDER, House, house
from tests.test_hooks import MAPPING, PAYLOAD, SECRET, signature
from web.app import new_id

JORG, WRITTEN_APART = "jörg@bücher.example", "Jo\u0308rg@Bücher.example"
KNOWN = "jörg@xn--bcher-kva.example"
KEY = {"Authorization": f"Bearer {API_KEY}"}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as doors:
        yield doors


async def closed(running: House, address: str = JORG) -> str:
    """The review of a ticket that the API was told of."""
    body = {
        "source": "zammad",
        "ticket": "48213",
        "closed_at": datetime.now(UTC).isoformat(),
        "subject": "VPN",
        "contact": {"email": address, "name": "Jörg"},
        "agent": {"email": "sam@acme.example"},
        "ask": "now",
    }
    answer = await running.http.post("/api/v1/tickets", json=body, headers=KEY)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["review"])


async def record(running: House, review: str) -> dict[str, Any]:
    answer = await running.http.get(f"/api/v1/reviews/{review}", headers=KEY)
    told: dict[str, Any] = answer.json()
    return told


async def replied(running: House, address: str, to: str, words: str) -> None:
    """He answers, from a program that speaks SMTPUTF8 and writes From as it is (RFC 6532)."""
    head = f"From: Jörg <{address}>\r\nTo: {to}\r\nSubject: Re: VPN\r\nMessage-ID: <1@bücher.example>\r\n"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=running.smtp_port, start_tls=False) as client:
        await client.mail(address, options=["BODY=8BITMIME", "SMTPUTF8"], encoding="utf-8")
        await client.rcpt(to)
        await client.data(raw)


async def test_he_is_asked_and_his_reply_is_his(running: House) -> None:
    review = await closed(running, WRITTEN_APART)
    posted = await running.office.wait_for("Jörg@xn--bcher-kva.example")
    assert "Jörg@xn--bcher-kva.example".encode() in posted.raw
    assert posted.mail_from.isascii()
    assert not posted.mail.defects
    await replied(running, JORG, str(posted.mail["Reply-To"]), "It drops again.")
    notice = await running.office.wait_for("sam@acme.example")
    assert "It drops again." in notice.text()
    (message,) = (await record(running, review))["messages"]
    assert (message["by"], message["text"]) == ("customer", "It drops again.")
    found = await running.http.get("/api/v1/reviews", params={"contact": JORG}, headers=KEY)
    assert [one["id"] for one in found.json()["reviews"]] == [review], "he is one person, however it is typed"


async def test_where_the_server_cannot_the_record_says_so_at_once_and_nobody_else_waits(running: House) -> None:
    running.office.utf8 = False
    review = await closed(running)
    async with asyncio.timeout(60):
        while (told := (await record(running, review))["deliveries"][0])["status"] in ("due", "claimed"):  # noqa: ASYNC110 - by HTTP
            await asyncio.sleep(0.02)
    assert (told["status"], told["attempts"]) == ("refused", 1)
    assert "SMTPUTF8" in told["reason"]
    listed = await running.http.get("/api/v1/suppressions", headers=KEY)
    assert listed.json()["suppressions"] == [], "it is the server that cannot, not his mailbox that is gone"
    running.office.utf8 = True
    await replied(running, JORG, running.links.customer_address(review), "Hello?")
    await running.office.wait_for("sam@acme.example")


async def test_a_hook_names_him(running: House) -> None:
    source = Source("zammad-1", "acme", SECRET, MAPPING)
    await running.store.write(partial(sources.set_source, source=source, at=datetime.now(UTC)))
    ticket = PAYLOAD["ticket"] | {"customer": {"email": JORG}, "close_at": datetime.now(UTC).isoformat()}
    body = json.dumps({**PAYLOAD, "ticket": ticket}).encode()
    headers = {"X-Afterword-Signature": signature(body)}
    answer = await running.http.post("/hooks/zammad-1", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    await running.office.wait_for(KNOWN)


async def test_a_copy_of_the_helpdesks_mail_names_him(running: House) -> None:
    source = Source("desk", "acme", SECRET, MAPPING)
    await running.store.write(partial(sources.set_source, source=source, at=datetime.now(UTC)))
    to = running.links.copy_address(address_id("desk", GENERIC))
    raw = f"From: {SENDER}\r\nTo: {JORG}\r\nSubject: Closed: VPN [#48213]\r\n\r\nClosed.\r\n".encode()
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=running.smtp_port, start_tls=False) as client:
        await client.mail(SENDER, options=["BODY=8BITMIME", "SMTPUTF8"])
        await client.rcpt(to)
        await client.data(raw)
    async with asyncio.timeout(60):
        while not (found := await running.store.read(reviews_now)):  # noqa: ASYNC110 - the reader is another task
            await asyncio.sleep(0.02)
    assert found[0].review.contact.email == KNOWN


reviews_now = partial(lists.reviews, wanted=Wanted(), now=datetime.now(UTC), most=1)


async def test_what_is_held_on_him_is_found_and_forgotten_however_his_address_is_typed(running: House) -> None:
    review = await closed(running)
    posted = await running.office.wait_for(KNOWN)
    await replied(running, WRITTEN_APART, str(posted.mail["Reply-To"]), "It drops again.")
    await running.office.wait_for("sam@acme.example")
    found = await running.store.read(partial(person.held, address=WRITTEN_APART))
    assert [one["id"] for one in found.told["reviews"]] == [review]
    erased = await forgetting.forget(running.store, WRITTEN_APART, new_id=new_id, at=datetime.now(UTC))
    assert erased.reviews == 1
    assert "rg@" not in json.dumps(await record(running, review), ensure_ascii=False)
