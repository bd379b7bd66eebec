"""How much is the SMTP door carrying right now, and is there room for more?"""

import asyncio
import time
from collections import Counter
from ipaddress import IPv6Address, IPv6Network, ip_address
from types import TracebackType
from typing import Self

from inbound.smtp.guesses import Guesses
from inbound.smtp.limits import Limits
from inbound.smtp.refusals import TOO_MANY_CONNECTIONS, Refusal

NEVER = float("inf")


class Load:
    """Counts connections and bytes over all clients of one server, and keeps hold of the writes under way."""

    def __init__(self, limits: Limits) -> None:
        self.writes: set[asyncio.Task[Refusal | None]] = set()
        self.bytes_held = 0
        self.connections = 0
        self._guesses = Guesses(limits, time.monotonic)
        self._limits = limits
        self._connections: Counter[str] = Counter()

    def arrived(self, peer: str) -> Refusal | None:
        """Count one more connection, or say why there is no room for it."""
        caller = network(peer)
        if (
            self.connections >= self._limits.connections
            or self._connections[caller] >= self._limits.connections_per_address
        ):
            return TOO_MANY_CONNECTIONS
        self._connections[caller] += 1
        self.connections += 1
        return None

    def left(self, peer: str) -> None:
        """Count one connection less."""
        caller = network(peer)
        self._connections[caller] -= 1
        self.connections -= 1
        if not self._connections[caller]:
            del self._connections[caller]

    @property
    def read_seconds(self) -> float:
        """How long a client may take for its next line: less while many others are there."""
        busy = self.connections > self._limits.connections / 2
        return min(self._limits.read_seconds, self._limits.busy_read_seconds if busy else NEVER)

    def guessed(self, peer: str) -> float:
        """How many seconds this caller waits to hear that an address does not exist."""
        return self._guesses.wait_seconds(network(peer))

    def share(self, size_bytes: int = 0) -> "Share":
        """A share of the memory for mails being taken, given back on leaving the `with`."""
        return Share(self, size_bytes)

    def has_room(self) -> bool:
        """Whether the mails being taken fit into what was set aside for them."""
        return self.bytes_held <= self._limits.bytes_held


class Share:
    """What one mail takes of the memory for all of them."""

    def __init__(self, load: Load, size_bytes: int) -> None:
        self._load = load
        self._size_bytes = size_bytes

    def __enter__(self) -> Self:
        self._load.bytes_held += self._size_bytes
        return self

    def resize(self, size_bytes: int) -> None:
        """The mail has grown to this size."""
        self._load.bytes_held += size_bytes - self._size_bytes
        self._size_bytes = size_bytes

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.resize(0)


def network(peer: str) -> str:
    """Who counts as one caller: an IPv4 address, or the /64 that one IPv6 customer is given."""
    if ":" not in peer:
        return peer
    address = ip_address(peer.partition("%")[0])
    assert isinstance(address, IPv6Address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False))
