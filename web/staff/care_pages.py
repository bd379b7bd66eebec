"""What is owed, what went well, and what should not count: lists of reviews for who is signed in."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from reviews.handling import ASKED, GRANTED
from reviews.roles import Right, Staff, may
from store import Cursor, owed, queues
from store.queues import Line, Sought
from templates.brands import Brand
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown, rating
from web.staff.sign_in import HOME
from web.staff.walls import staff_of, wall_of

PAGE = 50
FOLLOW_UPS, SMILES, EXCLUSIONS = "/follow-ups", "/smiles", "/exclusions"


async def follow_ups(request: Request) -> Response:
    """What is owed to customers, the most urgent first."""
    staff, door = await staff_of(request), door_of(request)
    mine = request.query_params.get("whose") == "mine"
    ask = partial(
        owed.follow_ups, wall=wall_of(staff), now=door.clock(), most=PAGE + 1, owner=staff.email if mine else ""
    )
    edge = _cursor(request)
    found = await door.store.read(partial(ask, after=(edge.at, edge.id) if edge else None))
    last = found[PAGE - 1].place if len(found) > PAGE else None
    more = write_cursor(Cursor(last.due_at, last.review)) if last and last.due_at else ""
    return _page(
        door,
        "follow_ups",
        staff,
        {
            "lines": [_owed(line, door) for line in found[:PAGE]],
            "mine": mine,
            "more_url": f"{FOLLOW_UPS}?{'whose=mine&' if mine else ''}before={more}" if more else "",
        },
    )


async def smiles(request: Request) -> Response:
    """The wall: what is worth sharing, and whose it is, this month and ever."""
    staff, door = await staff_of(request), door_of(request)
    ask = partial(queues.page, sought=Sought(kudos="marked", wall=wall_of(staff)), now=door.clock(), most=PAGE)
    found = await door.store.read(ask)
    lines = [_line(line, door) for line in found if line.listed.comment]
    return _page(door, "smiles", staff, {"lines": lines})


async def exclusions(request: Request) -> Response:
    """What somebody asks not to count, and what does not."""
    staff, door = await staff_of(request), door_of(request)
    told: dict[str, list[Shown]] = {}
    for state in (ASKED, GRANTED):
        sought = Sought(exclusion=state, wall=wall_of(staff))
        found = await door.store.read(partial(queues.page, sought=sought, now=door.clock(), most=PAGE))
        told[state] = [_line(line, door) for line in found]
    may_grant = may(staff, Right.GRANT)
    return _page(door, "exclusions", staff, {"asked": told[ASKED], "granted": told[GRANTED], "may_grant": may_grant})


def _page(door: Door, name: str, staff: Staff, context: Shown) -> Response:
    staff_name = staff.name or staff.email
    return page(name, brand=door.brand_of(door.brand), staff_name=staff_name, sign_out_url=SIGN_OUT, **context)


def _line(line: Line, door: Door) -> Shown:
    review, brand = line.listed.review, door.brand_of(line.listed.review.brand)
    return {
        "url": f"{HOME}/{review.id}",
        "subject": review.subject or f"Ticket {review.ticket}",
        "ticket": review.ticket,
        "contact_name": review.contact.name or review.contact.email,
        "company": review.contact.company,
        "agent_name": review.agent.name or review.agent.email if review.agent else review.team,
        "rating": rating(line.listed.rating, brand) if line.listed.rating else None,
        "comment": line.listed.comment,
        "at_text": said(line.place.at, brand.timezone),
        "month": line.place.at.strftime("%Y-%m"),
    }


def _owed(line: Line, door: Door) -> Shown:
    brand: Brand = door.brand_of(line.listed.review.brand)
    due = line.place.due_at
    return _line(line, door) | {
        "due": said(due, brand.timezone) if due else "",
        "late": due is not None and due < door.clock(),
        "owner": line.place.owner,
    }


def _cursor(request: Request) -> Cursor | None:
    written = request.query_params.get("before", "")
    try:
        return read_cursor(written) if written else None
    except WrongCursor:
        raise Refused(404) from None
