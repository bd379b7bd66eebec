"""Who is told of what happens, how does that go, and what could not be told? For admins."""

import secrets
from functools import partial
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from store import Call, Endpoint, Staff, calls, endpoints
from store.paging import NEWEST, Cursor
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.record import SIGN_OUT
from web.staff.sign_in import PATH as SIGN_IN
from web.staff.sources import admin

PATH = "/endpoints"
CALLS = 25
TEST, ENABLE, DISABLE, REPLAY, REPLAY_ALL = "test", "enable", "disable", "replay", "replay_all"
TEST_ID_BYTES = 8
ENDED = (calls.DONE, calls.FAILED, calls.DROPPED)

log = structlog.get_logger()


async def listed(request: Request) -> Response:
    """The endpoints, and a page of what they were told."""
    staff = await admin(request)
    if staff is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    return await _page(request, staff)


async def posted(request: Request) -> Response:
    """An endpoint is tested, turned on or off; or something is told again."""
    refuse_foreign(request)
    staff = await admin(request)
    if staff is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    form = await read_form(request)
    do, about = form.get("do", ""), form.get("about", "")
    if not await _done(door_of(request), do, about, who=staff.email):
        raise Refused(404)
    log.info("endpoint tended", who=staff.email, did=do, about=about)
    return RedirectResponse(PATH, status_code=303)


async def _done(door: Door, do: str, about: str, *, who: str) -> bool:
    """Do it; whether there was something to do it to."""
    at = door.clock()
    if do == REPLAY:
        return await door.store.write(partial(calls.replay, id=about, now=at))
    if await door.store.read(partial(endpoints.endpoint, id=about)) is None:
        return False
    if do == TEST:
        id = secrets.token_hex(TEST_ID_BYTES)
        return bool(await door.store.write(partial(calls.add_test, endpoint=about, id=id, at=at)))
    if do == ENABLE:
        return await door.store.write(partial(endpoints.enable, id=about, at=at, who=who))
    if do == DISABLE:
        turn_off = partial(endpoints.disable, id=about, at=at, reason="turned off by hand", who=who)
        return await door.store.write(turn_off)
    return do == REPLAY_ALL and await door.store.write(partial(calls.replay_failed, endpoint=about, now=at)) >= 0


async def _page(request: Request, staff: Staff) -> Response:
    door, query = door_of(request), request.query_params
    brand = door.brand_of(door.brand)
    known = await door.store.read(endpoints.all_endpoints)
    counts = await door.store.read(calls.counts)
    of, status = query.get("endpoint", ""), query.get("status", "")
    asked = partial(calls.page, endpoint=of, status=status, most=CALLS + 1, before=_before(request))
    found = await door.store.read(asked)
    shown = found[:CALLS]
    older = f"{PATH}?endpoint={of}&status={status}&before={write_cursor(shown[-1].cursor)}" if found[CALLS:] else ""
    return page(
        "endpoints",
        brand=brand,
        endpoints=[_endpoint(one, counts, brand.timezone) for one in known],
        calls=[_call(one, brand.timezone) for one in shown],
        older_url=older,
        action=PATH,
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _endpoint(one: Endpoint, counts: dict[tuple[str, str], int], timezone: str) -> dict[str, object]:
    off = f"off since {said(one.disabled_at, timezone)}: {one.reason}" if one.disabled_at else ""
    told = {status: counts.get((one.id, status), 0) for status in (calls.DONE, calls.DUE, calls.FAILED)}
    host = urlsplit(one.url).hostname or one.url  # a chat's whole address is its secret
    return {"id": one.id, "kind": one.kind, "host": host, "events": one.events, "off": off, **told}


def _call(one: Call, timezone: str) -> dict[str, object]:
    told = {"id": one.id, "endpoint": one.endpoint, "kind": one.kind, "review": one.review, "status": one.status}
    again = one.status in ENDED
    return {**told, "reason": one.reason, "attempts": one.attempts, "again": again, "at_text": said(one.at, timezone)}


def _before(request: Request) -> Cursor:
    written = request.query_params.get("before", "")
    try:
        return read_cursor(written) if written else NEWEST
    except WrongCursor:
        raise Refused(404) from None
