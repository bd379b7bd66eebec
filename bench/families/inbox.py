"""What does a look into the inbox cost among a million reviews, and what opening a record? Every queue, filters, and
words within them, at the store; the record's page at the HTTP door."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import httpx2

from bench.families.years import Ask, each_asked
from bench.house import BASE_URL, LINKS, opened
from bench.rows import Bench, Goal, Measured, Row
from bench.years.built import years
from bench.years.filling import FOLDED
from reviews.roles import Staff
from store import Store, Wanted, people, queues
from store.queues import Queue, Sought
from templates.brands import SHIPPED, read_brands
from web.app import build_app, new_id, shuffled
from web.door import Door
from web.staff.sessions import SESSION_COOKIE

LINES = 26
RECORDS = 200
"""Records that are opened, the newest: the store lists as many at once."""
WHO = "agent7@support.example"
FILTERS = (
    Sought(),
    Sought(face="happy"),
    Sought(agent=WHO),
    Sought(team="Team 3"),
    Sought(company="company 77 ltd"),
    Sought(tag="vpn"),
    Sought(brand="orbit"),
    Sought(team="nobody"),
)
WORDS = ("vpn", "ada1234", "company 77 ltd")


def inbox(bench: Bench) -> Row:
    """The slowest of every queue under every filter."""
    file = years(bench, 1)
    looks = [replace(told, queue=queue, person=WHO) for queue in Queue for told in FILTERS]
    return bench.valued(Goal("inbox-1m-ms", "ms", most=50), partial(looked, file, looks))


def found(bench: Bench) -> Row:
    """The slowest of some words, in all reviews and within a filter."""
    file = years(bench, 1)
    looks = [replace(told, words=words) for words in WORDS for told in FILTERS]
    return bench.valued(Goal("inbox-search-1m-ms", "ms", most=50), partial(looked, file, looks))


def record(bench: Bench) -> Row:
    """The page of one review, whole."""
    return bench.valued(Goal("record-1m-ms", "ms", most=30), partial(opened_records, years(bench, 1)))


ROWS = {"inbox-1m-ms": inbox, "inbox-search-1m-ms": found, "record-1m-ms": record}


def looked(file: Path, looks: list[Sought]) -> Measured:
    """The median of each look; the slowest counts."""
    asks: dict[str, Ask] = {str(number): partial(_page, sought=sought) for number, sought in enumerate(looks)}
    took = asyncio.run(each_asked(file, asks))
    all_ms = [one for several in took.values() for one in several]
    return Measured(max(map(median, took.values())), {"looks": len(took), "p99 ms": p99(all_ms)})


def opened_records(file: Path) -> Measured:
    """The median of opening records by a lead, each of them once; fetched ahead, so that nothing is written as read."""
    took = asyncio.run(_opened_records(file))
    return Measured(median(took), {"records": len(took), "p99 ms": p99(took)})


async def _opened_records(file: Path) -> list[float]:
    store = opened(file)
    found = await store.reviews(Wanted(), now=FOLDED, most=RECORDS)
    session = await signed_in(store)
    door = Door(store, LINKS, read_brands(SHIPPED), next(iter(read_brands(SHIPPED))), lambda: FOLDED, new_id, shuffled)
    transport = httpx2.ASGITransport(build_app(door))
    headers = {"Cookie": f"{SESSION_COOKIE}={session}", "Sec-Purpose": "prefetch", "User-Agent": "bench"}
    took: list[float] = []
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
        await client.get(f"/reviews/{found[0].review.id}")
        for one in found:
            begun = time.perf_counter()
            answer = await client.get(f"/reviews/{one.review.id}")
            took.append((time.perf_counter() - begun) * 1e3)
            if answer.status_code != 200:
                raise RuntimeError(f"a record was answered {answer.status_code}")
    await store.close()
    return took


async def signed_in(store: Store) -> str:
    """The session of a lead who sees every brand."""
    lead, id, session = Staff("lead@support.example", "Lead", "lead", ""), new_id(), new_id()
    later = FOLDED + timedelta(hours=1)
    await store.write(partial(people.set_staff, staff=lead, at=FOLDED))
    await store.write(partial(people.add_sign_in, id=id, email=lead.email, client="bench", expires_at=later))
    await store.write(partial(people.use_sign_in, id=id, session_id=session, expires_at=later, now=FOLDED))
    return session


def p99(took: list[float]) -> float:
    return sorted(took)[int(0.99 * (len(took) - 1))]


async def _page(store: Store, *, sought: Sought) -> object:
    return await store.read(partial(queues.page, sought=sought, now=FOLDED, most=LINES))
