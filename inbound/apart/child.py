"""The process that reads hostile mail: `python -m inbound.apart.child MEMORY_BYTES CPU_SECONDS`, told by `workers.py`.

It is given bytes and gives back JSON, has no settings, no store and no network, and takes no more memory and time than
it is told. What it cannot bear kills it, and nobody else.
"""

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from pydantic import ConfigDict, TypeAdapter

from inbound.apart.letters import Look, Words, file, look, words

LENGTH = struct.Struct(">I")
BYTES = TypeAdapter(bytes, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))
CALLS: dict[str, tuple[Callable[..., object], TypeAdapter[Any]]] = {
    "look": (look, TypeAdapter(Look)),
    "words": (words, TypeAdapter(Words)),
    "file": (file, BYTES),
}
NICENESS = 10
NEVER = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")
"""Audit events (PEP 578) that no reading of a mail has a reason for."""


def main() -> None:
    """Answer calls until there are no more."""
    memory_bytes, seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit(memory_bytes)
    sys.addaudithook(_refuse)
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    while (call := read_frame(calls)) is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # kills us, also when who waits for the answer is dead
        write_frame(answers, _answer(json.loads(call), read_frame(calls) or b""))
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, None at the end."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """One frame: its length in four bytes, then its bytes."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)


def _answer(call: dict[str, Any], raw: bytes) -> bytes:
    function, adapter = CALLS[call.pop("call")]
    if "keys" in call:  # records of the DNS, which JSON holds as text
        call["keys"] = {name: key.encode("latin-1") for name, key in call["keys"].items()}
    return adapter.dump_json(function(raw, **call))


def _limit(memory_bytes: int) -> None:
    """No more memory than this, and no image of it on the disk when it dies; taking mail goes before reading it. macOS
    knows the first limit by name only."""
    os.nice(NICENESS)
    for what, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(NEVER):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
