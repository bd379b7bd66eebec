"""Who is signed in, from where, and who changed what about the house?"""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.roles import Right, Staff, may
from store import audit, sessions
from store.people import secret_hash
from store.sessions import SignedIn
from templates.brands import Brand
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import door_of
from web.forms import read_form, refuse_foreign
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sessions import session_of
from web.staff.walls import staff_of

HERE = "/sessions"
CHANGES = 100


async def listed(request: Request) -> Response:
    """One's own sessions; for who administers, everybody's and the latest changes."""
    staff, door = await staff_of(request), door_of(request)
    brand, admin, now = door.brand_of(door.brand), may(staff, Right.ADMINISTER), door.clock()
    ask = partial(sessions.every, now=now) if admin else partial(sessions.of_person, email=staff.email, now=now)
    changes = await door.store.read(partial(audit.latest, most=CHANGES)) if admin else []
    own = secret_hash(session_of(request))
    return page(
        "sessions",
        brand=brand,
        sessions=[_session(one, brand, own) for one in await door.store.read(ask)],
        changes=[
            {
                "at_text": said(c.at, brand.timezone),
                "who": c.who,
                "action": c.action,
                "about": c.about,
                "detail": c.detail,
            }
            for c in changes
        ],
        admin=admin,
        action=HERE,
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def ended(request: Request) -> Response:
    """A session is ended, or all of one's own but this one."""
    refuse_foreign(request)
    staff, form, door = await staff_of(request), await read_form(request), door_of(request)
    at, own = door.clock(), secret_hash(session_of(request))
    if form.get("do") == "others":
        await door.store.write(partial(sessions.end_all, email=staff.email, who=staff.email, at=at, keep=own))
    else:
        email = _whose(form.get("email", ""), staff)
        end = partial(sessions.end, id=form.get("session", ""), email=email, who=staff.email, at=at)
        await door.store.write(end)
    return RedirectResponse(HERE, status_code=303)


def _whose(email: str, staff: Staff) -> str:
    """Whose session is to end: one's own, unless one administers."""
    if email.lower() != staff.email.lower() and not may(staff, Right.ADMINISTER):
        raise Refused(404)
    return email


def _session(one: SignedIn, brand: Brand, own: str) -> Shown:
    return {
        "id": one.id,
        "email": one.email,
        "client": one.client,
        "since_text": said(one.at, brand.timezone),
        "used_text": said(one.used_at, brand.timezone),
        "this": one.id == own,
    }
