"""Where does a history happen? Our processes on one database, and everybody who has to do with them."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.simulate.history import CLOCK, Happening, History
from bench.simulate.ledger import Ledger
from bench.simulate.memory import Memory
from bench.simulate.outside import DOES, LINKS, START, Outside, brands
from bench.simulate.processes import DOMAIN, AtOnce, Died, Guard, Process, Wire
from bench.simulate.timeless import NothingLeft, Timeless
from inbound.reader import Reader
from mailer.compose import Composer
from mailer.routes import DEFAULT, Routes
from mailer.worker import Mailer
from reviews.model import fact_id
from store import StoreUnavailableError
from store.rows import instant

SENDER = "care@acme.example"
RESTART_SECONDS = 5.0
REST_SECONDS = 60 * 86_400.0
"""When all is over: the last reminder of what is owed is sent long before."""
FOR_EVER_SECONDS = 1e8
CONNECTIONS = 2
NEXT = """select min(due) as due from (
    select due_at as due from outbox where status in ('due', 'deferred')
    union all select lease_until from outbox where status = 'claimed')"""
NEXT_MAIL = "select min(due_at) as due from arrival where status = 'pending'"


class World:
    """One history, happening."""

    def __init__(self, told: History, *, guarded: Guard = lambda connection: connection) -> None:
        self.history, self.guarded = told, guarded
        self.chance = Random(told.seed + 1)
        self.answers = list(told.answers)
        self.memory = Memory(dict(told.fates))
        self.ledger = Ledger()
        self.wrong = timedelta()
        self._ids = 0
        self.web, self.inbound = Process(self), Process(self)
        self.outside = Outside(self)
        self.mailers = [Process(self) for _ in range(told.mailers)]

    def now(self) -> datetime:
        """What the clocks of the machines say."""
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self.wrong

    def new_id(self) -> str:
        self._ids += 1
        return fact_id("simulated", str(self.history.seed), str(self._ids))

    async def happen(self) -> None:
        """All of it, and then calm until nothing is left to be done."""
        begun = [asyncio.create_task(self._keep_mailing(mailer)) for mailer in self.mailers]
        begun.append(asyncio.create_task(self._keep_reading()))
        await asyncio.gather(*map(self._at_its_time, self.history.happenings))
        self.memory.calm()
        self.answers.clear()
        self.wrong = timedelta()
        self.memory.changed.set()
        await asyncio.sleep(REST_SECONDS)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)

    async def _at_its_time(self, one: Happening) -> None:
        await asyncio.sleep(one.at)
        if one.what == CLOCK:
            self.wrong = timedelta(seconds=float(one.word))
            self.memory.changed.set()
            return
        await asyncio.gather(*(self._again(one, number) for number in range(one.times)))

    async def _again(self, one: Happening, number: int) -> None:
        """A webhook or a mail that comes more than once comes at other moments, too."""
        if number:
            await asyncio.sleep(self.chance.choice((0.0, self.chance.uniform(0, 30), self.chance.uniform(0, 86_400))))
        await DOES[one.what](self.outside, one)

    # our own processes

    async def _keep_mailing(self, process: Process) -> None:
        routes = Routes(chance=self.chance.random)
        while True:
            await self._until(NEXT, routes.breaker(DEFAULT).until)
            wires = [Wire(self, process.connection) for _ in range(CONNECTIONS)]
            composer = Composer(brands(), LINKS, SENDER)
            mailer = Mailer(process.store, composer, wires, self.now, routes=routes)  # type: ignore[arg-type]  # the wire
            await self._lives(process, mailer.send_due())

    async def _keep_reading(self) -> None:
        while True:
            await self._until(NEXT_MAIL, None)
            process = self.inbound
            reader = Reader(process.store, LINKS.keys, DOMAIN, self.now, None, readers=AtOnce())
            await self._lives(process, reader.read_waiting())

    async def _lives(self, process: Process, work: Coroutine[Any, Any, int]) -> None:
        try:
            done = await process.living(work)
        except Died:
            await asyncio.sleep(RESTART_SECONDS)
        except StoreUnavailableError:
            await asyncio.sleep(1)
        else:
            await asyncio.sleep(0 if done else 1)

    async def _until(self, next_due: str, not_before: datetime | None) -> None:
        """Wait until there is something to do."""
        while True:
            due = self.memory.session.rows(next_due)[0]["due"]
            wait = (max(instant(due), not_before or START) - self.now()).total_seconds() if due else FOR_EVER_SECONDS
            if wait <= 0:
                return
            self.memory.changed.clear()
            try:
                await asyncio.wait_for(self.memory.changed.wait(), wait)
            except TimeoutError:
                continue


def lived(told: History, judge: Callable[[World], list[str]], *, guarded: Guard | None = None) -> list[str]:
    """Let a history happen, and what is wrong with how it ended."""
    loop = Timeless()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(_lived(told, judge, guarded))
    except NothingLeft as error:
        return [f"everything stands still: {error}"]
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _lived(told: History, judge: Callable[[World], list[str]], guarded: Guard | None) -> list[str]:
    world = World(told, guarded=guarded) if guarded else World(told)
    try:
        await world.happen()
        return judge(world)
    finally:
        world.memory.close()
