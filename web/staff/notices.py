"""When does a member of staff want to be mailed? Each chooses for themselves: signed in, or behind a notice's link."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.model import REGULAR
from reviews.roles import Choice, Staff
from store import people
from templates import plain
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.record import SIGN_OUT, seat_of_link
from web.staff.walls import staff_of

HERE = "/notices"

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """Who is signed in sees what they chose."""
    return _page(request, await staff_of(request), sign_out_url=SIGN_OUT)


async def chosen(request: Request) -> Response:
    """Who is signed in chooses."""
    refuse_foreign(request)
    return await _chosen(request, await staff_of(request))


async def asked_by_link(request: Request) -> Response:
    """Who got a notice sees what they chose."""
    return _page(request, await _staff_of_link(request))


async def chosen_by_link(request: Request) -> Response:
    """Who got a notice chooses; a page that was only opened, by a scanner maybe, changes nothing."""
    refuse_foreign(request)
    return await _chosen(request, await _staff_of_link(request))


async def _staff_of_link(request: Request) -> Staff:
    """The member of staff whose link it is; Refused 404 for whom the helpdesk alone knows: there is nothing to keep."""
    seat = await seat_of_link(request)
    staff = await door_of(request).store.staff(seat.person.email)
    if staff is None:
        raise Refused(404)
    return staff


async def _chosen(request: Request, staff: Staff) -> Response:
    door, form = door_of(request), await read_form(request)
    choice = form.get("choice", "")
    if choice not in set(Choice):
        raise Refused(422)
    choose = partial(people.choose, email=staff.email, choice=choice, at=door.clock(), who=staff.email)
    log.info("notices chosen", choice=choice, new=await door.store.write(choose))
    if form.get("regular"):
        unwanted = [kind for kind in REGULAR if not form.get(f"regular-{kind}")]
        regular = partial(people.choose_regular, email=staff.email, unwanted=unwanted, at=door.clock(), who=staff.email)
        await door.store.write(regular)
    return RedirectResponse(f"{request.url.path}?kept=1", status_code=303)


def _page(request: Request, staff: Staff, *, sign_out_url: str = "") -> Response:
    door: Door = door_of(request)
    return page(
        "notices",
        brand=door.brand_of(door.brand),
        choices=[{"value": str(one), "label": label, "hint": hint} for one, (label, hint) in plain.CHOICES.items()],
        chosen=staff.choice,
        regular=[
            {"kind": str(kind), "label": label, "hint": hint, "wanted": staff.wants(kind)}
            for kind, (label, hint) in plain.REGULAR.items()
        ],
        kept="kept" in request.query_params,
        action=request.url.path,
        staff_name=staff.name or staff.email,
        sign_out_url=sign_out_url,
    )
