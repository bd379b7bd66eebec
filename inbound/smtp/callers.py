"""Who may call, and who calls for others? Told by networks that the operator has listed."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

Networks = tuple[IPv4Network | IPv6Network, ...]

SOCKET = "socket"
"""The peer behind a socket in the file system: whoever may open that file, which its mode says."""


@dataclass(frozen=True, slots=True)
class Callers:
    """`balancers` are load balancers, which say first who calls (PROXY protocol); of nobody else is such a word taken.
    `only` are those that may call at all; None for everybody."""

    balancers: Networks = ()
    only: Networks | None = None

    def hand_on(self, peer: str) -> bool:
        """Whether this is a load balancer."""
        return bool(self.balancers) and within(peer, self.balancers)

    def may_call(self, peer: str) -> bool:
        """Whether this caller is to be heard."""
        return self.only is None or peer == SOCKET or within(peer, self.only)


EVERYBODY = Callers()


def peer_of(transport: asyncio.BaseTransport) -> str:
    """The address of who is at the other end."""
    name = transport.get_extra_info("peername")
    if isinstance(name, tuple):
        return str(name[0])
    return SOCKET if isinstance(name, str | bytes) else "unknown"


def within(peer: str, networks: Networks) -> bool:
    """Whether an address is in one of these networks; an IPv4 address may be written as an IPv6 one."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)
