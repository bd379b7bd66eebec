"""What dies and begins anew? One process of ours, its way to the relay, and how it reads mails."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from random import Random
from typing import Any, Protocol, TypeVar

from bench.simulate.history import GONE, LATER, LOST, REFUSED, SILENT, TAKEN
from bench.simulate.ledger import Ledger
from bench.simulate.memory import Connection, Memory
from inbound.apart.letters import Look, Words, file, look, words
from mailer.compose import Composed
from mailer.relay import Handed
from reviews.model import Outcome
from reviews.rules import Rules
from store import Store

DOMAIN = "reply.acme.example"
RULES = Rules()

Result = TypeVar("Result")
Guard = Callable[[Connection], Any]
"""What stands between the store and a connection: nothing, but where a test breaks something."""


class Died(Exception):
    """The process died before it had answered."""


class Around(Protocol):
    """What a process knows of the world."""

    memory: Memory
    ledger: Ledger
    chance: Random
    answers: list[str]
    guarded: Guard


class AtOnce:
    """Reads mails here and now."""

    async def look(self, raw: bytes, *, mail_from: str, own_domains: tuple[str, ...]) -> Look:
        return look(raw, mail_from=mail_from, own_domains=own_domains)

    async def words(self, raw: bytes, *, original: str, keys: Mapping[str, bytes]) -> Words:
        return words(raw, original=original, keys=keys)

    async def file(self, raw: bytes, *, number: int) -> bytes:
        return file(raw, number=number)

    async def close(self) -> None:
        """There is nothing to end."""


class Process:
    """One of ours: it lives until a commit kills it, and begins anew, knowing nothing."""

    def __init__(self, world: Around) -> None:
        self._world = world
        self._begin()

    def _begin(self) -> None:
        self.connection = Connection(self._world.memory)
        self.store = Store(self._world.guarded(self.connection), rules=RULES, mail_domain=DOMAIN)

    async def living(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What comes of it; Died when the process ended before."""
        task, death = asyncio.create_task(work), asyncio.create_task(self.connection.dead.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not self.connection.dead.is_set():
            death.cancel()
            return task.result()
        task.cancel()
        self._world.ledger.deaths += 1
        self._begin()
        raise Died


class Wire:
    """One connection to the relay. What a dead process still had to say, nobody hears."""

    def __init__(self, world: Around, connection: Connection) -> None:
        self._world, self._connection = world, connection

    async def send(
        self, mail: Composed, *, after: Awaitable[None] | None = None, then: Callable[[], Composed | None] | None = None
    ) -> Handed:
        """As the relay's; `then` is which mail comes next, whose envelope may go out with this one's end."""
        world, id = self._world, mail.head["Message-ID"].decode().strip("<> ")
        await asyncio.sleep(world.chance.uniform(0.01, 2))
        if after is not None:
            await after
        if self._connection.dead.is_set():
            await asyncio.Event().wait()
        answer = world.answers.pop(0) if world.answers else TAKEN
        if answer in (TAKEN, LOST):
            world.ledger.mails.append((mail.envelope_to, id))
        if answer == LOST:
            world.ledger.excuses[id] += 1
        await asyncio.sleep(world.chance.uniform(0.01, 5) if answer not in (LOST, SILENT) else 600)
        return ANSWERS[answer]

    async def close(self) -> None:
        """There is nothing to end."""


ANSWERS = {
    TAKEN: Handed(Outcome.SENT),
    LATER: Handed(Outcome.DEFERRED, "451 later"),
    REFUSED: Handed(Outcome.REFUSED, "554 no"),
    GONE: Handed(Outcome.REFUSED, "550 5.1.1 nobody here", gone=True),
    LOST: Handed(Outcome.DEFERRED, "no answer", route_failed=True),
    SILENT: Handed(Outcome.DEFERRED, "no answer", route_failed=True),
}
