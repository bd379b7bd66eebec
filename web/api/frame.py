"""What holds for every operation of the API? A key with the scope, not too often, an ETag, and the same answer twice.

`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same body gets the first answer
again, whatever came of it; with another body 422; while the first is under way 409. `ETag` and `If-None-Match` are
those of RFC 9110 section 13.1.2.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial, wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.model import fact_id
from store import answered
from store.answered import Answered
from web.answers.refusals import REFUSALS, Refused, refused
from web.door import door_of
from web.tickets.keys import admitted, key_of

Handler = Callable[[Request], Awaitable[Response]]
ONCE = "idempotency-key"
ONCE_CHARS_MAX = 255
KEPT = timedelta(hours=24)
KEPT_HEADERS = ("content-type", "location")
BEGUN_FOR = timedelta(seconds=60)
"""How long a first request may take: after that it was cut off, and the next one may try."""


def framed(handler: Handler, scope: str) -> Handler:
    """An operation's handler within its frame."""

    @wraps(handler)
    async def answered_within(request: Request) -> Response:
        await admitted(request, scope)
        if request.method == "POST" and ONCE in request.headers:
            return await _once(request, handler)
        return _tagged(request, await handler(request))

    return answered_within


async def _once(request: Request, handler: Handler) -> Response:
    door, key = door_of(request), request.headers[ONCE]
    if not 0 < len(key) <= ONCE_CHARS_MAX:
        raise Refused(400, detail=f"An Idempotency-Key has 1 to {ONCE_CHARS_MAX} characters.")
    id = fact_id("answered", key_of(request), request.method, request.url.path, key)
    asked, at = hashlib.sha256(await request.body()).hexdigest(), door.clock()
    begin = partial(answered.begin, id=id, asked=asked, at=at, stale=at - BEGUN_FOR, old=at - KEPT)
    before = await door.store.write(begin)
    if before is not None:
        return _again(before, asked)
    try:
        response = await handler(request)
    except REFUSALS as error:
        response = refused(request, error)
    except BaseException:
        await door.store.write(partial(answered.drop, id=id))
        raise
    if response.status_code >= 500:
        await door.store.write(partial(answered.drop, id=id))
        return response
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    told = Answered(asked, response.status_code, headers, bytes(response.body).decode())
    await door.store.write(partial(answered.end, id=id, told=told))
    return response


def _again(before: Answered, asked: str) -> Response:
    if before.asked != asked:
        raise Refused(422, detail="This Idempotency-Key was used with another body.")
    if not before.status:
        raise Refused(409, detail="A request with this Idempotency-Key is under way.", headers={"Retry-After": "1"})
    return Response(before.body, before.status, headers={**before.headers, "Idempotency-Replayed": "true"})


def _tagged(request: Request, response: Response) -> Response:
    """The answer with an ETag; 304 where the client has it."""
    if request.method != "GET" or response.status_code != 200 or not isinstance(response, JSONResponse):
        return response
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"  # it may be kept, and is asked for anew each time
    return response
