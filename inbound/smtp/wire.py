"""What has the client sent that nobody has read? In lines for commands, in chunks for mail."""

from asyncio import StreamReader

from inbound.smtp.limits import COMMAND_BYTES_MAX, KB
from inbound.smtp.refusals import LINE_BARE, LINE_ENDLESS, LINE_TOO_LONG, Refusal

CHUNK_BYTES = 256 * KB  # what one read of the event loop brings at most
ENDLESS_BYTES = 64 * KB  # a line longer than this is no command


class Wire:
    """The bytes of one client in their order. A read raises EOFError at their end, ConnectionError if cut."""

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader
        self._ahead = bytearray()  # read from the socket, not yet asked for

    async def line(self) -> bytes | Refusal:
        """The next command without its CR LF, or why it is none."""
        dropped_bytes = 0
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > COMMAND_BYTES_MAX:
                dropped_bytes += len(self._ahead)
                self._ahead.clear()
            if dropped_bytes > ENDLESS_BYTES:
                return LINE_ENDLESS
            self._ahead += await self._read()
        line = bytes(self._ahead[: end + 1])
        del self._ahead[: end + 1]
        if dropped_bytes or len(line) > COMMAND_BYTES_MAX:
            return LINE_TOO_LONG
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            return LINE_BARE
        return line[:-2]

    async def chunk(self) -> bytes:
        """The next bytes, as many as are there, at least one."""
        if self._ahead:
            chunk = bytes(self._ahead)
            self._ahead.clear()
            return chunk
        return await self._read()

    def put_back(self, rest: bytes) -> None:
        """Let the end of the last chunk be read again."""
        self._ahead[:0] = rest

    def drop(self) -> None:
        """Forget what was sent and not read: what came in clear is never obeyed under TLS (RFC 3207 section 5)."""
        self._ahead.clear()
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # there is no public way that does not wait

    async def _read(self) -> bytes:
        chunk = await self._reader.read(CHUNK_BYTES)
        if not chunk:
            raise EOFError
        return chunk
