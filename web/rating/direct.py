"""How does a request for a rating link reach its handler? Past Starlette's routes: nearly all requests are for one, and
what the routes and their error handling cost is a tenth of it.

This is where the short way of a visit begins. Of its request only the headers that the rules weigh are read, once
(`web/client.py`); of its review only the doorstep, for all who wait at that moment together (`store/doorsteps.py`); the
page is rendered already (`templates/pages.py`), and goes out in one piece (`web/answers/answer.py`). What a visit may
not do without is left out nowhere: the token's signature, the rules, the fact on disk before the answer.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from web.answers.guard import Guard
from web.answers.refusals import REFUSALS, refused
from web.rating import page, post
from web.timing import Timing

PREFIX = "/r/"
HANDLERS = {**dict.fromkeys(page.METHODS, page.opened), "POST": post.posted}


class Direct:
    """Before the application. What it does not take - another path, another method - that answers."""

    def __init__(self, app: Starlette, *, https: bool, timing: Timing) -> None:
        self._app = app
        self._guarded = Guard(_rating, https=https, timing=timing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        token = path[len(PREFIX) :]
        handler = HANDLERS.get(scope.get("method", "")) if path.startswith(PREFIX) else None
        if handler is None or not token or "/" in token:
            await self._app(scope, receive, send)
            return
        scope.update(app=self._app, path_params={"token": token}, endpoint=handler)
        await self._guarded(scope, receive, send)


async def _rating(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    try:
        response = await scope["endpoint"](request)
    except REFUSALS as error:
        response = refused(request, error)
    await response(scope, receive, send)
