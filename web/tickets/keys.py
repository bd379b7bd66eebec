"""Does this program hold a key of the API?"""

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


async def refuse_strangers(request: Request, scope: str) -> str:
    """The name of the key a request carries; Refused 401 without a valid one, 403 where it is not good for that scope
    (`reviews.roles.SCOPES`)."""
    door = door_of(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    key = await door.store.key(secret.strip()) if scheme.lower() == SCHEME else None
    if key is None:
        log.info("api key refused", path=request.url.path)
        raise Refused(401, detail="Send a valid key as `Authorization: Bearer KEY`.", headers=CHALLENGE)
    if not key.may(scope):
        log.info("api key refused", path=request.url.path, key=key.name, scope=scope)
        raise Refused(403, detail=f"This key has no scope {scope}.", headers=LACKING)
    now = door.clock()
    if key.used_at is None or key.used_at < now - USED_WITHIN:
        await door.store.write(partial(people.key_used, name=key.name, now=now, before=now - USED_WITHIN))
    return key.name
