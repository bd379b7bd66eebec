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
    """The connection is over; `replies` came before that."""

    def __init__(self, why: str, replies: Sequence[Reply] = ()) -> None:
        super().__init__(why)
        self.replies = tuple(replies)


class Dialogue(asyncio.Protocol):
    """One open SMTP connection. Replies come in the order of their commands."""

    def __init__(self, transport: asyncio.Transport, *, extensions: frozenset[str] = frozenset()) -> None:
        self.extensions = extensions
        """What EHLO announced, in lower case."""
        self._transport = transport
        self._buffer = bytearray()
        self._words: list[str] = []
        self._replies: list[Reply] = []
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
        if any(b"\r" in command or b"\n" in command for command in commands):
            raise ValueError("a line break in a command")
        if len(commands) == 1 or "pipelining" in self.extensions:
            return await self._exchange(b"".join([b"%s\r\n" % command for command in commands]), len(commands), seconds)
        replies: list[Reply] = []
        for command in commands:
            replies += await self._exchange(command + b"\r\n", 1, seconds)
            if replies[-1].code >= 400:
                break
        return replies

    async def hand_over(self, raw: bytes, *, seconds: float) -> Reply:
        """The reply to the mail itself, once DATA was answered 354; its lines end in CRLF, and so does the mail."""
        stuffed = raw.replace(b"\r\n.", b"\r\n..") if b"\r\n." in raw else raw  # RFC 5321 section 4.5.2
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        (reply,) = await self._exchange(stuffed + b".\r\n", 1, seconds)
        return reply

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

    async def _exchange(self, sent: bytes, wanted: int, seconds: float) -> list[Reply]:
        if not self.is_open:
            raise ConnectionEnded(self._ended or "the connection is closed")
        self._replies, self._wanted = [], wanted
        loop = asyncio.get_running_loop()
        self._answered = loop.create_future()
        patience = loop.call_later(seconds, self._too_late, seconds)
        self._transport.write(sent)
        try:
            await self._answered
        finally:
            patience.cancel()
            self._answered = None
        return self._replies

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
        if self._answered is None or self._answered.done():
            self._refuse(f"{reply.code} {reply.words}")  # nothing was asked: it says that it is about to close
            return
        self._replies.append(reply)
        if len(self._replies) >= self._wanted:
            self._answered.set_result(None)
        elif reply.code == CLOSING:
            self._refuse(f"{reply.code} {reply.words}")

    def _refuse(self, why: str) -> None:
        self._end(why)
        self._transport.close()

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        if self._answered and not self._answered.done():
            self._answered.set_exception(ConnectionEnded(self._ended, self._replies))


def dialogue_over(transport: asyncio.BaseTransport, extensions: Sequence[str]) -> Dialogue:
    """The dialogue over a connection that somebody else has made, who hears no more of it."""
    return Dialogue(cast(asyncio.Transport, transport), extensions=frozenset(extensions))  # uvloop's do not say so
