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
USED_AGAIN = timedelta(hours=1)
"""When a key was last used is kept to the hour: not every request is a write more."""

log = structlog.get_logger()


async def admitted(request: Request, scope: str) -> None:
    """Let a request in that carries a valid key for that scope: Refused 401, 403 or 429 for any other."""
    door, now = door_of(request), door_of(request).clock()
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    key = await door.store.read(partial(people.key, secret=secret.strip())) if scheme.lower() == SCHEME else None
    if key is None:
        log.info("api key refused", path=request.url.path)
        raise Refused(401, detail="Send a valid key as `Authorization: Bearer KEY`.", headers=CHALLENGE)
    if wait := door.rates.wait_seconds(key.name, now=now):
        raise Refused(429, detail="This key asks too often.", headers={"Retry-After": str(wait)})
    if not key.may(scope):
        challenge = {"WWW-Authenticate": f'Bearer realm="afterword", error="insufficient_scope", scope="{scope}"'}
        raise Refused(403, detail=f"This key is not good for {scope}.", headers=challenge)
    if key.used_at is None or now - key.used_at > USED_AGAIN:
        await door.store.write(partial(people.key_used, name=key.name, now=now, before=now - USED_AGAIN))
    request.state.key = key.name


def key_of(request: Request) -> str:
    """The name of the key of a request that was let in."""
    name: str = request.state.key
    return name
