"""What does the service say while its store cannot take anything, and is it well again by itself afterwards?"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from bench.faults.audit import all_read, hold_against_record
from bench.faults.customers import customers
from bench.faults.endings import GOES_ON_AFTER, REVIEWS
from bench.faults.hindrances import locked, small_disk
from bench.faults.house import House, Place, Process, add_key, build, running
from bench.faults.ledger import Ledger
from bench.faults.moments import TERM, WORKS_SECONDS, end
from bench.faults.senders import senders

STARTS_AFTER = (10, 60)
FULL_SECONDS_MAX = 1.0
"""A full disk is known at once, and told at once (THREATS: 452 within a second)."""
LOCKED_SECONDS = 12.0
"""Longer than a writer waits for another's lock."""
WELL_SECONDS_MAX = 5.0


async def disk_fills(place: Place, seed: int) -> Ledger:
    """The disk of database and logs is full under clicks and mails, then there is room again."""
    with small_disk(place.folder / "disk") as disk:
        chance, ledger = Random(seed), Ledger()
        house = build(Place(disk.folder), chance)
        async with under_load(house, ledger, chance) as processes:
            disk.fill(processes)
            ledger.refusals.clear()
            ledger.slowest_refusal_seconds = 0.0
            await ledger.refused_by(disk.full_code, 503, seconds=WORKS_SECONDS)
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            told_within = ledger.slowest_refusal_seconds
            disk.make_room(processes)
            await well_again(ledger)
        if told_within > FULL_SECONDS_MAX:
            ledger.wrong.append(f"it took {told_within:.1f} s to say that the disk is full")
        await hold_against_record(house, ledger)
        return ledger


async def database_locked(place: Place, seed: int) -> Ledger:
    """Another process holds the database under clicks and mails, then lets it go."""
    chance, ledger = Random(seed), Ledger()
    house = build(place, chance)
    async with under_load(house, ledger, chance):
        ledger.refusals.clear()
        async with locked(place.folder / "afterword.db", seconds=WORKS_SECONDS):
            await asyncio.sleep(LOCKED_SECONDS)
            await ledger.refused_by(451, 503, seconds=WORKS_SECONDS)
        await well_again(ledger)
    await hold_against_record(house, ledger)
    return ledger


@asynccontextmanager
async def under_load(house: House, ledger: Ledger, chance: Random) -> AsyncIterator[list[Process]]:
    """The web door and the mail door under load, ended in order when the block is left."""
    await add_key(house)
    reviews = await house.closed_tickets(REVIEWS, ask="embedded")
    async with running(house, "web", "inbound") as processes:
        async with AsyncExitStack() as loads:
            await loads.enter_async_context(customers(house, ledger, chance, reviews))
            await loads.enter_async_context(senders(house, ledger, chance, reviews))
            await ledger.reached(chance.randrange(*STARTS_AFTER), seconds=WORKS_SECONDS)
            yield processes
        await house.wind_on()  # what was claimed when the store refused waits for its lease
        await all_read(house, seconds=WORKS_SECONDS)
        for process in processes:
            await end(process, ledger, how=TERM)


async def well_again(ledger: Ledger) -> None:
    begun = time.monotonic()
    await ledger.reached(len(ledger.kept) + GOES_ON_AFTER, seconds=WORKS_SECONDS)
    if (took := time.monotonic() - begun) > WELL_SECONDS_MAX:
        ledger.wrong.append(f"it took {took:.1f} s to be well again")
