"""Which reviews does a program read? One by its id, or a page of them, newest first."""

from datetime import datetime
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.shapes import Shape
from store import Cursor, Wanted
from store.words import QUERY_CHARS_MAX
from web.answers.refusals import Refused
from web.api.lists import Paged, listed
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.tickets.body import Instant
from web.tickets.keys import brand_within
from web.tickets.shapes import review_shape

SUMMARY = "Some parameters cannot be used; see errors."

Form = TypeVar("Form", bound=BaseModel)


class Query(Paged):
    """The parameters of the list; one we do not know is refused, for it would be silently without effect."""

    ticket: str = ""
    contact: str = ""
    brand: str = ""
    since: Instant | None = None
    q: str = Field("", max_length=QUERY_CHARS_MAX)

    def wanted(self, brand: str) -> Wanted:
        return Wanted(self.ticket, self.contact, brand, self.since)


async def review(request: Request) -> Response:
    """GET /api/v1/reviews/{id}: one review, whole."""
    door = door_of(request)
    shape = await _whole(door, request.path_params["id"], now=door.clock())
    if shape is None:
        raise Refused(404, detail="There is no review with this id.")
    return JSONResponse(shape)


async def reviews(request: Request) -> Response:
    """GET /api/v1/reviews: a page of them, and the cursor of the next page or null."""
    door = door_of(request)
    now = door.clock()
    query = read_query(Query, request)
    read = partial(door.store.search, query.q) if query.q else door.store.reviews
    wanted = query.wanted(brand_within(request, query.brand))
    found = await read(wanted, now=now, most=query.limit, before=before(query.cursor))
    shapes = [await _whole(door, one.review.id, now=now) for one in found]
    more = len(found) == query.limit
    return listed(request, "reviews", filter(None, shapes), cursor=write_cursor(found[-1].cursor) if more else None)


async def _whole(door: Door, id: str, *, now: datetime) -> Shape | None:
    log = await door.store.log(id)
    if log is None:
        return None
    timeline, deliveries = await door.store.timeline(id), await door.store.deliveries(id)
    return review_shape(log, timeline, deliveries, now=now, ours=door.links.ours)


def read_query(form: type[Form], request: Request) -> Form:
    """The parameters of a request; Refused 422 says what is wrong with them."""
    try:
        return form.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise _wrong(
            {str(problem["loc"][0]) if problem["loc"] else "": problem["msg"] for problem in error.errors()}
        ) from None


def before(cursor: str) -> Cursor | None:
    """Where a page begins; None at the beginning. Refused 422 for what is no cursor."""
    try:
        return read_cursor(cursor) if cursor else None
    except WrongCursor as error:
        raise _wrong({"cursor": str(error)}) from None


def _wrong(parameters: dict[str, str]) -> Refused:
    errors = [{"parameter": name, "detail": detail} for name, detail in parameters.items()]
    return Refused(422, detail=SUMMARY, errors=errors)
