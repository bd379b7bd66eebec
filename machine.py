"""What does the process ask of the machine it runs on? Its event loop, its memory back, and what to call itself."""

import asyncio
import ctypes
import gc
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Any

M_MMAP_THRESHOLD = -3
"""mallopt(3): from which size on a block is mapped by itself."""
LARGE_BLOCK_BYTES = 512 * 1024
ID_BYTES = 16
GARBAGE_AFTER = 20_000
"""So many objects more than before, some 2 MB, and rings among them are looked for; Python says 700."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop, which serves half as many mails again; Python's own where there is none, as on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def give_back_large_blocks() -> None:
    """Have every large block of memory go back when it is freed. glibc, left to itself, raises its limit for that with
    the first one, and from then on a mail of 25 MB costs for ever what it took once. Elsewhere there is no such call.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def many_files() -> None:
    """As many open files as we may have: each connection is one, and 1,024, the usual number, are soon taken."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # there is none on Windows

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def keep_what_was_loaded() -> None:
    """Called when all is set up: modules and classes live as long as the process, and are not searched for garbage
    again and again, at a tenth of the cost of a mail. What comes later is searched more seldom: facts and requests hold
    no rings, and looking for some costs a fifteenth of a vote."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


def named(kind: str) -> dict[str, Any]:
    """What a process tells of itself: a random id, its kind, machine and version, and how to ask for its figures."""
    told = {"id": secrets.token_hex(ID_BYTES), "kind": kind, "machine": socket.gethostname()}
    return {**told, "version": version("afterword"), "figures": figures}


def figures() -> dict[str, int]:
    """The most memory it ever held; nothing where the machine does not tell."""
    with suppress(ImportError):
        import resource  # there is none on Windows

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"memory_bytes": most if sys.platform == "darwin" else most * 1024}
    return {}
