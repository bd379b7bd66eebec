"""Who reads the mails? Processes that are put down when one takes too long or too much; `InThread` for tests.

A mail that kills its reader is told as `TooMuch`; the process is made anew for the next one.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from pydantic import TypeAdapter

from inbound.apart.child import BYTES, LENGTH
from inbound.apart.letters import Look, Words, file, look, words

MEMORY_BYTES = 512 * 1024 * 1024
"""Of one process, code included: the largest mail takes some 300 MB."""
CPU_SECONDS = 10.0
"""A mail of 25 MB is read in one; what takes longer was made to. It is the processor's time: that a machine is busy is
no fault of the mail."""
WAITS = 6
"""So many times as long is waited for an answer."""
START_SECONDS = 60.0
WORKERS = 2
"""A mail that is made to be slow holds up one of them."""
END_SECONDS = 2.0
MODULE = "inbound.apart.child"


class TooMuch(Exception):
    """This mail could not be read within the limits."""


class NoReader(Exception):
    """No process could be started: the mail is read later."""


class Readers(Protocol):
    """Who looks at the bytes of mails; TooMuch when one cannot be read, NoReader while nobody can."""

    async def look(self, raw: bytes, *, mail_from: str, own_domains: tuple[str, ...]) -> Look:
        """The first look, as `letters.look`."""

    async def words(self, raw: bytes, *, original: str, keys: Mapping[str, bytes]) -> Words:
        """The second look, as `letters.words`."""

    async def file(self, raw: bytes, *, number: int) -> bytes:
        """One of its files, as `letters.file`."""

    async def close(self) -> None:
        """End."""


class InThread:
    """Reads in a thread of this process, without limits: for tests and the demo."""

    async def look(self, raw: bytes, *, mail_from: str, own_domains: tuple[str, ...]) -> Look:
        return await asyncio.to_thread(look, raw, mail_from=mail_from, own_domains=own_domains)

    async def words(self, raw: bytes, *, original: str, keys: Mapping[str, bytes]) -> Words:
        return await asyncio.to_thread(words, raw, original=original, keys=keys)

    async def file(self, raw: bytes, *, number: int) -> bytes:
        return await asyncio.to_thread(file, raw, number=number)

    async def close(self) -> None:
        return None


class Workers:
    """Some processes that read, each one mail at a time."""

    def __init__(
        self, number: int = WORKERS, *, memory_bytes: int = MEMORY_BYTES, cpu_seconds: float = CPU_SECONDS
    ) -> None:
        self._memory_bytes, self._cpu_seconds = memory_bytes, cpu_seconds
        self._free: asyncio.Queue[asyncio.subprocess.Process | None] = asyncio.Queue()
        for _ in range(number):
            self._free.put_nowait(None)
        self._number = number

    async def begin(self) -> None:
        """Start them before the first mail comes, so that they are not started when many do."""
        await asyncio.gather(*(self.look(b"", mail_from="", own_domains=()) for _ in range(self._number)))

    async def look(self, raw: bytes, *, mail_from: str, own_domains: tuple[str, ...]) -> Look:
        answer = await self._call(raw, call="look", mail_from=mail_from, own_domains=own_domains)
        return _LOOK.validate_json(answer)

    async def words(self, raw: bytes, *, original: str, keys: Mapping[str, bytes]) -> Words:
        told = {name: key.decode("latin-1") for name, key in keys.items()}
        return _WORDS.validate_json(await self._call(raw, call="words", original=original, keys=told))

    async def file(self, raw: bytes, *, number: int) -> bytes:
        return BYTES.validate_json(await self._call(raw, call="file", number=number))

    async def close(self) -> None:
        for _ in range(self._number):
            process = await self._free.get()
            if process is not None:
                await _put_down(process)

    async def _call(self, raw: bytes, **call: object) -> bytes:
        """Have one call answered by whichever process is free."""
        process = await self._free.get()
        try:
            if process is None or process.returncode is not None:
                process = None
                process = await self._new()
            async with asyncio.timeout(WAITS * self._cpu_seconds):
                return await _asked(process, json.dumps(call).encode(), raw)
        except (TimeoutError, OSError, EOFError) as error:
            raise TooMuch(await _ended(process, late=isinstance(error, TimeoutError))) from error
        except BaseException:  # cancelled in the middle: what it would answer belongs to nobody
            await _put_down(process)
            raise
        finally:
            self._free.put_nowait(process)

    async def _new(self) -> asyncio.subprocess.Process:
        try:
            return await self._started()
        except (TimeoutError, OSError, EOFError) as error:
            raise NoReader(type(error).__name__) from error

    async def _started(self) -> asyncio.subprocess.Process:
        """A new process. It finds our code, and is told nothing else of ours: settings hold secrets."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE, str(self._memory_bytes), str(self._cpu_seconds)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a stack trace may hold words of a mail
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONWARNINGS": "ignore"},
            start_new_session=True,  # a Ctrl-C at the terminal is for us to pass on
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await _asked(process, json.dumps({"call": "look", "mail_from": "", "own_domains": ()}).encode(), b"")
        except BaseException:
            await _put_down(process)
            raise
        return process


async def _asked(process: asyncio.subprocess.Process, call: bytes, raw: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    for frame in (call, raw):
        process.stdin.write(LENGTH.pack(len(frame)))
        process.stdin.write(frame)
    await process.stdin.drain()
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return await process.stdout.readexactly(length)


async def _ended(process: asyncio.subprocess.Process | None, *, late: bool) -> str:
    """Why a process gave no answer. One that ends by itself is waited for: killed meanwhile, it would not say how."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0 if late else END_SECONDS):
            await (process.wait() if process else asyncio.sleep(0))
    await _put_down(process)
    return "it takes too long" if late or (process and process.returncode == -signal.SIGPROF) else "it takes too much"


async def _put_down(process: asyncio.subprocess.Process | None) -> None:
    if process is None:
        return
    if process.stdin:
        process.stdin.close()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()


_LOOK, _WORDS = TypeAdapter(Look), TypeAdapter(Words)
