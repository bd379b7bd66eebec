"""A mail of a record: as its sender made it, in a frame, and raw; without what only its customer may press."""

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reviews.facts import Message
from reviews.log import Log
from reviews.mail import read_mail
from reviews.redacted import without_ours
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import door_of
from web.staff.letters import HEADERS, letter, ours_of
from web.staff.record import SIGN_OUT
from web.staff.walls import seen_record, staff_of

RAW_CHARS_MAX = 200_000
"""Of a raw mail that is shown: headers and what people write; files come later in it, and are saved from the record."""
_SOFT_BREAKS = ("=\r\n", "=\n")


async def framed(request: Request) -> Response:
    """The mail as its sender made it: for the frame of the record page."""
    staff = await staff_of(request)
    raw = await _raw(request, await seen_record(request, staff))
    shown = await asyncio.to_thread(lambda: letter(read_mail(raw), ours_of(door_of(request))))
    return HTMLResponse(shown, headers=HEADERS)


async def shown_raw(request: Request) -> Response:
    """The mail as it came over the wire, to be read."""
    staff, door = await staff_of(request), door_of(request)
    known = await seen_record(request, staff)
    text = (await _raw(request, known)).decode("latin-1").replace("\0", "\ufffd")
    for soft_break in _SOFT_BREAKS:  # a link may be broken where the line was too long (RFC 2045 section 6.7)
        text = text.replace(soft_break, "")
    ours = ours_of(door)
    return page(
        "raw",
        brand=door.brand_of(known.review.brand),
        title=known.review.subject or f"Ticket {known.review.ticket}",
        text=await asyncio.to_thread(without_ours, text[:RAW_CHARS_MAX], ours),
        more=len(text) > RAW_CHARS_MAX,
        back_url=f"/reviews/{known.review.id}",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def _raw(request: Request, known: Log) -> bytes:
    """The bytes of a mail of this record; Refused 404 for any other."""
    sha256 = request.path_params["sha256"]
    of_record = any(message.mail == sha256 for message in known.of(Message))
    raw = await door_of(request).store.raw_mail(sha256) if of_record else None
    if raw is None:
        raise Refused(404)
    return raw
