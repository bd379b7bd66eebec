"""The queue is full, because another process holds the database: everybody is told to come again, nobody is dropped."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import structlog
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from bench.ports import free_port
from inbound.__main__ import keep
from inbound.__main__ import run as run_inbound
from inbound.reader import Reader
from inbound.recipients import Recipients
from inbound.smtp.door import Door as SmtpDoor
from inbound.smtp.server import Server, serve
from reviews.facts import Hit, Review, Vote
from settings import Settings
from store import StoreFullError, migrate_store, open_store
from store.engines import group_commit, sqlite
from tests.post_office import deliver, written
from tests.store.keeping import envelope
from tests.story import RULES, SECRETS
from tests.web_house import KEY, SCRIPT, House, opened_house, path_of

DOMAIN = "reply.acme.example"
QUEUE = 3
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
TICKET = {
    "source": "zammad",
    "ticket": "48214",
    "closed_at": "2026-11-21T08:00:00Z",
    "contact": {"email": "ada@customer.example"},
}


@pytest.fixture(autouse=True)
def _small_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_MAX", QUEUE)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as opened:
        yield opened


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another connection holds the write lock."""
    connection = sqlite3.connect(str(database), timeout=5, isolation_level=None)
    connection.execute("begin exclusive")
    try:
        yield
    finally:
        connection.execute("rollback")
        connection.close()


@dataclass(frozen=True)
class Busy:
    """A review whose page was opened while there was room; the form is the page's vote."""

    review: Review
    place: str
    form: dict[str, str]


@pytest.fixture
async def opened(house: House) -> Busy:
    """A page that can vote."""
    review = await house.asked()
    place = path_of(house.links.rate(review)["happy"])
    nonce = NONCE.search((await house.client.get(place)).text)
    assert nonce
    return Busy(review, place, {"kind": "vote", "mode": "auto", "answer": "happy", "nonce": nonce[1]})


@pytest.fixture
async def full(house: House, opened: Busy, tmp_path: Path) -> AsyncIterator[Busy]:
    """A queue without room: one customer's click is being written and waits for the lock, and QUEUE more wait behind
    it. In the end the lock is let go, and every click that waited must be there."""
    with held(tmp_path / "afterword.db"):
        waiting = [asyncio.create_task(house.client.get(opened.place))]
        await asyncio.sleep(0.1)
        waiting += [asyncio.create_task(house.client.get(opened.place)) for _ in range(QUEUE)]
        await asyncio.sleep(0.1)
        yield opened
    answers = await asyncio.gather(*waiting)
    assert all(NONCE.search(answer.text) for answer in answers)
    assert len((await house.log(opened.review)).of(Hit)) == 1 + len(waiting)


async def test_a_link_opens_a_page_that_cannot_vote_and_asks_to_be_reloaded(house: House, full: Busy) -> None:
    answer = await house.client.get(full.place)
    assert answer.status_code == 200
    assert "Please reload this page in a moment." in answer.text
    for means in ("nonce", "<form", "<script"):
        assert means not in answer.text


async def test_what_was_shed_is_counted_in_the_log(house: House, full: Busy) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await house.client.get(full.place)
        await house.client.post(full.place, data=full.form, headers=SCRIPT)
    shed = [(entry["answer"], entry["count"]) for entry in logs if entry["event"] == "shed"]
    assert shed == [("page", 1), ("page", 2), ("page", 3), ("503", 1)]
    assert full.place not in str(logs)


async def test_a_vote_is_told_when_to_come_again(house: House, full: Busy) -> None:
    answer = await house.client.post(full.place, data=full.form, headers=SCRIPT)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await house.log(full.review)).of(Vote) == ()


async def test_a_helpdesk_is_told_when_to_come_again(house: House, full: Busy) -> None:
    answer = await house.client.post("/api/v1/tickets", json=TICKET, headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mail_server_is_told_to_come_again(house: House, full: Busy) -> None:
    server = await smtp(house)
    raw = written(sender="ada@customer.example", to="care@acme.example", subject="Re: VPN", text="It works.")
    to = house.links.customer_address(full.review.id)
    try:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await deliver(server.port, raw, mail_from="ada@customer.example", to=to)
    finally:
        await server.close()
    assert (refused.value.code, refused.value.message[:6]) == (451, "4.3.0 ")


async def test_what_is_asked_again_after_the_lock_is_there_once(house: House, opened: Busy, tmp_path: Path) -> None:
    with held(tmp_path / "afterword.db"):
        posting = partial(house.client.post, opened.place, data=opened.form, headers=SCRIPT)
        votes = [asyncio.create_task(posting()) for _ in range(3 * QUEUE)]
        await asyncio.sleep(0.1)
    assert {(await vote).status_code for vote in votes} == {200, 503}
    assert (await posting()).status_code == 200
    assert len((await house.log(opened.review)).of(Vote)) == 1


async def test_inbound_leaves_in_order_while_the_database_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it could not read by then is kept, and read after the next start."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    url = f"sqlite:///{tmp_path / 'afterword.db'}"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    await store.keep_mail(id="a mail that waits", envelope=envelope(at=datetime.now(UTC)), raw=b"Subject: x\r\n\r\nx")
    await store.close()
    known: dict[str, Any] = {
        "DATABASE_URL": url,
        "base_url": "https://care.acme.example",
        "reply_domain": DOMAIN,
        "sender": "care@acme.example",
        "secret_keys": SECRETS,
        "inbound_host": "127.0.0.1",
        "inbound_port": free_port(),
    }
    with held(tmp_path / "afterword.db"):
        running = asyncio.create_task(run_inbound(Settings(**known)))
        await asyncio.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        await running


async def smtp(house: House) -> Server:
    """The mail door before that house's store."""
    reader = Reader(house.store, house.links.keys, DOMAIN, house.clock, None)
    door = SmtpDoor(
        accept=partial(keep, store=house.store, reader=reader),
        recipient=Recipients(house.links.keys, DOMAIN, frozenset()).refusal,
        clock=house.clock,
        full=(StoreFullError,),
    )
    return await serve(door, "127.0.0.1", 0, hostname=DOMAIN)
