"""What found no record waits here for a person: read it, put it into a record, or throw it away."""

import asyncio
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.attachments import FOUND_VIRUS, Danger
from reviews.facts import Review
from reviews.redacted import Ours, without_ours
from reviews.roles import Right
from reviews.trust import QUARANTINE_DAYS, Trust
from store import Staff, Wanted, quarantine
from store.paging import NEWEST
from store.quarantine import Waiting
from templates import plain
from templates.brands import Brand
from templates.dates import said
from templates.words import clip
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.letters import ours_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.saving import saved_mail
from web.staff.sign_in import HOME
from web.staff.walls import allowed, staff_of

QUARANTINE = "/quarantine"
PAGE = 25
REFERENCE_CHARS_MAX = 200
SAME_TICKET_MAX = 50
"""Reviews of one number of a ticket, of all brands, among which theirs is looked for."""
FIRST_WORDS = 700
"""Characters of a mail that are shown at once; the rest unfolds."""
RAW_TYPE = "application/octet-stream"
"""Never `message/rfc822`: some browsers show that, with whatever is in it."""

log = structlog.get_logger()


async def listed(request: Request) -> Response:
    """A page of the mails that wait, newest first."""
    return await _page(request, await staff_of(request, Right.GRANT))


async def chosen(request: Request) -> Response:
    """Somebody put a mail into a record, or threw it away."""
    staff = await staff_of(request, Right.GRANT)
    refuse_foreign(request)
    door, form, id = door_of(request), await read_form(request), request.path_params["id"]
    if staff.brands and not await door.store.read(partial(quarantine.one_waiting, id=id, brands=staff.brands)):
        raise Refused(404)
    if form.get("choice") == "drop":
        dropped = await door.store.write(partial(quarantine.drop, id=id), urgent=True)
        log.info("mail dropped", arrival=id, found=dropped)
        return RedirectResponse(QUARANTINE, status_code=303)
    review = await _named(door, staff, form.get("record", ""))
    who, at = staff.name or staff.email, door.clock()
    if not review or not await door.store.write(partial(quarantine.file, id=id, review=review, who=who, at=at)):
        return await _page(request, staff, error=plain.NO_SUCH_RECORD, status=404)
    log.info("mail filed", arrival=id, review=review)
    return RedirectResponse(f"{HOME}/{review}", status_code=303)


async def raw(request: Request) -> Response:
    """The mail, to be saved: nothing in it is shown, and nothing in it can be pressed as the customer."""
    staff = await staff_of(request, Right.GRANT)
    store = door_of(request).store
    waiting = await store.read(partial(quarantine.one_waiting, id=request.path_params["id"], brands=staff.brands))
    content = await store.raw_mail(waiting.mail) if waiting else None
    if waiting is None or content is None:
        raise Refused(404)
    if FOUND_VIRUS in waiting.reason:
        raise Refused(403, detail=plain.DANGERS[Danger.INFECTED])
    safe = await asyncio.to_thread(saved_mail, content, ours_of(door_of(request)))
    saved = {"Content-Disposition": f'attachment; filename="{waiting.id}.eml"'}
    return Response(safe, media_type=RAW_TYPE, headers=saved)


async def _page(request: Request, staff: Staff, *, error: str = "", status: int = 200) -> Response:
    door = door_of(request)
    edge = request.query_params.get("before", "")
    try:
        before = read_cursor(edge) if edge else NEWEST
    except WrongCursor:
        raise Refused(404) from None
    found = await door.store.read(partial(quarantine.waiting, most=PAGE + 1, before=before, brands=staff.brands))
    brand = door.brand_of(door.brand)
    shown, more = found[:PAGE], len(found) > PAGE
    records = partial(quarantine.theirs, waiting=shown, now=door.clock(), brands=staff.brands)
    theirs = await door.store.read(records)
    return page(
        "quarantine",
        brand=brand,
        status=status,
        mails=[_mail(one, theirs.get(one.id, []), brand, ours_of(door)) for one in shown],
        error=error,
        older_url=f"{QUARANTINE}?{urlencode({'before': write_cursor(shown[-1].cursor)})}" if more else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def _named(door: Door, staff: Staff, reference: str) -> str:
    """The id of the record that somebody means, of those they see: its id, its address, or the number of its ticket
    (then the newest)."""
    plain_reference = reference.strip()[:REFERENCE_CHARS_MAX].rstrip("/").rpartition("/")[2]
    if not plain_reference:
        return ""
    if known := await door.store.log(plain_reference):
        return plain_reference if allowed(staff, known, Right.GRANT) else ""
    found = await door.store.reviews(Wanted(ticket=plain_reference), now=door.clock(), most=SAME_TICKET_MAX)
    return next((one.review.id for one in found if staff.sees_brand(one.review.brand)), "")


def _mail(waiting: Waiting, theirs: list[Review], brand: Brand, ours: Ours) -> Shown:
    judged, envelope = waiting.judged, waiting.envelope
    text = without_ours(judged.text, ours)
    first = clip(text, FIRST_WORDS)
    return {
        "sender": judged.sender or envelope.mail_from or plain.NOBODY,
        "trust": plain.sender(judged.verdict, judged.why) if judged.verdict else "",
        "proven": judged.verdict == Trust.VERIFIED,
        "subject": judged.subject,
        "text": first,
        "whole": "" if first == text else text,
        "reason": waiting.reason,
        "at_text": said(envelope.at, brand.timezone),
        "until_text": said(envelope.at + timedelta(days=QUARANTINE_DAYS), brand.timezone),
        "action": f"{QUARANTINE}/{waiting.id}",
        "raw_url": f"{QUARANTINE}/{waiting.id}.eml",
        "record": waiting.review,
        "theirs": [{"id": review.id, "ticket": review.ticket, "subject": review.subject} for review in theirs],
    }
