"""Does this program hold a key of the API, for what it asks, and not too often?"""

from datetime import timedelta
from functools import partial

import structlog
from starlette.requests import Request

from store import people
from web.answers.refusals import Refused
from web.door import door_of

SCHEME = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="afterword"'}  # RFC 6750 section 3

LACKING = {"WWW-Authenticate": 'Bearer realm="afterword", error="insufficient_scope"'}  # RFC 6750 section 3.1
USED_WITHIN = timedelta(minutes=1)
"""When a key was last used is known to the minute: not every request is a write more."""

log = structlog.get_logger()


async def admitted(request: Request, scope: str) -> None:
    """Let a request in that carries a valid key: Refused 401 without one, 429 where it asks too often, 403 where it is
    not good for that scope (`reviews.roles.SCOPES`)."""
    door = door_of(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    key = await door.store.key(secret.strip()) if scheme.lower() == SCHEME else None
    if key is None:
        log.info("api key refused", path=request.url.path)
        raise Refused(401, detail="Send a valid key as `Authorization: Bearer KEY`.", headers=CHALLENGE)
    now = door.clock()
    if wait := await door.rates.wait_seconds(door.store, key.name, now=now):
        raise Refused(429, detail="This key asks too often.", headers={"Retry-After": str(wait)})
    if not key.may(scope):
        log.info("api key refused", path=request.url.path, key=key.name, scope=scope)
        raise Refused(403, detail=f"This key has no scope {scope}.", headers=LACKING)
    if key.used_at is None or key.used_at < now - USED_WITHIN:
        await door.store.write(partial(people.key_used, name=key.name, now=now, before=now - USED_WITHIN))
    request.state.key = key.name


def key_of(request: Request) -> str:
    """The name of the key of a request that was let in."""
    name: str = request.state.key
    return name
