"""What is left when a door ends in the middle of its work: killed with -9, or asked to go with SIGTERM?"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random

from bench.faults.audit import all_read, came_again, hold_against_record, nothing_unanswered
from bench.faults.clients.customers import customers
from bench.faults.clients.senders import MailServer, senders
from bench.faults.house import House, Place, add_key, build, running
from bench.faults.ledger import Ledger
from bench.faults.means.moments import TERM, WORKS_SECONDS, Moment, end
from reviews.facts import Review

REVIEWS = 40
"""Enough that no review meets a limit on its votes or messages."""
KILLS = 5
"""In one house: what one kill leaves behind, the next start finds."""
GOES_ON_AFTER = 30
"""Acknowledgements by which the service works again: each client had some."""
CAME_AGAIN = "up to {} mails of a trial came again after their commit"

Load = Callable[[House, Ledger, Random, list[Review]], AbstractAsyncContextManager[None]]


async def web_ends(place: Place, seed: int, *, moment: Moment) -> Ledger:
    """The web door ends under clicks, comments and closed tickets."""
    return await _ends(place, seed, "web", customers, moment)


async def inbound_ends(place: Place, seed: int, *, moment: Moment) -> Ledger:
    """The mail door ends under mails."""
    return await _ends(place, seed, "inbound", reading, moment)


async def _ends(place: Place, seed: int, door: str, load: Load, moment: Moment) -> Ledger:
    chance, ledger = Random(seed), Ledger()
    house = build(place, chance)
    await add_key(house)
    reviews = await house.closed_tickets(REVIEWS, ask="embedded")
    stops = moment.how is TERM
    async with running(house, door, more=moment.environment(house, chance)) as processes:
        async with load(house, ledger, chance, reviews):
            for left in reversed(range(1 if stops else KILLS)):
                unsent = await moment.strike(house, processes[-1], ledger, chance, reviews)
                if stops:
                    await nothing_unanswered(house, ledger)
                await house.wind_on()
                more = moment.environment(house, chance) if left else {}
                processes.append(await house.start(door, more))
                for mail in unsent:
                    await MailServer(house, ledger, chance).deliver(mail)
            await ledger.reached(len(ledger.kept) + GOES_ON_AFTER, seconds=WORKS_SECONDS)
        await end(processes[-1], ledger, how=TERM)
    await hold_against_record(house, ledger)
    return ledger


@asynccontextmanager
async def reading(house: House, ledger: Ledger, chance: Random, reviews: list[Review]) -> AsyncIterator[None]:
    """A load of mails; it is over when each of them was read."""
    async with senders(house, ledger, chance, reviews):
        yield
    await all_read(house, seconds=WORKS_SECONDS)
    ledger.measure(CAME_AGAIN, await came_again(house))
