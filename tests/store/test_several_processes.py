"""Several processes on one database decide as one: what one of them hears of, all know."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2

from bench.ports import free_port
from mailer.breaker import FAILURES
from mailer.relay import Handed
from mailer.routes import DEFAULT, Lane, Routes
from reviews.facts import ClientSuspected, Review
from reviews.links import Links
from reviews.model import Outcome
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Session, Store, api_keys, presence, routes
from tests.store.keeping import DOMAIN, ROOT, new_review
from tests.story import closing

SECRET = "k" * 32
BASE_URL = "https://care.acme.example"
LINKS = Links(Keys([SECRET]), BASE_URL, DOMAIN)
START_SECONDS, STOP_SECONDS = 60.0, 60.0


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
    port = free_port()
    async with (
        process("web", url, folder, PORT=str(port), **more) as log,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
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


async def test_what_one_of_two_doors_hears_both_know(store: Store, url: str, tmp_path: Path) -> None:
    """Three matters over one pair of processes, each with a client of its own."""
    limit = {"AFTERWORD_API_PER_MINUTE": "10"}
    async with web(url, tmp_path, **limit) as one, web(url, tmp_path, **limit) as other:
        await a_fleet_whose_visits_are_divided_is_seen(store, one, other)
        await a_forged_link_at_one_touches_what_was_opened_at_the_other(store, one, other)
        await a_key_that_asks_both_asks_as_often_as_at_one(store, one, other)


async def a_fleet_whose_visits_are_divided_is_seen(
    store: Store, one: httpx2.AsyncClient, other: httpx2.AsyncClient
) -> None:
    reviews = [await new_review(store, ticket=f"fleet {number}") for number in range(5)]
    for number, review in enumerate(reviews):
        answer = await (one, other)[number % 2].get(link(review), headers={"User-Agent": "a fleet"})
        assert answer.status_code < 500
    assert [await suspicions(store, review) for review in reviews] == [["fleet"]] * 5


async def a_forged_link_at_one_touches_what_was_opened_at_the_other(
    store: Store, one: httpx2.AsyncClient, other: httpx2.AsyncClient
) -> None:
    before, after = [await new_review(store, ticket=f"forged {number}") for number in range(2)]
    guesser = {"User-Agent": "a guesser"}
    await one.get(link(before), headers=guesser)
    assert (await other.get(link(before)[:-4], headers=guesser)).status_code == 404
    await one.get(link(after), headers=guesser)
    assert [await suspicions(store, review) for review in (before, after)] == [["bad_token"]] * 2


async def a_key_that_asks_both_asks_as_often_as_at_one(
    store: Store, one: httpx2.AsyncClient, other: httpx2.AsyncClient
) -> None:
    await store.write(partial(api_keys.add_key, name="desk", secret=SECRET, at=datetime.now(UTC)))
    asked = {"Authorization": f"Bearer {SECRET}"}
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
        await asyncio.sleep(1.5)  # either would have tried again by now
    (down,) = await store.read(routes.down)
    uncounted = await store.read(attempts) - down.failures
    assert uncounted in (0, 1), "one may have been under way at the other mailer when the route was given up"
    assert down.failures in (FAILURES, FAILURES + 1), "one tries it anew as the second starts"


async def test_no_failure_that_two_mailers_find_at_once_is_lost(store: Store, neighbour: Store) -> None:
    def one_more(standing: routes.Standing) -> routes.Standing:
        return standing[0] + 1, None

    count = partial(routes.changed, name="eu", rule=one_more, at=datetime.now(UTC))
    told = await asyncio.gather(*(one.write(count, urgent=True) for _ in range(40) for one in (store, neighbour)))
    assert sorted(after[0] for _, after in told) == list(range(1, 81)), "each saw what the one before it left"
    assert (await store.read(routes.standings))["eu"] == (80, None)


async def test_what_was_under_way_when_a_route_was_given_up_counts_no_more(store: Store, neighbour: Store) -> None:
    now = datetime.now(UTC)
    lanes = [Lane(one, Routes(), DEFAULT) for one in (store, neighbour)]
    failed = Handed(Outcome.DEFERRED, "no answer", route_failed=True)
    for _ in range(FAILURES - 1):
        await lanes[0].told(failed, now)
    await asyncio.gather(*(lane.told(failed, now) for lane in lanes))
    failures, until = (await store.read(routes.standings))[DEFAULT]
    assert failures == FAILURES
    assert until
    assert {lane.open_to_us(now) for lane in lanes} == {False}, "both know"


async def mailers(store: Store) -> int:
    """How many mailer processes have begun."""
    return sum(one.kind == "mailer" for one in await store.read(presence.every))


def attempts(session: Session) -> int:
    return int(session.rows("select sum(attempts) as number from outbox")[0]["number"])
