"""How are SMTP's commands spoken over an open connection? In groups where the relay announced PIPELINING (RFC 2920).

aiosmtplib makes the connection (EHLO, STARTTLS, AUTH). It sends commands one by one: what is said per mail is here.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, cast

REPLY_BYTES_MAX = 65_536
"""RFC 5321 section 4.5.3.1.5 has 512 a line; what a relay says beyond this is no answer to a few commands."""
CLOSING = 421
"""RFC 5321 section 3.8: the relay ends the connection, whatever was asked."""


class Reply(NamedTuple):
    """A reply code and the words behind it, the lines joined."""

    code: int
    words: str


class ConnectionEnded(ConnectionError):
    """The connection is over."""


class Dialogue(asyncio.Protocol):
    """One open SMTP connection. Replies come in the order of their commands."""

    def __init__(self, transport: asyncio.Transport, *, extensions: frozenset[str] = frozenset()) -> None:
        self.extensions = extensions
        """What EHLO announced, in lower case."""
        self._transport = transport
        self._buffer = bytearray()
        self._words: list[str] = []
        self._replies: list[Reply] = []
        self._owed = 0  # replies to come, or here and not taken
        self._wanted = 0
        self._answered: asyncio.Future[None] | None = None
        self._ended = ""
        transport.set_protocol(self)
        if transport.is_closing():
            self._end("the relay closed the connection")

    @property
    def is_open(self) -> bool:
        return not self._ended and not self._transport.is_closing()

    async def ask(self, *commands: bytes, seconds: float) -> list[Reply]:
        """The replies to some commands, sent together if the relay can take that. Without line ends in them."""
        if len(commands) == 1 or self.pipelines:
            return await self._exchange(_lines(commands), len(commands), seconds)
        replies: list[Reply] = []
        for command in commands:
            replies += await self._exchange(_lines((command,)), 1, seconds)
            if replies[-1].code >= 400:
                break
        return replies

    @property
    def pipelines(self) -> bool:
        """Whether several commands may be sent before the first is answered."""
        return "pipelining" in self.extensions

    async def hand_over(self, raw: bytes, *, ahead: Sequence[bytes] = (), seconds: float) -> Reply:
        """The reply to the mail itself, once DATA was answered 354; its lines end in CRLF, and so does the mail.

        `ahead` are commands that go out with its end (RFC 2920 section 3.1 allows it): `answers` gives the replies."""
        stuffed = raw.replace(b"\r\n.", b"\r\n..") if b"\r\n." in raw else raw  # RFC 5321 section 4.5.2
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        said = b"".join((stuffed, b".\r\n", _lines(ahead)))
        (reply,) = await self._exchange(said, 1, seconds, ahead=len(ahead))
        return reply

    async def answers(self, *, seconds: float) -> list[Reply]:
        """The replies to the commands that were sent ahead."""
        return await self._next(self._owed, seconds)

    async def quit(self, seconds: float) -> None:
        """Take leave, and close."""
        try:
            if self.is_open:
                await self.ask(b"QUIT", seconds=seconds)
        except (OSError, TimeoutError):
            pass  # it is over either way
        finally:
            self._transport.close()

    def abort(self) -> None:
        """Close at once: what was said last may have no answer any more."""
        self._end("we closed the connection")
        self._transport.abort()

    async def _exchange(self, said: bytes, wanted: int, seconds: float, *, ahead: int = 0) -> list[Reply]:
        if not self.is_open:
            raise ConnectionEnded(self._ended or "the connection is closed")
        self._replies, self._owed = [], wanted + ahead
        self._transport.write(said)
        return await self._next(wanted, seconds)

    async def _next(self, wanted: int, seconds: float) -> list[Reply]:
        """So many of the replies that are owed, once they are here."""
        if len(self._replies) < wanted:
            await self._until_answered(wanted, seconds)
        taken, self._replies = self._replies[:wanted], self._replies[wanted:]
        self._owed -= wanted
        return taken

    async def _until_answered(self, wanted: int, seconds: float) -> None:
        if self._ended:
            raise ConnectionEnded(self._ended)
        loop = asyncio.get_running_loop()
        self._wanted, self._answered = wanted, loop.create_future()
        patience = loop.call_later(seconds, self._too_late, seconds)
        try:
            await self._answered
        finally:
            patience.cancel()
            self._answered = None

    def _too_late(self, seconds: float) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(TimeoutError(f"no answer within {seconds:.0f} seconds"))
        self.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > REPLY_BYTES_MAX:
            self._refuse("the relay's reply has no end")
            return
        *lines, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._line(line.rstrip(b"\r"))

    def eof_received(self) -> bool:
        return False  # the transport closes itself

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(f"the connection was lost: {exc}" if exc else "the relay closed the connection")

    def _line(self, line: bytes) -> None:
        code = line[:3]
        if not code.isdigit() or len(code) < 3 or sum(map(len, self._words)) > REPLY_BYTES_MAX:
            self._refuse("the relay's reply is not SMTP")
            return
        self._words.append(line[4:].decode("utf-8", "replace").strip())
        if line[3:4] == b"-":
            return
        reply, self._words = Reply(int(code), "\n".join(self._words)), []
        if len(self._replies) >= self._owed:
            self._refuse(f"{reply.code} {reply.words}")  # nothing was asked: it says that it is about to close
            return
        self._replies.append(reply)
        if self._answered and not self._answered.done() and len(self._replies) >= self._wanted:
            self._answered.set_result(None)
        elif reply.code == CLOSING:
            self._refuse(f"{reply.code} {reply.words}")

    def _refuse(self, why: str) -> None:
        self._end(why)
        self._transport.close()

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        if self._answered and not self._answered.done():
            self._answered.set_exception(ConnectionEnded(self._ended))


def is_sayable(commands: Sequence[bytes]) -> bool:
    """Whether each is one line."""
    return not any(b"\r" in command or b"\n" in command for command in commands)


def _lines(commands: Sequence[bytes]) -> bytes:
    """Commands as they are sent. ValueError when one is more than a line."""
    if not is_sayable(commands):
        raise ValueError("a line break in a command")
    return b"".join([b"%s\r\n" % command for command in commands])


def dialogue_over(transport: asyncio.BaseTransport, extensions: Sequence[str]) -> Dialogue:
    """The dialogue over a connection that somebody else has made, who hears no more of it."""
    return Dialogue(cast(asyncio.Transport, transport), extensions=frozenset(extensions))  # uvloop's do not say so
