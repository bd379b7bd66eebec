"""Does this program hold a key of the API, for what it asks, and not too often?"""

from datetime import timedelta
from functools import partial

import structlog
from starlette.requests import Request

from store import api_keys
from store.api_keys import ApiKey
from web.answers.refusals import Refused
from web.door import door_of

SCHEME = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="afterword"'}  # RFC 6750 section 3

LACKING = {"WWW-Authenticate": 'Bearer realm="afterword", error="insufficient_scope"'}  # RFC 6750 section 3.1
OF_THE_HOUSE = ("metrics",)
"""Scopes of what has no brand."""
REVIEWS, NO_REVIEW = "/reviews/", "There is no review with this id."
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
    if key.brands and scope in OF_THE_HOUSE:
        raise Refused(403, detail="This tells of all brands, and this key is good for some.", headers=LACKING)
    if key.used_at is None or key.used_at < now - USED_WITHIN:
        await door.store.write(partial(api_keys.key_used, name=key.name, now=now, before=now - USED_WITHIN))
    request.state.key = key
    await _within_its_walls(request, key)


async def _within_its_walls(request: Request, key: ApiKey) -> None:
    """Refused 404 for a review that is behind a wall, as for one that is none."""
    id = request.path_params.get("id")
    if not key.brands or id is None or REVIEWS not in request.url.path:
        return
    log = await door_of(request).store.log(id)
    if log is None or log.review.brand not in key.brands:
        raise Refused(404, detail=NO_REVIEW)


def key_of(request: Request) -> str:
    """The name of the key of a request that was let in."""
    return _key(request).name


def brands_of_key(request: Request) -> tuple[str, ...]:
    """The brands that a request may be about; none for all."""
    return _key(request).brands


def brand_within(request: Request, brand: str) -> str:
    """The brand that a request is about: the one it names, else the only one of its key; '' for all, or the usual one,
    where a key is good for all. Refused 403 for another brand, 422 where a key of several names none."""
    brands = brands_of_key(request)
    if not brands or brand in brands:
        return brand
    if brand:
        raise Refused(403, detail="This key is not good for that brand.", headers=LACKING)
    if len(brands) > 1:
        raise Refused(422, detail=f"This key is good for several brands; name one: {', '.join(brands)}.")
    return brands[0]


def _key(request: Request) -> ApiKey:
    key: ApiKey = request.state.key
    return key
