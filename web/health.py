"""Is this process alive, and can it serve? For whoever watches over it."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from store import lists
from web.door import door_of


async def alive(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """The store answers too; 503 with Retry-After when it does not."""
    await door_of(request).store.read(lists.count)
    return PlainTextResponse("ok\n")
