"""Who is there? Customers that were asked about, agents who did the work, brands, and addresses that are not asked."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.holds import Suppression
from reviews.shapes import Shape, contact_shape, instant
from reviews.subscriptions import lifted_by_staff, suppressed_by_staff
from store import directory, suppressions
from store.directory import Known
from store.paging import NEWEST
from store.suppressions import NEWEST_SEQ
from web.answers.refusals import Refused
from web.api.lists import Paged, listed, read_place, write_place
from web.cursors import write_cursor
from web.door import door_of
from web.tickets.body import REASON_CHARS_MAX, Body, Email, Instant, Line, Name
from web.tickets.keys import brand_within, brands_of_key
from web.tickets.listed import before, read_query, wrong
from web.tickets.reading import WrongFields, read_as, read_body

SEQ_DIGITS_MAX = 18


class OfAddress(Paged):
    """Of one address alone."""

    address: str = Field("", max_length=254)


class OfContacts(Paged):
    """By address, or by their latest review, the newest first; `since` leaves those whose latest is not older."""

    sort: Literal["address", "-last_at"] | None = None
    since: Instant | None = None

    @property
    def lately(self) -> bool:
        """Whether the newest come first, as they do where a time is named."""
        return self.sort == "-last_at" or (self.sort is None and self.since is not None)


class NotAsked(Body):
    """An address that is not to be asked; of that brand, or of all."""

    address: Email
    who: Email
    why: Annotated[str, Line, StringConstraints(min_length=1, max_length=REASON_CHARS_MAX)]
    brand: Name = ""


class Lifted(Body):
    """It may be asked again."""

    who: Email
    why: Annotated[str, Line, StringConstraints(min_length=1, max_length=REASON_CHARS_MAX)]


async def contacts(request: Request) -> Response:
    """GET /api/v1/contacts: customers by address, or those of the latest reviews first."""
    query = read_query(OfContacts, request)
    if not query.lately:
        if query.since is not None:
            raise wrong({"since": "goes with sort=-last_at alone"})
        return await _people(request, query, "contacts", directory.contacts)
    ask = partial(directory.lately, before=before(query.cursor) or NEWEST, most=query.limit, since=query.since)
    found = await door_of(request).store.read(partial(ask, brands=brands_of_key(request)))
    cursor = write_cursor(found[-1][1]) if len(found) == query.limit else None
    return listed(request, "contacts", [_known(one, "contacts") for one, _ in found], cursor=cursor)


async def agents(request: Request) -> Response:
    """GET /api/v1/agents: who did the work, by address."""
    return await _people(request, read_query(Paged, request), "agents", directory.agents)


async def contact(request: Request) -> Response:
    """GET /api/v1/contacts/{address}: one customer, and why they are not asked, if so."""
    door, address = door_of(request), request.path_params["address"]
    brands = brands_of_key(request)
    known = await door.store.read(partial(directory.contacts, most=1, address=address, brands=brands))
    if not known:
        raise Refused(404, detail="There is no review of this address.")
    standing = await door.store.read(partial(suppressions.standing, most=50, address=address, brands=brands))
    now = door.clock()
    reasons = [_suppression(one.fact) for one in standing if not suppressions.ended(one.fact, now)]
    return JSONResponse({**_known(known[0], "contacts"), "suppressions": reasons})


async def not_asked(request: Request) -> Response:
    """GET /api/v1/suppressions: addresses that are not asked, newest first."""
    door, query = door_of(request), read_query(OfAddress, request)
    place = read_place(query.cursor)
    if place and not (place.isascii() and place.isdigit() and len(place) <= SEQ_DIGITS_MAX):
        raise Refused(422, detail="This is no cursor of ours.")
    before = int(place) if place else NEWEST_SEQ
    ask = partial(suppressions.standing, most=query.limit, before=before, address=query.address)
    ask = partial(ask, brands=brands_of_key(request))
    found = await door.store.read(ask)
    shapes = [_suppression(one.fact) for one in found if not suppressions.ended(one.fact, door.clock())]
    cursor = write_place(str(found[-1].seq)) if len(found) == query.limit else None
    return listed(request, "suppressions", shapes, cursor=cursor)


async def suppress(request: Request) -> Response:
    """POST /api/v1/suppressions: ask this address no more."""
    door = door_of(request)
    try:
        told = read_as(NotAsked, await read_body(request))
        if told.brand and told.brand not in door.brands:
            raise WrongFields({"/brand": "there is no such brand"})
    except WrongFields as error:
        raise error.refused() from None
    brand = brand_within(request, told.brand)
    ask = partial(suppressed_by_staff, brand=brand, address=told.address, action=door.new_id())
    fact = ask(who=told.who, why=told.why, at=door.clock())
    await door.store.write(partial(suppressions.put, fact=fact))
    return JSONResponse(_suppression(fact), 201)


async def lift(request: Request) -> Response:
    """POST /api/v1/suppressions/{id}/lift: this reason stands no more."""
    door = door_of(request)
    try:
        told = read_as(Lifted, await read_body(request))
    except WrongFields as error:
        raise error.refused() from None
    fact = await door.store.read(partial(suppressions.one, id=request.path_params["id"]))
    brands = brands_of_key(request)
    if fact is None or (brands and fact.brand not in brands):
        raise Refused(404, detail="There is no suppression with this id.")
    lifting = lifted_by_staff(fact, action=door.new_id(), who=told.who, why=told.why, at=door.clock())
    await door.store.write(partial(suppressions.put, fact=lifting))
    return Response(status_code=204)


async def brands(request: Request) -> Response:
    """GET /api/v1/brands: every brand, with what it asks."""
    door = door_of(request)
    shapes = [
        {"key": one.key, "name": one.name, "language": one.language, "scale": one.scale, "question": one.question}
        for one in door.brands.values()
        if not brands_of_key(request) or one.key in brands_of_key(request)
    ]
    return listed(request, "brands", shapes, cursor=None)


async def _people(request: Request, query: Paged, name: str, page: Callable[..., list[Known]]) -> Response:
    door = door_of(request)
    ask = partial(page, after=read_place(query.cursor), most=query.limit, brands=brands_of_key(request))
    found = await door.store.read(ask)
    cursor = write_place(found[-1].person.email.lower()) if len(found) == query.limit else None
    return listed(request, name, [_known(one, name) for one in found], cursor=cursor)


def _known(one: Known, name: str) -> Shape:
    person = contact_shape(one.person)
    if name == "agents":
        person = {"email": one.person.email, "name": one.person.name, "team": one.team}
    return {**person, "reviews": one.reviews, "first_at": instant(one.first_at), "last_at": instant(one.last_at)}


def _suppression(fact: Suppression) -> Shape:
    return {
        "id": fact.id,
        "address": fact.address,
        "brand": fact.brand or None,
        "reason": fact.reason,
        "at": instant(fact.at),
        "until": instant(fact.until) if fact.until else None,
        "who": fact.who or None,
        "why": fact.why or None,
    }
