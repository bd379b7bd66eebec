"""Who asks, as far as we keep it? A key that groups one client's requests for a week, never an address."""

from datetime import datetime

from starlette.requests import Request
from starlette.types import Scope

from reviews.agents import AGENT
from reviews.networks import Network
from reviews.visits import HEADERS_WEIGHED, Visit
from web.door import Door, door_of

WEIGHED = {name.encode(): name for name in HEADERS_WEIGHED}


def visit_of(door: Door, scope: Scope, at: datetime) -> Visit:
    """The request as the rules see it."""
    headers = {WEIGHED[name]: value.decode("latin-1") for name, value in scope["headers"] if name in WEIGHED}
    network = network_of(door, scope)
    client, before = door.keys.client_keys(network.prefix, headers.get(AGENT, ""), at=at)
    return Visit(scope["method"], client, headers, before, network)


def network_of(door: Door, scope: Scope) -> Network:
    """The network a request comes from."""
    client = scope.get("client")
    return door.networks.of(client[0] if client else "")


def client_network(request: Request) -> str:
    """A key of the network a request comes from, whatever program asks."""
    door = door_of(request)
    return door.keys.client_key(network_of(door, request.scope).prefix, "", at=door.clock())
