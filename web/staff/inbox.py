"""The inbox: a queue of reviews, narrowed by filters and words, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.inbox import EXCLUSION, TAG
from reviews.roles import Right, Staff, may
from store import Cursor, dead_letters, news, quarantine, queues, views
from store.queues import COUNTED_MAX, Line, Queue
from store.views import View
from templates import plain
from templates.brands import Brand
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.looking import LABELS, Looking, read_looking, read_query, shown_filters
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown, rating
from web.staff.sign_in import HOME
from web.staff.walls import staff_of, wall_of

PAGE = 25
BULK, VIEWS, NEWS = "/reviews/several", "/reviews/views", "/reviews/news"
ON_CHARS_MAX = 2_000
"""Of the ids that the last deed concerned: a page of them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, newest first, and whether there are more on either side."""

    lines: list[Line]
    newer: bool
    older: bool


async def listed(request: Request) -> Response:
    """A page of the inbox."""
    staff, door = await staff_of(request), door_of(request)
    brand, looking = door.brand_of(door.brand), read_looking(request.query_params)
    newest = await door.store.read(news.last)  # before the lines: what comes in between is told once more
    found = await _page(request, door, staff, looking)
    saved = await door.store.read(partial(views.of_person, email=staff.email))
    query = looking.query()
    return page(
        "inbox",
        brand=brand,
        title=LABELS[looking.queue],
        queue=str(looking.queue),
        queues=await _queues(door, staff, looking),
        views=[{"name": one.name, "url": f"{HOME}?{one.query}", "here": one.query == query} for one in saved],
        view_name=next((one.name for one in saved if one.query == query), ""),
        view_query=query,
        keep_url=VIEWS,
        lines=[_line(one, door) for one in found.lines],
        query=looking.words,
        filters=shown_filters(looking, brand, door.brands),
        narrowed=bool(looking.filters),
        clear_url=Looking(looking.queue).url(),
        here=looking.url(**_edges(request)),
        bulk_url=BULK,
        news_url=NEWS,
        newest=newest,
        may_tend=may(staff, Right.TEND),
        newer_url=_beyond("after", found.lines[0], looking) if found.newer else "",
        older_url=_beyond("before", found.lines[-1], looking) if found.older else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
        **_done(request),
        **await _elsewhere(door, staff),
    )


async def kept(request: Request) -> Response:
    """A view is saved, or dropped."""
    refuse_foreign(request)
    staff, form, door = await staff_of(request), await read_form(request), door_of(request)
    name, looking = " ".join(form.get("name", "").split())[:60], read_query(form.get("query", ""))
    if form.get("do") == "drop":
        await door.store.write(partial(views.drop, name=name, email=staff.email))
    elif name:
        view = View(name, looking.query())
        await door.store.write(partial(views.put, view=view, email=staff.email, at=door.clock()))
    return RedirectResponse(looking.url(), status_code=303)


async def _queues(door: Door, staff: Staff, looking: Looking) -> list[Shown]:
    """Every queue, with how much is in it; of all there are nobody wants to know."""
    wall = wall_of(staff)
    counted = [queue for queue in LABELS if queue is not Queue.ALL]
    sought = [queues.Sought(queue, person=staff.email, wall=wall) for queue in counted]
    numbers = await door.store.read(partial(queues.counts, several=sought, now=door.clock()))
    told: dict[Queue, str] = dict(zip(counted, map(_number, numbers), strict=True))
    return [
        {
            "name": str(queue),
            "label": label,
            "url": Looking(queue).url(),
            "count": told.get(queue, ""),
            "here": queue is looking.queue,
        }
        for queue, label in LABELS.items()
    ]


def _number(number: int) -> str:
    return f"{number - 1}+" if number >= COUNTED_MAX else str(number or "")


async def _elsewhere(door: Door, staff: Staff) -> Shown:
    """What waits on other pages."""
    unread = sum((await door.store.read(dead_letters.counts)).values()) if may(staff, Right.ADMINISTER) else 0
    count = partial(quarantine.count_waiting, brands=staff.brands)
    waiting = await door.store.read(count) if may(staff, Right.GRANT) else 0
    return {
        "waiting": str(waiting or ""),
        "waiting_url": "/quarantine",
        "unread_hooks": plain.unread(unread),
        "unread_hooks_url": "/sources",
    }


async def _page(request: Request, door: Door, staff: Staff, looking: Looking) -> Page:
    """The page that the address names; one line more is asked for, to know whether there are more."""
    before, after = _cursor(request, "before"), _cursor(request, "after")
    sought = looking.sought(staff, timezone=door.brand_of(door.brand).timezone)
    ask = partial(queues.page, sought=sought, now=door.clock(), most=PAGE + 1, before=before, after=after)
    found = await door.store.read(ask)
    more = len(found) > PAGE
    if after:
        return Page(found[-PAGE:], newer=more, older=bool(found))
    return Page(found[:PAGE], newer=before is not None and bool(found), older=more)


def _edges(request: Request) -> dict[str, str]:
    return {side: request.query_params[side] for side in ("before", "after") if side in request.query_params}


def _beyond(side: str, line: Line, looking: Looking) -> str:
    """The address of the page beyond that line."""
    return looking.url(**{side: write_cursor(line.cursor)})


def _cursor(request: Request, name: str) -> Cursor | None:
    written = request.query_params.get(name, "")
    try:
        return read_cursor(written) if written else None
    except WrongCursor:
        raise Refused(404) from None


def _done(request: Request) -> Shown:
    """What a deed of before did to several, and how it is undone."""
    did, on = request.query_params.get("did", ""), unquote(request.query_params.get("on", ""))[:ON_CHARS_MAX]
    ids = [id for id in on.split(",") if id.isalnum()][: 2 * PAGE]
    words, undo = plain.DONE.get(did, ("", ""))
    tag = request.query_params.get("with", "")[:50]
    return {"undo_tag": tag, "done": words.format(len(ids)) if ids and words else "", "undo": undo, "on": ids}


def _line(one: Line, door: Door) -> Shown:
    review, place, now = one.listed.review, one.place, door.clock()
    brand = door.brand_of(review.brand)
    labels = one.place.labels
    return {
        "id": review.id,
        "url": f"{HOME}/{review.id}",
        "ticket": review.ticket,
        "subject": review.subject,
        "contact_name": review.contact.name or review.contact.email,
        "company": review.contact.company,
        "agent_name": review.agent.name or review.agent.email if review.agent else "",
        "owner_name": place.owner if place.owner != place.agent else "",
        "rating": rating(one.listed.rating, brand) if one.listed.rating else None,
        "comment": one.listed.comment,
        "at_text": said(place.at, brand.timezone),
        "messages": one.listed.messages,
        "unread": place.unread_from is not None and place.unread_from <= now,
        "waits": _said(place.owed_from, brand),
        "snoozed": _said(place.snoozed_until if place.snoozed_until and place.snoozed_until > now else None, brand),
        "tags": [name for kind, name in labels if kind == TAG],
        "excluded": (EXCLUSION, "granted") in labels,
    }


def _said(at: datetime | None, brand: Brand) -> str:
    return said(at, brand.timezone) if at else ""
