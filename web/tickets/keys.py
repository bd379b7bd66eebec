"""Does this program hold a key of the API?"""

import structlog
from starlette.requests import Request

from web.answers.refusals import Refused
from web.door import door_of

SCHEME = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="afterword"'}  # RFC 6750 section 3

log = structlog.get_logger()


async def refuse_strangers(request: Request) -> str:
    """The name of the key a request carries; Refused 401 without a valid one."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    name = await door_of(request).store.key_name(secret.strip()) if scheme.lower() == SCHEME else None
    if name is None:
        log.info("api key refused", path=request.url.path)
        raise Refused(401, detail="Send a valid key as `Authorization: Bearer KEY`.", headers=CHALLENGE)
    return name
