"""What does a page of figures cost at the HTTP door, among a million reviews? Each as a lead opens it, whole."""

import asyncio
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import httpx2

from bench.families.inbox import p99, signed_in
from bench.house import BASE_URL, LINKS, opened
from bench.rows import Bench, Goal, Measured, Row
from bench.years.built import years
from bench.years.filling import FOLDED
from templates.brands import SHIPPED, Brand, read_brands
from web.app import build_app, new_id, shuffled
from web.door import Door
from web.staff.sessions import SESSION_COOKIE

LOOKS = 30
PAGES = {
    "overview": "/figures?weeks=26",
    "agents": "/figures?weeks=26&by=agent",
    "companies": "/figures?weeks=26&by=company",
    "tags": "/figures?weeks=26&by=tag",
    "one agent": "/figures?weeks=26&of=agent&name=agent7@support.example",
    "one team": "/figures?weeks=26&of=team&name=Team+3",
    "one company": "/figures?weeks=26&of=company&name=Company+77+Ltd",
    "themes": "/figures/themes?weeks=26",
    "what shows": "/figures/findings",
    "smiles": "/smiles",
    "what changed": "/figures/week",
    "testimonials": "/testimonials/acme",
}


def pages(bench: Bench) -> Row:
    """The p99 of the slowest page."""
    return bench.valued(Goal("figures-page-1m-p99-ms", "ms", most=50), partial(pages_opened, years(bench, 1)))


ROWS = {"figures-page-1m-p99-ms": pages}


def pages_opened(file: Path) -> Measured:
    """Each page LOOKS times, after once before."""
    took = asyncio.run(_pages_opened(file))
    return Measured(max(map(p99, took.values())), {f"{name} ms": median(several) for name, several in took.items()})


async def _pages_opened(file: Path) -> dict[str, list[float]]:
    store = opened(file)
    session, brands = await signed_in(store), {key: told(brand) for key, brand in read_brands(SHIPPED).items()}
    transport = httpx2.ASGITransport(
        build_app(Door(store, LINKS, brands, next(iter(brands)), lambda: FOLDED, new_id, shuffled))
    )
    headers = {"Cookie": f"{SESSION_COOKIE}={session}", "User-Agent": "bench"}
    took: dict[str, list[float]] = {}
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
        for name, url in PAGES.items():
            await client.get(url)
            took[name] = [await _milliseconds(client, url) for _ in range(LOOKS)]
    await store.close()
    return took


def told(brand: Brand) -> Brand:
    """A brand that shows everybody what its customers say."""
    return replace(brand, testimonials=True)


async def _milliseconds(client: httpx2.AsyncClient, url: str) -> float:
    begun = time.perf_counter()
    answer = await client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} was answered {answer.status_code}")
    return (time.perf_counter() - begun) * 1e3
