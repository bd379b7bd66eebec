"""The list of reviews, for who is signed in: newest first, a page at a time; all, or those that hold some words."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.roles import Role
from store import Cursor, Listed, Wanted, dead_letters, quarantine
from store.words import QUERY_CHARS_MAX
from templates import plain
from templates.brands import Brand
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.staff.quarantine import QUARANTINE
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown, rating
from web.staff.sessions import signed_in
from web.staff.sign_in import HOME, PATH
from web.staff.sources import PATH as SOURCES

PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the list, newest first, and whether there are more on either side."""

    lines: list[Listed]
    newer: bool
    older: bool


async def listed(request: Request) -> Response:
    """A page of reviews."""
    staff = await signed_in(request)
    if staff is None:
        return RedirectResponse(PATH, status_code=303)
    door = door_of(request)
    query = request.query_params.get("q", "").strip()[:QUERY_CHARS_MAX]
    found = await _page(request, door, query)
    return page(
        "reviews",
        brand=door.brand_of(door.brand),
        reviews=[_line(one, door.brand_of(one.review.brand)) for one in found.lines],
        query=query,
        waiting=plain.waiting(await door.store.read(quarantine.count_waiting)),
        waiting_url=QUARANTINE,
        unread=plain.unread(await _unread(door)) if staff.role == Role.ADMIN else "",
        unread_url=SOURCES,
        list_url=HOME,
        newer_url=_beyond("after", found.lines[0], query) if found.newer else "",
        older_url=_beyond("before", found.lines[-1], query) if found.older else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def _unread(door: Door) -> int:
    return sum((await door.store.read(dead_letters.counts)).values())


async def _page(request: Request, door: Door, query: str) -> Page:
    """The page that the address names; one line more is asked for, to know whether there are more."""
    before, after = _cursor(request, "before"), _cursor(request, "after")
    read = partial(door.store.search, query) if query else door.store.reviews
    found = await read(Wanted(), now=door.clock(), most=PAGE + 1, before=before, after=after)
    more = len(found) > PAGE
    if after:
        return Page(found[-PAGE:], newer=more, older=bool(found))
    return Page(found[:PAGE], newer=before is not None and bool(found), older=more)


def _beyond(side: str, line: Listed, query: str) -> str:
    """The address of the page beyond that line."""
    search = {"q": query} if query else {}
    return f"{HOME}?{urlencode({**search, side: write_cursor(line.cursor)})}"


def _cursor(request: Request, name: str) -> Cursor | None:
    written = request.query_params.get(name, "")
    try:
        return read_cursor(written) if written else None
    except WrongCursor:
        raise Refused(404) from None


def _line(one: Listed, brand: Brand) -> Shown:
    review = one.review
    return {
        "url": f"{HOME}/{review.id}",
        "ticket": review.ticket,
        "subject": review.subject,
        "contact_name": review.contact.name or review.contact.email,
        "agent_name": review.agent.name or review.agent.email if review.agent else "",
        "rating": rating(one.rating, brand) if one.rating else None,
        "comment": one.comment,
        "at_text": said(review.closed_at, brand.timezone),
        "messages": one.messages,
    }
