"""Who asks, as far as we keep it? A key that groups one client's requests for a week, never an address."""

from datetime import datetime, timedelta

from starlette.requests import Request

from reviews.networks import Network
from reviews.visits import Visit
from web.door import door_of

A_WEEK = timedelta(weeks=1)


def visit_of(request: Request, at: datetime) -> Visit:
    """The request as the rules see it."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    keys, network, agent = door_of(request).keys, network_of(request), headers.get("user-agent", "")
    return Visit(
        method=request.method,
        client=keys.client_key(network.prefix, agent, at=at),
        headers=headers,
        before=keys.client_key(network.prefix, agent, at=at - A_WEEK),
        network=network,
    )


def network_of(request: Request) -> Network:
    """The network a request comes from."""
    return door_of(request).networks.of(request.client.host if request.client else "")


def client_network(request: Request) -> str:
    """A key of the network a request comes from, whatever program asks."""
    door = door_of(request)
    return door.keys.client_key(network_of(request).prefix, "", at=door.clock())
