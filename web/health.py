"""Is this process alive, and can it serve? For whoever watches over it."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from store import SchemaError
from store.health import standing
from web.door import door_of

log = structlog.get_logger()


async def alive(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """The store answers too, and its schema is ours; 503 when not. That mails are late is told, and is no reason to
    take the pages away: another process sends them."""
    door = door_of(request)
    now = door.clock()
    try:
        oldest, newer = await door.store.read(partial(standing, now=now))
    except SchemaError as error:
        log.warning("schema is not ours", why=str(error))
        return PlainTextResponse("the schema is not the one this version works with\n", 503)
    late = int((now - oldest).total_seconds()) if oldest else 0
    schema = "newer: start this process anew" if newer else "ok"
    return PlainTextResponse(f"ok\nstore ok\nschema {schema}\noutbox late {late} s\n")
