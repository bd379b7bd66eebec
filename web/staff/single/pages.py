"""How does somebody come in by single sign-on? To the provider and back; each way is gone once."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.admission import Turned, Vouched
from store.admitting import admit
from templates.plain import PROVIDER_AWAY, PROVIDER_REFUSES, SINGLE_OVER, TOO_OFTEN, TURNED
from web.answers.refusals import Refused
from web.client import client_network
from web.door import door_of
from web.staff.sessions import SESSION, asking_browser, end_session, give_session, remember_browser
from web.staff.single.ways import SingleSignOn, Unvouched, Way, way_back

BEGIN, BACK = "/sign-in/single", "/sign-in/single/back"
HOME = "/reviews"

log = structlog.get_logger()


async def begun(request: Request) -> Response:
    """Off to the provider."""
    door, single = door_of(request), await _single(request)
    way = Way(door.new_id(), asking_browser(request) or door.new_id(), door.clock())
    secret = partial(way.secret, door.keys)
    try:
        url = await single.provider.begun(
            state=way.state(door.keys), nonce=secret("nonce"), verifier=secret("verifier")
        )
    except Unvouched as error:
        raise _refused(error) from None
    answer = RedirectResponse(url, status_code=303)
    remember_browser(answer, door, way.browser)
    return answer


async def came_back(request: Request) -> Response:
    """Back from the provider, with a code that it trades for its word."""
    door, single, told = door_of(request), await _single(request), request.query_params
    way = way_back(door.keys, told.get("state", ""), browser=asking_browser(request), now=door.clock())
    if way is None:
        raise Refused(403, SINGLE_OVER)
    if told.get("iss", single.issuer) != single.issuer or not told.get("code"):  # RFC 9207
        raise _refused(Unvouched("it sent nobody back"))
    vouched = await _vouched(request, single, way, told["code"])
    return await _let_in(request, single, way, vouched)


async def _vouched(request: Request, single: SingleSignOn, way: Way, code: str) -> Vouched:
    door = door_of(request)
    secret = partial(way.secret, door.keys)
    try:
        return await single.provider.vouched(code, nonce=secret("nonce"), verifier=secret("verifier"), now=door.clock())
    except Unvouched as error:
        raise _refused(error) from None


async def _let_in(request: Request, single: SingleSignOn, way: Way, vouched: Vouched) -> Response:
    door, session_id = door_of(request), door_of(request).new_id()
    now = door.clock()
    came = await door.store.write(
        partial(
            admit,
            vouched=vouched,
            rules=single.rules,
            sign_in_id=way.bound,
            session_id=session_id,
            expires_at=now + SESSION,
            now=now,
            client=request.headers.get("user-agent", ""),
        )
    )
    if isinstance(came, Turned):
        log.warning("single sign-on turned away", reason=str(came))
        raise Refused(403, TURNED[came])
    await end_session(request)
    log.info("signed in", by="single sign-on")
    answer = RedirectResponse(HOME, status_code=303)
    give_session(answer, door, session_id)
    return answer


async def _single(request: Request) -> SingleSignOn:
    """The single sign-on of this house: Refused 404 where there is none, 429 for who comes too often."""
    door = door_of(request)
    if door.single is None:
        raise Refused(404)
    wait = await door.single.rates.wait_seconds(door.store, client_network(request), now=door.clock())
    if wait:
        raise Refused(429, TOO_OFTEN, headers={"Retry-After": str(wait)})
    return door.single


def _refused(error: Unvouched) -> Refused:
    log.warning("single sign-on failed", reason=str(error))
    return Refused(503, PROVIDER_AWAY) if error.away else Refused(403, PROVIDER_REFUSES)
