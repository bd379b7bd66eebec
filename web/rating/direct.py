"""How does a request for a rating link reach its handler? Before Starlette's routes: nearly all requests are for one,
and what the routes and their error handling cost is a tenth of it."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web.answers.refusals import REFUSALS, refused
from web.rating import page, post

PREFIX = "/r/"
HANDLERS = {**dict.fromkeys(page.METHODS, page.opened), "POST": post.posted}


class Direct:
    """Middleware round the routes. What it does not take - another path, another method - they answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix, token = scope.get("path", "")[: len(PREFIX)], scope.get("path", "")[len(PREFIX) :]
        handler = HANDLERS.get(scope.get("method", "")) if prefix == PREFIX else None
        if handler is None or not token or "/" in token:
            await self._app(scope, receive, send)
            return
        scope.update(path_params={"token": token}, endpoint=handler)
        request = Request(scope, receive, send)
        try:
            response = await handler(request)
        except REFUSALS as error:
            response = refused(request, error)
        await response(scope, receive, send)
