"""Is there a virus in this mail? ClamAV's daemon is asked by its socket (clamd(8), INSTREAM); without an answer nobody
knows, and no mail is lost for it."""

import asyncio
import struct
from dataclasses import dataclass

import structlog

from reviews.attachments import Scan

CHUNK_BYTES = 256 * 1024
SECONDS = 20.0
"""For the whole of a mail: 25 MB take clamd a few seconds."""
ANSWER_BYTES_MAX = 4_096

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scanner:
    """The daemon behind a socket in the file system (a path), or at HOST:PORT."""

    where: str
    seconds: float = SECONDS

    async def scan(self, raw: bytes) -> Scan:
        """What is in these bytes, a whole mail: clamd takes it apart, and unpacks what is packed. Raises nothing."""
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._asked(raw)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            log.warning("virus scanner does not answer", error=type(error).__name__)
            return Scan.UNKNOWN
        if answer.endswith(" FOUND"):
            log.warning("virus found", name=answer.removeprefix("stream: ").removesuffix(" FOUND")[:100])
            return Scan.VIRUS
        if answer == "stream: OK":
            return Scan.CLEAN
        log.warning("virus scanner could not tell", why=answer[:100])
        return Scan.UNKNOWN

    async def _asked(self, raw: bytes) -> str:
        reader, writer = await self._connected()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(raw), CHUNK_BYTES):
                chunk = raw[start : start + CHUNK_BYTES]
                writer.write(struct.pack(">I", len(chunk)) + chunk)
                await writer.drain()
            writer.write(struct.pack(">I", 0))
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
        except asyncio.LimitOverrunError as error:
            raise ValueError("an endless answer") from error
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.where.startswith("/"):
            return await asyncio.open_unix_connection(self.where, limit=ANSWER_BYTES_MAX)
        host, _, port = self.where.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port), limit=ANSWER_BYTES_MAX)
