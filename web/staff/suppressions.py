"""Who is not asked, and why? The list for who is signed in; each reason can be lifted, with a reason."""

from functools import partial
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.roles import Right, may
from reviews.subscriptions import lifted_by_staff
from store import suppressions
from store.suppressions import NEWEST_SEQ, Standing
from templates.brands import Brand
from templates.dates import said
from templates.plain import REASON_MISSING, REASONS
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import door_of
from web.forms import read_form, refuse_foreign
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.walls import staff_of
from web.tickets.body import REASON_CHARS_MAX

HERE = "/suppressions"
PAGE = 50
ADDRESS_CHARS_MAX = 254
SEQ_DIGITS_MAX = 18

log = structlog.get_logger()


async def listed(request: Request) -> Response:
    """A page of the list, newest first."""
    staff = await staff_of(request)
    door, address = door_of(request), request.query_params.get("address", "").strip()[:ADDRESS_CHARS_MAX]
    brand, now = door.brand_of(door.brand), door.clock()
    ask = partial(suppressions.standing, most=PAGE, before=_before(request), address=address, brands=staff.brands)
    found = await door.store.read(ask)
    older = {**({"address": address} if address else {}), "before": found[-1].seq} if len(found) == PAGE else None
    return page(
        "suppressions",
        brand=brand,
        suppressions=[_line(one, brand) for one in found if not suppressions.ended(one.fact, now)],
        address=address,
        action=HERE,
        may_lift=may(staff, Right.TEND),
        older_url=f"{HERE}?{urlencode(older)}" if older else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def lifted(request: Request) -> Response:
    """A reason not to ask somebody is lifted."""
    staff = await staff_of(request, Right.TEND)
    refuse_foreign(request)
    door, form = door_of(request), await read_form(request)
    why = form.get("reason", "").strip()[:REASON_CHARS_MAX]
    if not why:
        raise Refused(422, REASON_MISSING)
    fact = await door.store.read(partial(suppressions.one, id=form.get("suppression", "")))
    if fact is None or not staff.sees_brand(fact.brand):
        raise Refused(404)
    lifting = lifted_by_staff(fact, action=door.new_id(), who=staff.email, why=why, at=door.clock())
    await door.store.write(partial(suppressions.put, fact=lifting))
    log.info("suppression lifted", reason=fact.reason, brand=fact.brand)
    return RedirectResponse(HERE, status_code=303)


def _before(request: Request) -> int:
    written = request.query_params.get("before", "")
    if written and not (written.isascii() and written.isdigit() and len(written) <= SEQ_DIGITS_MAX):
        raise Refused(404)
    return int(written) if written else NEWEST_SEQ


def _line(one: Standing, brand: Brand) -> Shown:
    fact = one.fact
    return {
        "id": fact.id,
        "address": fact.address,
        "brand": fact.brand,
        "reason": REASONS.get(fact.reason, fact.reason),
        "why": fact.why,
        "who": fact.who,
        "at_text": said(fact.at, brand.timezone),
        "until_text": said(fact.until, brand.timezone) if fact.until else "",
    }
