"""Which helpdesks are connected, what would a payload become, and what could not be read? For admins.

A letter holds whatever a helpdesk knows of its customers, so agents and leads are not shown it.
"""

import json
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.roles import Right, may
from store import Cursor, DeadLetter, Source, Staff, dead_letters, sources
from store.paging import NEWEST
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.hooks.presets import preset
from web.hooks.replayed import replay
from web.hooks.tried import tried
from web.hooks.understood import Sent
from web.staff.record import SIGN_OUT
from web.staff.sessions import signed_in
from web.staff.sign_in import PATH as SIGN_IN

PATH = "/sources"
LETTERS = 25
TRY, REPLAY, DROP = "try", "replay", "drop"

log = structlog.get_logger()


async def listed(request: Request) -> Response:
    """The sources, and a page of what they sent that could not be read."""
    staff = await admin(request)
    if staff is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    return await _page(request, staff)


async def posted(request: Request) -> Response:
    """A payload is tried, or a letter is read again or dropped."""
    refuse_foreign(request)
    staff = await admin(request)
    if staff is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    form = await read_form(request)
    if form.get("do") == TRY:
        return await _page(request, staff, tried_source=form.get("source", ""), payload=form.get("payload", ""))
    reason = await _settled(door_of(request), form.get("do", ""), form.get("letter", ""))
    return await _page(request, staff, told=reason) if reason else RedirectResponse(PATH, status_code=303)


async def _settled(door: Door, do: str, id: str) -> str:
    """Read a letter again or drop it; why it still cannot be read, or ''."""
    letter = await door.store.read(partial(dead_letters.one, id=id))
    if letter is None or do not in (REPLAY, DROP):
        raise Refused(404)
    reason = ""
    if do == REPLAY:
        reason = (await replay(door, letter)).reason
    else:
        await door.store.write(partial(dead_letters.drop, id=id))
    log.info("letter settled", letter=id, source=letter.source, did=do, read=do == REPLAY and not reason)
    return reason


async def admin(request: Request) -> Staff | None:
    """The admin behind this request, or None where nobody is signed in; anybody else is told no such page."""
    staff = await signed_in(request)
    if staff and not may(staff, Right.ADMINISTER):
        raise Refused(404)
    return staff


async def _page(
    request: Request, staff: Staff, *, tried_source: str = "", payload: str = "", told: str = ""
) -> Response:
    door = door_of(request)
    brand = door.brand_of(door.brand)
    known, before = await door.store.read(sources.all_sources), _before(request)
    letters = await door.store.read(partial(dead_letters.page, most=LETTERS + 1, before=before))
    counts = await door.store.read(dead_letters.counts)
    shown = letters[:LETTERS]
    older = f"{PATH}?before={write_cursor(shown[-1].cursor)}" if len(letters) > LETTERS else ""
    return page(
        "sources",
        brand=brand,
        sources=[
            {"id": one.id, "helpdesk": preset(one.preset).title, "unread": counts.get(one.id, 0)} for one in known
        ],
        letters=[_shown(letter, brand.timezone) for letter in shown],
        older_url=older,
        action=PATH,
        told=told,
        tried_source=tried_source,
        payload=payload,
        result=_tried(door, known, tried_source, payload) if tried_source else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _tried(door: Door, known: list[Source], id: str, payload: str) -> str:
    """What the payload would become, as a person reads JSON."""
    source = next((one for one in known if one.id == id), None)
    if source is None:
        raise Refused(404)
    sent = Sent(payload.encode("utf-8", "replace"), {}, door.clock())
    return json.dumps(tried(source, sent, brands=door.brands, rules=door.rules), indent=1, ensure_ascii=False)


def _shown(letter: DeadLetter, timezone: str) -> dict[str, object]:
    body = letter.body.decode("utf-8", "replace")
    times = letter.times
    told = {"id": letter.id, "source": letter.source, "reason": letter.reason, "body": body, "times": times}
    return {**told, "at_text": said(letter.at, timezone)}


def _before(request: Request) -> Cursor:
    written = request.query_params.get("before", "")
    try:
        return read_cursor(written) if written else NEWEST
    except WrongCursor:
        raise Refused(404) from None
