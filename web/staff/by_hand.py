"""Who is signed in wants a customer to be asked now: with a reason, which stays in the record."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.roles import Right
from templates import plain
from templates.plain import REASON_MISSING, Saying
from web.answers.refusals import Refused
from web.door import door_of
from web.forms import read_form, refuse_foreign
from web.staff.walls import seen_record, staff_of
from web.tickets.asking import ask_now
from web.tickets.body import REASON_CHARS_MAX


async def asked(request: Request) -> Response:
    """The form of the record page."""
    staff = await staff_of(request, Right.TEND)
    known = await seen_record(request, staff, Right.TEND)
    refuse_foreign(request)
    reason = (await read_form(request)).get("reason", "").strip()[:REASON_CHARS_MAX]
    if not reason:
        raise Refused(422, REASON_MISSING)
    refusal = await ask_now(door_of(request), known.review.id, who=staff.email, reason=reason)
    if refusal:
        raise Refused(409, Saying("Not asked", plain.suppressed(refusal)))
    return RedirectResponse(request.url.path.removesuffix("/ask"), status_code=303)
