"""What is left when the mailer ends in the middle of sending?

A mail may go out twice only when a kill fell between its final dot and the commit that marks it sent (RFC 1047: SMTP
can do no better), and then under the same Message-ID, at most one on each connection to the relay: it is excused.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from random import Random

from bench.faults.clients.sink import Sink, Taken, opened_sink
from bench.faults.house import House, Place, build, running
from bench.faults.ledger import Kept, Ledger
from bench.faults.means.moments import ENDS_LATER_SECONDS, TERM, WORKS_SECONDS, end
from bench.faults.trials.endings import KILLS
from reviews.facts import Settled
from reviews.model import Outcome
from store import Session, Store
from store.engines import Row
from store.outbox import BEGUN

MAILS = 150
OUTBOX = "select review, message_id, status, reason from outbox"


async def mailer_ends(place: Place, seed: int, *, how: signal.Signals) -> Ledger:
    """The mailer ends while it sends invitations."""
    chance, ledger = Random(seed), Ledger()
    excuses: Counter[str] = Counter()
    async with opened_sink(Random(seed)) as sink:
        house = build(place, chance, smtp_port=sink.port)
        await house.closed_tickets(MAILS, ask="now")
        async with running(house, "mailer") as processes:
            for after in _moments(chance, 1 if how is TERM else KILLS):
                begun = len(sink.taken)
                await sink.reached(after, seconds=WORKS_SECONDS)
                await asyncio.sleep(chance.uniform(0, ENDS_LATER_SECONDS))
                await end(processes[-1], ledger, how=how)
                ledger.struck += 1
                excuses.update(await _under_way(house, sink, ledger, sink.taken[begun:]))
                await house.wind_on()
                processes.append(await house.start("mailer"))
            await sink.reached(MAILS, seconds=WORKS_SECONDS)
            await _all_settled(house)
            await end(processes[-1], ledger, how=TERM)
        await _hold_against_record(house, sink, ledger, excuses)
    return ledger


def _moments(chance: Random, times: int) -> list[int]:
    """How many different mails shall have come when the mailer ends, each time."""
    return sorted(chance.sample(range(1, MAILS - 10), times))


async def _under_way(house: House, sink: Sink, ledger: Ledger, since: Sequence[Taken]) -> set[str]:
    """The Message-IDs of which the record says that they were being handed over when the mailer ended: of what else was
    claimed nothing has reached the sink, and what was marked sent by then has."""
    rows = await _outbox(house)
    claimed = {row["message_id"]: row["reason"] for row in rows if row["status"] == "claimed"}
    begun = {message for message, reason in claimed.items() if reason == BEGUN}
    ledger.in_flight += len(begun)
    reached = {taken.message_id for taken in since}
    ledger.wrong += [
        f"went out, and was not said to begin: {message}" for message in (claimed.keys() - begun) & reached
    ]
    marked = (row["message_id"] for row in rows if row["status"] == "sent")
    ledger.lost += [f"marked sent, and never sent: {message}" for message in marked if not sink.copies[message]]
    connections = Counter(taken.connection for taken in since if taken.message_id in begun)
    ledger.wrong += ["more than one mail of a connection was under way" for count in connections.values() if count > 1]
    return begun


async def _all_settled(house: House) -> None:
    """Wait until every mail is marked sent; TimeoutError when that takes too long."""
    async with asyncio.timeout(WORKS_SECONDS), house.store() as store:
        while any(row["status"] != "sent" for row in await store.read(_rows)):
            await asyncio.sleep(0.05)


async def _hold_against_record(house: House, sink: Sink, ledger: Ledger, excuses: Counter[str]) -> None:
    rows = await _outbox(house)
    ledger.kept |= {Kept("sent", row["review"], row["message_id"]) for row in rows}
    ledger.lost += [f"never sent: {row['message_id']}" for row in rows if not sink.copies[row["message_id"]]]
    if set(sink.copies) - {row["message_id"] for row in rows}:
        ledger.wrong.append("a mail went out that is not in the outbox")
    for message, copies in sink.copies.items():
        ledger.doubled += max(copies - 1, 0)
        ledger.excused += min(max(copies - 1, 0), excuses[message])
        if copies > 1 + excuses[message]:
            ledger.wrong.append(f"{message} went out {copies} times without excuse")
    async with house.store() as store:
        ledger.wrong += [f"{review} was not settled once" async for review in _not_once(store, rows)]


async def _not_once(store: Store, rows: Iterable[Row]) -> AsyncIterator[str]:
    """The reviews whose mail was not marked sent exactly once."""
    for row in rows:
        log = await store.log(row["review"])
        sent = [done for done in log.of(Settled) if done.outcome is Outcome.SENT] if log else []
        if len(sent) != 1:
            yield row["review"]


async def _outbox(house: House) -> list[Row]:
    async with house.store() as store:
        return await store.read(_rows)


def _rows(session: Session) -> list[Row]:
    return session.rows(OUTBOX)
