"""How are many mails that came in kept by one write? Those that came while the last ones were written go together.

A mail of its own in the writer's queue costs a savepoint, a statement for each table and a turn of two threads; a
hundred mails in one job cost one of each.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from reviews.model import Envelope
from store import mails
from store.engines import Engine
from store.engines.group_commit import GROUP_BYTES_MAX, QUEUE_BYTES_MAX
from store.errors import StoreUnavailableError
from store.mails import Incoming

TOGETHER_MAX = 100
"""Mails in one job: the first of them waits for the last."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """One mail and the caller who waits for it to be on disk."""

    mail: Incoming
    future: "asyncio.Future[str]"


class Keeping:
    """Mails on their way to the disk, of the callers of one event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[_Waiting] = []
        self._bytes = 0
        self._run: asyncio.Task[None] | None = None

    async def keep(self, *, id: str, envelope: Envelope, raw: bytes) -> str:
        """Store a mail before anything is parsed; the SHA-256 of its bytes, once it is on disk."""
        if self._bytes + len(raw) > QUEUE_BYTES_MAX:
            raise StoreUnavailableError("too many mails are waiting")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(Incoming(id, envelope, raw), loop.create_future())
        self._waiting.append(waiting)
        self._bytes += len(raw)
        if self._run is None or self._run.done():
            self._run = loop.create_task(self._keep_waiting())
        return await waiting.future

    async def finish(self) -> None:
        """Wait until nothing is on its way any more."""
        if self._run is not None:
            await asyncio.wait({self._run})

    async def _keep_waiting(self) -> None:
        while self._waiting:
            await self._keep_together(self._next())

    def _next(self) -> list[_Waiting]:
        """Those who waited longest, up to the one that makes them many."""
        left_bytes, number = GROUP_BYTES_MAX, 0
        while number < min(len(self._waiting), TOGETHER_MAX) and left_bytes > 0:
            left_bytes -= len(self._waiting[number].mail.raw)
            number += 1
        together, self._waiting = self._waiting[:number], self._waiting[number:]
        return together

    async def _keep_together(self, together: list[_Waiting]) -> None:
        size_bytes = sum(len(waiting.mail.raw) for waiting in together)
        try:
            job = partial(mails.keep_all, incoming=[waiting.mail for waiting in together])
            kept = await self._engine.write(job, size_bytes=size_bytes)
        except StoreUnavailableError as error:
            _refuse(together, error)
        except Exception as error:  # noqa: BLE001 - one of them cannot be written: it is told so, and the others are kept
            await self._keep_each(together, error)
        else:
            for waiting, sha256 in zip(together, kept, strict=True):
                if not waiting.future.done():  # else the caller left; what was written stays
                    waiting.future.set_result(sha256)
        finally:
            self._bytes -= size_bytes

    async def _keep_each(self, together: list[_Waiting], error: Exception) -> None:
        if len(together) == 1:
            _refuse(together, error)
            return
        self._bytes += sum(len(waiting.mail.raw) for waiting in together)
        for waiting in together:
            await self._keep_together([waiting])


def _refuse(together: list[_Waiting], error: Exception) -> None:
    for waiting in together:
        if not waiting.future.done():
            waiting.future.set_exception(error)
