"""Who asks, as far as we keep it? A key that groups one client's requests for a week, never an address."""

from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from reviews.visits import Visit
from web.door import door_of

IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""Networks of about one office or one home (click-protocol 3.4)."""
ADDRESSES_KNOWN = 1_024
"""Addresses whose network is kept: behind a proxy, and in one visit, the same come again and again."""


def visit_of(request: Request, at: datetime) -> Visit:
    """The request as the rules see it."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    network = network_of(request.client.host if request.client else "")
    client = door_of(request).keys.client_key(network, headers.get("user-agent", ""), at=at)
    return Visit(request.method, client, headers)


def client_network(request: Request) -> str:
    """A key of the network a request comes from, whatever program asks."""
    door = door_of(request)
    return door.keys.client_key(network_of(request.client.host if request.client else ""), "", at=door.clock())


@lru_cache(ADDRESSES_KNOWN)
def network_of(address: str) -> str:
    """The network of an address, '' for what is none: a test's client, a socket of this machine."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    return str(ip_network((parsed, IPV4_PREFIX if parsed.version == 4 else IPV6_PREFIX), strict=False))
