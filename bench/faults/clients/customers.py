"""Who loads the web door? Customers who open, vote and comment, and a helpdesk that closes tickets; all ask again until
they are answered, as people, browsers and helpdesks do."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx2

from bench.faults.house import House
from bench.faults.ledger import Kept, Ledger, waits
from reviews.facts import Review
from reviews.model import FACES
from reviews.tokens import read_nonce

CUSTOMERS, HELPDESKS = 4, 2
THINKING_SECONDS = 0.01
COMMENTING = 0.3
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
ANY_AGE = timedelta(days=3_650)
"""The door says whether a page is too old; here only its hit is read."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SCRIPT = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}


class WrongAnswer(Exception):
    """The service said no for good to what it should have taken."""


@dataclass
class Caller:
    """One client of the web door."""

    house: House
    ledger: Ledger
    chance: Random
    http: httpx2.AsyncClient

    async def ask(self, method: str, path: str, *, kept: Kept | None = None, **more: Any) -> httpx2.Response:
        """The first answer that is not "later"; it says that `kept` is kept."""
        again = waits()
        async with asyncio.timeout(self.ledger.patience_seconds):
            while (answer := await self._ask_once(method, path, kept, **more)) is None:
                await asyncio.sleep(next(again))
        if kept:
            await self.ledger.keep(kept)
        return answer

    async def _ask_once(self, method: str, path: str, kept: Kept | None, **more: Any) -> httpx2.Response | None:
        begun = time.monotonic()
        try:
            answer = await self.http.request(method, path, **more)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            return None  # nothing was asked
        except httpx2.TransportError:
            self.ledger.unanswered(kept)
            return None
        if answer.status_code == 503:
            if "Retry-After" not in answer.headers:
                raise WrongAnswer("a 503 does not say when to come again")
            await self.ledger.refused(503, seconds=time.monotonic() - begun)
            return None
        if not answer.is_success:
            raise WrongAnswer(f"{method} was answered {answer.status_code}; {self.house.complaint('web')}")
        return answer


async def rate(caller: Caller, review: Review) -> None:
    """One customer opens a face, lets the script vote, and may write a comment."""
    answer = caller.chance.choice(FACES)
    path = caller.house.links.rate(review)[answer].removeprefix(caller.house.links.base_url)
    nonce, hit = await _opened(caller, path)
    await caller.ledger.keep(Kept("hit", review.id, hit))
    posted = {"nonce": nonce, "answer": answer, "webdriver": "0"}
    arrived = {**posted, "kind": "arrive"}
    await caller.ask("POST", path, kept=Kept("arrived", review.id, hit), data=arrived, headers=SCRIPT)
    vote = {**posted, "kind": "vote", "mode": "auto"}
    await caller.ask("POST", path, kept=Kept("vote", review.id, f"{hit} {answer} auto"), data=vote, headers=SCRIPT)
    if caller.chance.random() < COMMENTING:
        words = f"words {caller.chance.getrandbits(64):x}"
        comment = {**posted, "kind": "comment", "mode": "comment", "comment": words}
        told = Kept("comment", review.id, f"{hit} {words}")
        await caller.ask("POST", path, kept=told, data=comment, headers=SCRIPT)
        await caller.ledger.keep(Kept("vote", review.id, f"{hit} {answer} comment"))  # words are as good as a press


async def close_ticket(caller: Caller) -> None:
    """One helpdesk closes a ticket."""
    ticket = f"{caller.chance.getrandbits(64):x}"
    body = {
        "source": "helpdesk",
        "ticket": ticket,
        "closing": ticket,
        "closed_at": datetime.now(UTC).isoformat(),
        "contact": {"email": f"{ticket}@customer.example"},
        "ask": "now",
    }
    key = {"Authorization": f"Bearer {caller.house.api_key}"}
    answer = await caller.ask("POST", "/api/v1/tickets", json=body, headers=key)
    await caller.ledger.keep(Kept("ticket", answer.json()["review"], ticket))


@asynccontextmanager
async def customers(
    house: House,
    ledger: Ledger,
    chance: Random,
    reviews: list[Review],
    *,
    thinking_seconds: float = THINKING_SECONDS,
    connections_kept: int | None = None,
) -> AsyncIterator[None]:
    """The load, until the block is left; then everybody finishes what they began. With no connection kept, each request
    may meet another process."""
    stop = asyncio.Event()
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=connections_kept)
    async with httpx2.AsyncClient(
        base_url=house.links.base_url, timeout=60, limits=limits, headers={"User-Agent": BROWSER}
    ) as http:
        callers = [Caller(house, ledger, Random(chance.getrandbits(64)), http) for _ in range(CUSTOMERS + HELPDESKS)]
        async with asyncio.TaskGroup() as tasks:
            for number, caller in enumerate(callers):
                tasks.create_task(_until(stop, caller, reviews if number < CUSTOMERS else [], thinking_seconds))
            try:
                yield
            finally:
                stop.set()


async def _until(stop: asyncio.Event, caller: Caller, reviews: list[Review], thinking_seconds: float) -> None:
    while not stop.is_set():
        try:
            await (rate(caller, caller.chance.choice(reviews)) if reviews else close_ticket(caller))
        except (WrongAnswer, TimeoutError) as error:
            caller.ledger.wrong.append(str(error) or "a client was never answered")
            return
        await asyncio.sleep(caller.chance.uniform(0, thinking_seconds))


async def _opened(caller: Caller, path: str) -> tuple[str, str]:
    """The nonce of a page that can vote, and the hit that it stands for."""
    again = waits()
    async with asyncio.timeout(caller.ledger.patience_seconds):
        while True:
            page = await caller.ask("GET", path)
            if found := NONCE.search(page.text):
                now = datetime.now(UTC)
                nonce = read_nonce(caller.house.links.keys, found[1], at=now, ttl=ANY_AGE, skew=ANY_AGE)
                assert nonce, "a page carries a nonce of ours"
                return found[1], nonce.hit
            caller.ledger.shed += 1
            await asyncio.sleep(next(again))
