"""Who asks, and what may they see and do? Asked on every page behind a sign-in."""

from starlette.requests import Request

from reviews.handling import handling
from reviews.log import Log
from reviews.roles import Right, Role, Staff, may
from store.queues import Wall
from web.answers.refusals import Refused
from web.door import door_of
from web.staff.sessions import signed_in

SIGN_IN = "/sign-in"


async def staff_of(request: Request, right: Right = Right.READ) -> Staff:
    """Who is signed in; everybody else is led to the sign-in. Refused 404 without that right: such a page is none."""
    staff = await signed_in(request)
    if staff is None:
        raise Refused(303, headers={"Location": SIGN_IN})
    if not may(staff, right):
        raise Refused(404)
    return staff


def wall_of(staff: Staff) -> Wall:
    """What they see of the inbox."""
    own = staff.email if staff.role == Role.AGENT else ""
    return Wall(staff.brands, own, staff.team if own else "")


async def seen_record(request: Request, staff: Staff, right: Right = Right.READ) -> Log:
    """The record that the address names; Refused 404 for none, or one behind a wall."""
    return await seen(request, staff, request.path_params["id"], right)


async def seen(request: Request, staff: Staff, review: str, right: Right = Right.READ) -> Log:
    """That record; Refused 404 for none, or one that they may not do that with."""
    log = await door_of(request).store.log(review)
    if log is None or not allowed(staff, log, right):
        raise Refused(404)
    return log


def allowed(staff: Staff, log: Log, right: Right) -> bool:
    """Whether they may do that with this record."""
    owner = handling(log).owner
    return may(staff, right, log.review, owner=owner.email if owner else "")
