"""What has the client sent that nobody has read? In lines for commands, in chunks for mail."""

import asyncio
from typing import cast

from inbound.smtp.limits import COMMAND_BYTES_MAX, KB
from inbound.smtp.refusals import LINE_BARE, LINE_ENDLESS, LINE_TOO_LONG, Refusal
from inbound.smtp.waiter import Waiter

AHEAD_BYTES = 64 * KB  # more than this unread, and the client has to wait
ENDLESS_BYTES = 64 * KB  # a line longer than this is no command


class Wire:
    """The bytes of one client in their order. What is there is taken at once; who needs more waits for it.

    Bytes come straight from the transport: a stream in between would cost a task's turn for every command. Who waits
    for them goes on at once (waiter.py).
    """

    def __init__(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.ReadTransport, transport)
        self._ahead = b""
        self._at = 0  # where in it the unread bytes begin
        self._dropped_bytes = 0  # of a line that is too long
        self._ended = False
        self._paused = False
        self._waiter: Waiter | None = None

    def feed(self, chunk: bytes) -> None:
        """The client has sent this."""
        self._ahead = self._ahead[self._at :] + chunk if self._ahead else chunk
        self._at = 0
        if len(self._ahead) > AHEAD_BYTES and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def end(self) -> None:
        """The client sends no more: `more` raises EOFError once everything is taken."""
        self._ended = True
        self._wake()

    def line(self) -> bytes | Refusal | None:
        """The next command without its CR LF, or why it is none; None when its end is not there yet."""
        end = self._ahead.find(b"\n", self._at)
        if end < 0:
            return self._drop_endless()
        line = self._ahead[self._at : end + 1]
        self._at = end + 1
        if self._at == len(self._ahead):
            self._ahead, self._at = b"", 0
        dropped_bytes, self._dropped_bytes = self._dropped_bytes, 0
        if dropped_bytes or len(line) > COMMAND_BYTES_MAX:
            return LINE_TOO_LONG
        if line[-2:] != b"\r\n" or line.count(b"\r") > 1:
            return LINE_BARE
        return line[:-2]

    def chunk(self) -> bytes:
        """All the bytes that are there, maybe none."""
        chunk = self._ahead[self._at :]
        self._ahead, self._at = b"", 0
        return chunk

    async def more(self) -> None:
        """Wait until the client has sent more than is there. EOFError when it sends no more."""
        there_bytes = len(self._ahead)
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        while len(self._ahead) == there_bytes:
            if self._ended:
                raise EOFError
            self._waiter = Waiter(asyncio.get_running_loop())
            try:
                await self._waiter
            finally:
                self._waiter = None

    def put_back(self, rest: bytes) -> None:
        """Let the end of the last chunk be read again."""
        self._ahead = rest + self._ahead[self._at :]
        self._at = 0

    def begin_anew(self, transport: asyncio.BaseTransport) -> None:
        """The bytes come from another transport now, which decrypts them."""
        self._transport = cast(asyncio.ReadTransport, transport)
        self._paused = False

    def drop(self) -> None:
        """Forget what was sent and not read: what came in clear is never obeyed under TLS (RFC 3207 section 5)."""
        self._ahead, self._at, self._dropped_bytes = b"", 0, 0

    def _drop_endless(self) -> Refusal | None:
        if len(self._ahead) - self._at > COMMAND_BYTES_MAX:
            self._dropped_bytes += len(self._ahead) - self._at
            self._ahead, self._at = b"", 0
        if self._dropped_bytes <= ENDLESS_BYTES:
            return None
        self._dropped_bytes = 0
        return LINE_ENDLESS

    def _wake(self) -> None:
        if self._waiter is not None:
            self._waiter.wake()
