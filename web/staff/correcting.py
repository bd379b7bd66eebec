"""A member of staff says of a rating that it is not the customer's, or that it is after all: with a reason, always."""

from collections.abc import Mapping
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews import flow, hindsight
from reviews.handling import own_work
from reviews.log import Log
from reviews.model import RESTORE, VOID
from reviews.roles import Right
from templates.plain import OWN_WORK, REASON_MISSING
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.record import seat_of_link
from web.staff.walls import seen_record, staff_of

log = structlog.get_logger()


async def corrected_by_link(request: Request) -> Response:
    """Who got a notice corrects the rating."""
    place = await seat_of_link(request, Right.TEND)
    await _correct(request, place.log, who=place.person.email)
    return RedirectResponse(request.url.path.removesuffix("/rating"), status_code=303)


async def corrected_by_staff(request: Request) -> Response:
    """Who is signed in corrects it."""
    staff = await staff_of(request, Right.TEND)
    known = await seen_record(request, staff, Right.TEND)
    await _correct(request, known, who=staff.email)
    return RedirectResponse(request.url.path.removesuffix("/rating"), status_code=303)


async def _correct(request: Request, known: Log, *, who: str) -> None:
    """Record it; Refused 403 to whose own work it is about, 422 without a reason, or for what nobody offered."""
    refuse_foreign(request)
    if own_work(known, who):
        raise Refused(403, OWN_WORK)
    form, door = await read_form(request), door_of(request)
    if not form.get("reason", "").strip():
        raise Refused(422, REASON_MISSING)
    recorded = await door.store.record(known.review.id, _rule(form, door, who=who))
    log.info("rating corrected", review=known.review.id, new=len(recorded.new))


def _rule(form: Mapping[str, str], door: Door, *, who: str) -> flow.Rule:
    action, at, rules, reason = door.new_id(), door.clock(), door.rules, form["reason"]
    wanted, _, vote = form.get("action", "").partition(" ")
    if wanted == VOID:
        return partial(hindsight.rating_voided, action=action, who=who, reason=reason, at=at, rules=rules)
    if wanted == RESTORE:
        return partial(hindsight.rating_restored, action=action, who=who, vote=vote, reason=reason, at=at, rules=rules)
    raise Refused(422)
