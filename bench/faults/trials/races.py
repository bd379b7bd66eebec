"""Is a customer ever asked twice about one closing?

It is told by the API and by a webhook, to two web processes, at the same time; two mailers look for what is due.
"""

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from random import Random

import httpx2

from bench.faults.clients.sink import Sink, opened_sink
from bench.faults.house import House, Place, add_key, build, running
from bench.faults.ledger import Kept, Ledger
from bench.faults.means.moments import TERM, end
from bench.ports import free_port
from store import Session, Source, sources

RACES = 2_000
AT_ONCE = 6
"""Races at a time: each with others beside it in its transactions."""
SENT_SECONDS = 240.0
SOURCE, SECRET = "helpdesk", "a secret of the helpdesk's"
MAPPING = {
    "ticket": "ticket",
    "closing": "closing",
    "closed_at": "closed_at",
    "contact.email": "contact.email",
    "ask": "ask",
}
INVITATIONS = "select review, status from outbox where purpose = 'invitation'"


async def closings_race(place: Place, seed: int, *, races: int = RACES) -> Ledger:
    """So many closings, each told by four at once."""
    chance, ledger = Random(seed), Ledger(struck=races)
    async with opened_sink(chance, thinking_seconds=0) as sink:
        house = build(place, chance, smtp_port=sink.port)
        await add_key(house)
        await _add_source(house)
        other_port = str(free_port())
        async with running(house, "web", "mailer", "mailer") as processes:
            processes.append(await house.start("web", {"PORT": other_port}))
            async with _tellers(house, other_port) as clients:
                places = asyncio.Semaphore(AT_ONCE)
                tickets = [f"{chance.getrandbits(64):x}" for _ in range(races)]
                async with asyncio.TaskGroup() as tasks:
                    for ticket in tickets:
                        tasks.create_task(_race(house, clients, ticket, ledger, places))
            await sink.reached(races, seconds=SENT_SECONDS)
            for process in processes:
                await end(process, ledger, how=TERM)
        await _hold_against_record(house, ledger, sink)
    return ledger


async def _race(
    house: House, clients: Sequence[httpx2.AsyncClient], ticket: str, ledger: Ledger, places: asyncio.Semaphore
) -> None:
    body = json.dumps(
        {
            "ticket": ticket,
            "closing": f"closed-{ticket}",
            "closed_at": datetime.now(UTC).isoformat(),
            "contact": {"email": f"{ticket}@customer.example"},
            "ask": "now",
        }
    ).encode()
    async with places:
        told = [tell(house, client, body) for client in clients for tell in (_by_api, _by_webhook)]
        answers = await asyncio.gather(*told)
    codes = Counter(answer.status_code for answer in answers)
    if codes != {201: 1, 200: len(answers) - 1}:
        ledger.wrong.append(f"one closing was answered {dict(codes)}")
        return
    reviews = {answer.json()["review"] for answer in answers}
    if len(reviews) > 1:
        ledger.wrong.append("one closing became several reviews")
    await ledger.keep(Kept("ticket", min(reviews), ticket))


async def _by_api(house: House, client: httpx2.AsyncClient, body: bytes) -> httpx2.Response:
    content = json.dumps({"source": SOURCE, **json.loads(body)}).encode()
    headers = {"Authorization": f"Bearer {house.api_key}", "Content-Type": "application/json"}
    return await client.post("/api/v1/tickets", content=content, headers=headers)


async def _by_webhook(house: House, client: httpx2.AsyncClient, body: bytes) -> httpx2.Response:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Afterword-Signature": f"sha256={signature}"}
    return await client.post(f"/hooks/{SOURCE}", content=body, headers=headers)


async def _hold_against_record(house: House, ledger: Ledger, sink: Sink) -> None:
    async with house.store() as store:
        asked = await store.read(_invitations)
    mailed = Counter(taken.recipient for taken in sink.taken)
    for kept in ledger.kept:
        copies = max(asked[kept.review], mailed[f"{kept.what}@customer.example"])
        if not copies:
            ledger.lost.append(" ".join(kept))
        elif copies > 1:
            ledger.doubled += copies - 1
            ledger.wrong.append(f"asked {copies} times: {' '.join(kept)}")
    if asked.keys() - {kept.review for kept in ledger.kept}:
        ledger.wrong.append("there are reviews that nobody told of")


def _invitations(session: Session) -> Counter[str]:
    """How many invitations each review has."""
    return Counter(str(row["review"]) for row in session.rows(INVITATIONS))


async def _add_source(house: House) -> None:
    source = Source(SOURCE, "acme", SECRET, MAPPING)
    async with house.store() as store:
        await store.write(partial(sources.set_source, source=source, at=datetime.now(UTC)))


@asynccontextmanager
async def _tellers(house: House, other_port: str) -> AsyncIterator[tuple[httpx2.AsyncClient, ...]]:
    """A client of each web process."""
    async with (
        httpx2.AsyncClient(base_url=house.links.base_url, timeout=60) as one,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{other_port}", timeout=60) as other,
    ):
        yield one, other
