"""What is left when a process ends in the middle of its work: killed with -9, or asked to go with SIGTERM?"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random

from bench.faults.audit import all_read, hold_against_record, nothing_unanswered
from bench.faults.customers import customers
from bench.faults.house import House, Place, Process, add_key, build, running
from bench.faults.ledger import Ledger
from bench.faults.senders import senders

KILL, TERM = signal.SIGKILL, signal.SIGTERM
REVIEWS = 40
"""Enough that no review meets a limit on its votes or messages."""
ENDS_AFTER = (5, 120)
"""The process ends after so many acknowledgements,"""
ENDS_LATER_SECONDS = 0.02
"""and up to so much later, wherever it then is."""
GOES_ON_AFTER = 30
"""Acknowledgements by which the service works again: each client had some."""
WORKS_SECONDS = 60.0


async def web_ends(place: Place, seed: int, *, how: signal.Signals) -> Ledger:
    """The web door ends under clicks, comments and closed tickets."""
    chance, ledger = Random(seed), Ledger()
    house = build(place, chance)
    await add_key(house)
    reviews = await house.closed_tickets(REVIEWS, ask="embedded")
    await _ends(house, "web", ledger, chance, customers(house, ledger, chance, reviews), how=how)
    await hold_against_record(house, ledger)
    return ledger


async def inbound_ends(place: Place, seed: int, *, how: signal.Signals) -> Ledger:
    """The mail door ends under mails."""
    chance, ledger = Random(seed), Ledger()
    house = build(place, chance)
    reviews = await house.closed_tickets(REVIEWS, ask="embedded")
    load = reading(house, senders(house, ledger, chance, reviews))
    await _ends(house, "inbound", ledger, chance, load, how=how)
    await hold_against_record(house, ledger)
    return ledger


async def _ends(
    house: House,
    door: str,
    ledger: Ledger,
    chance: Random,
    load: AbstractAsyncContextManager[None],
    *,
    how: signal.Signals,
) -> None:
    async with running(house, door) as processes:
        async with load:
            await ledger.reached(chance.randrange(*ENDS_AFTER), seconds=WORKS_SECONDS)
            await asyncio.sleep(chance.uniform(0, ENDS_LATER_SECONDS))
            await end(processes[0], ledger, how=how)
            if how is TERM:
                await nothing_unanswered(house, ledger)
            await house.wind_on()
            processes.append(await house.start(door))
            await ledger.reached(len(ledger.kept) + GOES_ON_AFTER, seconds=WORKS_SECONDS)
        await end(processes[-1], ledger, how=TERM)


async def end(process: Process, ledger: Ledger, *, how: signal.Signals) -> None:
    """End a process; one that was asked to go must leave with exit code 0."""
    if process.running.returncode is not None:
        ledger.wrong.append(f"{process.door} had ended by itself (exit code {process.running.returncode})")
        return
    code = await process.end(how)
    if how is TERM and code != 0:
        ledger.wrong.append(f"{process.door} left with exit code {code} on SIGTERM")


@asynccontextmanager
async def reading(house: House, load: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
    """A load of mails; it is over when each of them was read."""
    async with load:
        yield
    await all_read(house, seconds=WORKS_SECONDS)
