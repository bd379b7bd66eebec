"""How does the SMTP server start, and how does it stop without losing a mail?"""

import asyncio
import weakref
from dataclasses import dataclass
from pathlib import Path

from inbound.smtp.callers import EVERYBODY, Callers
from inbound.smtp.dialogue import Dialogue
from inbound.smtp.door import Door
from inbound.smtp.limits import BACKLOG, Limits
from inbound.smtp.lmtp import Delivery
from inbound.smtp.load import Load
from inbound.smtp.refusals import Refusal
from inbound.smtp.tls import Tls

SOCKET_MODE = 0o660
"""For its owner and its group: the mail server before us is one of it."""

__all__ = ["Door", "Limits", "Refusal", "Server", "Tls", "serve"]


async def serve(
    door: Door,
    host: str | None,
    port: int,
    *,
    hostname: str,
    limits: Limits | None = None,
    tls: Tls | None = None,
    reuse_port: bool = False,
    callers: Callers = EVERYBODY,
    lmtp: bool = False,
    path: Path | None = None,
) -> "Server":
    """Take mail at this address, on the running event loop, until the server is closed.

    `host` None is every interface, `port` 0 any free one. `hostname` is what the greeting says (printable ASCII without
    spaces, else ValueError). `tls` offers STARTTLS. `reuse_port` lets several processes share one port. OSError when
    the address cannot be had. `callers` says who may call, and who calls for others; `lmtp` speaks LMTP. With `path`
    it listens at that socket in the file system instead, which its group may use.
    """
    if not hostname or not all("!" <= char <= "~" for char in hostname):
        raise ValueError(f"{hostname!r} is no host name")
    limits = limits or Limits()
    load = Load(limits)
    dialogues: weakref.WeakSet[Dialogue] = weakref.WeakSet()
    speaks = Delivery if lmtp else Dialogue

    def answer() -> Dialogue:
        dialogue = speaks(door, load, limits, hostname=hostname, tls=tls, callers=callers)
        dialogues.add(dialogue)
        return dialogue

    loop = asyncio.get_running_loop()
    if path is not None:
        at_path = await loop.create_unix_server(answer, path, backlog=BACKLOG)
        await asyncio.to_thread(path.chmod, SOCKET_MODE)
        return Server(0, at_path, dialogues, load, limits)
    listener = await loop.create_server(answer, host, port, backlog=BACKLOG, reuse_port=reuse_port)
    return Server(listener.sockets[0].getsockname()[1], listener, dialogues, load, limits)


@dataclass(frozen=True, slots=True)
class Server:
    """A running SMTP server."""

    port: int
    """Where it listens; of several interfaces, the first one's."""
    _listener: asyncio.Server
    _dialogues: "weakref.WeakSet[Dialogue]"
    _load: Load
    _limits: Limits

    async def close(self) -> None:
        """Call nobody in any more, tell idle clients 421, and give mails under way `close_seconds` to be committed.

        Whatever is cut after that was never answered 250, so its sender has it still and comes again.
        """
        self._listener.close()
        dialogues = list(self._dialogues)
        for dialogue in dialogues:
            dialogue.leave()
        under_way = {asyncio.ensure_future(dialogue.ended()) for dialogue in dialogues} | self._load.writes
        if under_way:
            await asyncio.wait(under_way, timeout=self._limits.close_seconds)
        for dialogue in dialogues:
            dialogue.abort()
