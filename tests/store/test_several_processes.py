"""Several processes on one database decide as one: what one of them hears of, all know."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2

from mailer.breaker import FAILURES
from reviews.facts import ClientSuspected, Review
from reviews.links import Links
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Session, Store, api_keys, presence, routes
from tests.store.keeping import DOMAIN, ROOT, new_review
from tests.story import closing

SECRET = "k" * 32
BASE_URL = "https://care.acme.example"
LINKS = Links(Keys([SECRET]), BASE_URL, DOMAIN)
START_SECONDS, STOP_SECONDS = 60.0, 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def process(program: str, url: str, folder: Path, **more: str) -> AsyncIterator[Path]:
    """One of our processes on that database, and the file of what it says; it is told to stop in the end."""
    settings = {
        "DATABASE_URL": url,
        "AFTERWORD_BIND": "127.0.0.1",
        "AFTERWORD_BASE_URL": BASE_URL,
        "AFTERWORD_REPLY_DOMAIN": DOMAIN,
        "AFTERWORD_SECRET_KEYS": SECRET,
        "AFTERWORD_FROM": "care@acme.example",
        "AFTERWORD_AFFECTED_SQLITE": "true",
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        **more,
    }
    log = folder / f"{program}-{secrets.token_hex(4)}"
    with log.open("wb") as told:
        command = [sys.executable, "-m", program]
        started = await asyncio.create_subprocess_exec(*command, env=settings, cwd=folder, stdout=told, stderr=told)
    try:
        yield log
    finally:
        started.send_signal(signal.SIGTERM)
        await asyncio.wait_for(started.wait(), STOP_SECONDS)


@asynccontextmanager
async def web(url: str, folder: Path, **more: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A web process on that database, and a client of it."""
    port, agent = free_port(), {"User-Agent": "one and all"}
    async with (
        process("web", url, folder, PORT=str(port), **more) as log,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=agent) as client,
    ):
        await answers(client, log)
        yield client


async def answers(client: httpx2.AsyncClient, log: Path) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await client.get("/healthz")
                return
            except httpx2.ConnectError:
                await asyncio.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def link(review: Review) -> str:
    return LINKS.rate(review)["happy"].removeprefix(BASE_URL)


async def suspicions(store: Store, review: Review) -> list[str]:
    log = await store.log(review.id)
    assert log
    return [fact.why for fact in log.of(ClientSuspected)]


async def test_a_fleet_whose_visits_are_divided_over_two_doors_is_seen(store: Store, url: str, tmp_path: Path) -> None:
    reviews = [await new_review(store, ticket=str(number)) for number in range(5)]
    async with web(url, tmp_path) as one, web(url, tmp_path) as other:
        for number, review in enumerate(reviews):
            assert (await (one, other)[number % 2].get(link(review))).status_code < 500
    assert [await suspicions(store, review) for review in reviews] == [["fleet"]] * 5


async def test_a_forged_link_at_one_door_touches_what_was_opened_at_another(
    store: Store, url: str, tmp_path: Path
) -> None:
    before, after = [await new_review(store, ticket=str(number)) for number in range(2)]
    async with web(url, tmp_path) as one, web(url, tmp_path) as other:
        await one.get(link(before))
        assert (await other.get(link(before)[:-4])).status_code == 404
        await one.get(link(after))
    assert [await suspicions(store, review) for review in (before, after)] == [["bad_token"]] * 2


async def test_a_key_that_asks_two_doors_asks_as_often_as_at_one(store: Store, url: str, tmp_path: Path) -> None:
    await store.write(partial(api_keys.add_key, name="desk", secret=SECRET, at=datetime.now(UTC)))
    asked = {"Authorization": f"Bearer {SECRET}"}
    limit = {"AFTERWORD_API_PER_MINUTE": "10"}
    async with web(url, tmp_path, **limit) as one, web(url, tmp_path, **limit) as other:
        answers = [await (one, other)[turn % 2].get("/api/v1/brands", headers=asked) for turn in range(16)]
    assert sum(answer.status_code == 200 for answer in answers) in (10, 11), "one more has come by in some seconds"
    assert {answer.status_code for answer in answers} == {200, 429}


async def test_a_route_that_two_mailers_find_down_is_left_alone_by_both(store: Store, url: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for number in range(FAILURES * 3):
        await store.record_new(*closing(at=now, rules=Rules(delay=timedelta()), ticket=str(number), closed_at=now))
    gone = {"AFTERWORD_SMTP_URL": f"smtp://127.0.0.1:{free_port()}?starttls=none", "AFTERWORD_SMTP_CONNECTIONS": "1"}
    async with process("mailer", url, tmp_path, **gone), process("mailer", url, tmp_path, **gone):
        async with asyncio.timeout(START_SECONDS * 2):
            while not (await store.read(routes.down) and await mailers(store) == 2):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.1)
        await asyncio.sleep(3)
    (down,) = await store.read(routes.down)
    assert await store.read(attempts) - down.failures in (0, 1), "one may be noted and not yet counted"
    assert down.failures in (FAILURES, FAILURES + 1), "one tries it anew as the second starts"


async def mailers(store: Store) -> int:
    """How many mailer processes have begun."""
    return sum(one.kind == "mailer" for one in await store.read(presence.every))


def attempts(session: Session) -> int:
    return int(session.rows("select sum(attempts) as number from outbox")[0]["number"])
