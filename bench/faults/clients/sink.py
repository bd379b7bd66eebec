"""Which mails left the house, and how often? The relay of a trial: it takes everything and remembers Message-IDs."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_ID = re.compile(rb"^Message-ID: <([^>\r\n]{1,200})>", re.IGNORECASE | re.MULTILINE)
THINKING_SECONDS = 0.02


class Taken(NamedTuple):
    """One copy of one mail."""

    message_id: str
    connection: int
    recipient: str
    at: float
    """By the clock that only goes forward, in seconds."""


@dataclass
class Sink:
    """What it took, in the order it came."""

    chance: Random
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    copies: Counter[str] = field(default_factory=Counter)
    """Of each mail, by its Message-ID."""
    refusal: str = ""
    """What it says to every mail instead of taking it."""
    thinking_seconds: float = THINKING_SECONDS
    """How long at most between taking a mail and saying so."""
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusal:
            return self.refusal
        found = MESSAGE_ID.search(envelope.original_content or b"")
        if found is None:
            return "554 5.6.0 A mail needs a Message-ID"
        async with self._came:
            taken = Taken(found[1].decode(), _port(session), envelope.rcpt_tos[0], time.monotonic())
            self.taken.append(taken)
            self.copies[taken.message_id] += 1
            self._came.notify_all()
        await asyncio.sleep(self.chance.uniform(0, self.thinking_seconds))  # taken, and its sender does not know it yet
        return "250 2.0.0 Ok: queued"

    async def reached(self, count: int, *, seconds: float) -> None:
        """Wait until so many different mails came; TimeoutError when that takes too long."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: len(self.copies) >= count)


@asynccontextmanager
async def opened_sink(
    chance: Random, *, host: str = "127.0.0.1", port: int = 0, thinking_seconds: float = THINKING_SECONDS
) -> AsyncIterator[Sink]:
    """A running sink, on a free port if none is given."""
    sink = Sink(chance, thinking_seconds=thinking_seconds)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink), host, port)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()


def _port(session: Session) -> int:
    """The client's end of the connection, which tells it from others."""
    peer: object = session.peer  # a pair, whatever its type says
    return int(peer[1]) if isinstance(peer, tuple) else 0
