"""The bare web peer: a Starlette route that does nothing."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def nothing(_: Request) -> Response:
    """Says ok."""
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/r/{token}", nothing, methods=["GET", "POST"])])
