"""Is there a virus in this mail, and in which of its files? ClamAV's daemon is asked by its socket (clamd(8),
INSTREAM); without an answer nobody knows, and no mail is lost for it."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from inbound.apart.workers import NoReader, TooMuch
from reviews.attachments import Scan

CHUNK_BYTES = 256 * 1024
SECONDS = 20.0
"""For the whole of a mail: 25 MB take clamd a few seconds."""
ANSWER_BYTES_MAX = 4_096
UNREADABLE = (NoReader, TooMuch, IndexError)
"""Why a file could not be taken out of its mail."""
FILES_MAX = 20
"""Of a mail with a virus so many files are looked at one by one; all others are withheld with it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scanner:
    """The daemon behind a socket in the file system (a path), or at HOST:PORT."""

    where: str
    seconds: float = SECONDS

    async def scan_files(self, raw: bytes, count: int, file: Callable[[int], Awaitable[bytes]]) -> list[Scan]:
        """What is in each of so many files of a mail. The mail is shown whole; where there is a virus in it, its files
        are one by one. One that the scanner does not clear then is withheld, and all are where it clears them all: the
        virus is in the mail then. Raises nothing."""
        found = await self.scan(raw)
        if found is not Scan.VIRUS:
            return [found] * count
        each = [Scan.VIRUS] * count
        with suppress(TimeoutError, *UNREADABLE):
            async with asyncio.timeout(self.seconds):
                for number in range(min(count, FILES_MAX)):
                    if await self.scan(await file(number)) is Scan.CLEAN:
                        each[number] = Scan.CLEAN
        return each if Scan.VIRUS in each else [Scan.VIRUS] * count

    async def scan(self, raw: bytes) -> Scan:
        """What is in these bytes: clamd takes a mail apart, and unpacks what is packed. Raises nothing."""
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._asked(raw)
        except BrokenPipeError:  # while it is being shown: it is too much for it, and it may not get to say so
            answer = "it hung up"
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            log.warning("virus scanner does not answer", error=type(error).__name__)
            return Scan.AWAY
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
            await _shown(raw, writer)
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


async def _shown(raw: bytes, writer: asyncio.StreamWriter) -> None:
    """Piece by piece; BrokenPipeError when nobody wants the rest."""
    try:
        for start in range(0, len(raw), CHUNK_BYTES):
            chunk = raw[start : start + CHUNK_BYTES]
            writer.write(struct.pack(">I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
    except ConnectionError as error:
        raise BrokenPipeError from error
