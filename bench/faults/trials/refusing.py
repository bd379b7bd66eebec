"""What does the service say while its store cannot take anything, and is it well again by itself afterwards?"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from random import Random

from bench.faults.audit import all_read, hold_against_record
from bench.faults.clients.customers import customers
from bench.faults.clients.senders import senders
from bench.faults.house import House, Place, Process, add_key, build, running
from bench.faults.ledger import PATIENCE_SECONDS, Ledger
from bench.faults.means import postgres
from bench.faults.means.hindrances import locked, small_disk
from bench.faults.means.moments import TERM, WORKS_SECONDS, end
from bench.faults.trials.endings import GOES_ON_AFTER, REVIEWS
from reviews.model import Envelope
from store import Session

STARTS_AFTER = (10, 60)
FULL_SECONDS_MAX = 1.0
"""A full disk is known at once, and told at once (THREATS: 452 within a second)."""
LOCKED_SECONDS, LOCKED_LONG_SECONDS = 12.0, 60.0
"""Longer than a writer waits for another's lock."""
AWAY_SECONDS, AWAY_LONG_SECONDS = (0.5, 4.0), 600.0
"""How long PostgreSQL is away once that was noticed."""
WELL_SECONDS_MAX = 5.0
SPARE_BYTES = 500_000
"""A mail that is erased while the disk is full."""
ERASE = ("delete from arrival where mail = :sha256", "delete from mail where sha256 = :sha256")


async def disk_fills(place: Place, seed: int) -> Ledger:
    """The disk of database and logs is full under clicks and mails, then there is room again."""
    with small_disk(place.folder / "disk") as disk:
        chance, ledger = Random(seed), Ledger()
        house = build(Place(disk.folder), chance)
        spare = await _spare_mail(house)
        async with under_load(house, ledger, chance) as processes:
            disk.fill(processes)
            ledger.struck += 1
            ledger.refusals.clear()
            ledger.slowest_refusal_seconds = 0.0
            await ledger.refused_by(disk.full_code, 503, seconds=WORKS_SECONDS)
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            told_within = ledger.slowest_refusal_seconds
            if disk.has_reserve:
                await _erased(house, ledger, spare)
            disk.make_room(processes)
            await well_again(ledger)
        ledger.measure("told within {} s", told_within)
        if told_within > FULL_SECONDS_MAX * place.slack:
            ledger.wrong.append(f"it took {told_within:.1f} s to say that the disk is full")
        await hold_against_record(house, ledger)
        return ledger


async def database_locked(place: Place, seed: int) -> Ledger:
    """Somebody else holds the database under clicks and mails, then lets it go."""
    seconds = LOCKED_LONG_SECONDS if place.long else LOCKED_SECONDS
    chance, ledger = Random(seed), Ledger(struck=1, patience_seconds=seconds + WORKS_SECONDS)
    house = build(place, chance)
    async with under_load(house, ledger, chance):
        ledger.refusals.clear()
        async with locked(house, seconds_max=seconds + WORKS_SECONDS):
            begun = time.monotonic()
            await asyncio.sleep(seconds)
            await ledger.refused_by(451, 503, seconds=WORKS_SECONDS)
            ledger.measure("locked for {} s", time.monotonic() - begun)
        await well_again(ledger)
    await hold_against_record(house, ledger)
    return ledger


async def postgres_away(place: Place, seed: int) -> Ledger:
    """The database server crashes under clicks and mails, and comes back a few seconds later."""
    with postgres.server(place.folder / "postgres") as own:
        chance = Random(seed)
        seconds = AWAY_LONG_SECONDS if place.long else chance.uniform(*AWAY_SECONDS)
        ledger = Ledger(struck=1, patience_seconds=seconds + PATIENCE_SECONDS)
        house = build(Place(place.folder, own.url), chance)
        async with under_load(house, ledger, chance):
            ledger.refusals.clear()
            await own.crash()
            begun = time.monotonic()
            await ledger.refused_by(451, 503, seconds=PATIENCE_SECONDS)
            await asyncio.sleep(seconds)
            await own.come_back()
            ledger.measure("away for {} s", time.monotonic() - begun)
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
    """Wait until all clients are served, which must not take long."""
    begun = time.monotonic()
    await ledger.reached(len(ledger.kept) + GOES_ON_AFTER, seconds=WORKS_SECONDS)
    took = time.monotonic() - begun
    ledger.measure("well after {} s", took)
    if took > WELL_SECONDS_MAX:
        ledger.wrong.append(f"it took {took:.1f} s to be well again")


async def _spare_mail(house: House) -> str:
    """A mail to nobody; the SHA-256 of its bytes."""
    nobody = Envelope(datetime.now(UTC), "127.0.0.1", "mx", "", ("nobody@acme.example",), False)
    async with house.store() as store:
        return await store.keep_mail(id="spare", envelope=nobody, raw=bytes(SPARE_BYTES))


async def _erased(house: House, ledger: Ledger, sha256: str) -> None:
    """Erase a mail while there is no room at all."""
    begun = time.monotonic()
    async with house.store() as store:
        await store.write(partial(_erase, sha256=sha256), urgent=True)
        if await store.raw_mail(sha256) is not None:
            ledger.wrong.append("nothing could be erased from a full disk")
    ledger.measure("erased within {} s", time.monotonic() - begun)


def _erase(session: Session, *, sha256: str) -> None:
    for statement in ERASE:
        session.run(statement, sha256=sha256)
