"""Which reviews does a program read? One by its id, or a page of them, newest first."""

from datetime import datetime
from functools import partial
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.addresses import normal
from reviews.onlookers import shows_agents
from reviews.shapes import Shape
from store import Cursor, Wanted, queues
from store.queues import Sought
from store.words import QUERY_CHARS_MAX
from web.answers.refusals import Refused
from web.api.lists import Paged, listed
from web.cursors import WrongCursor, read_cursor, write_cursor
from web.door import Door, door_of
from web.tickets.body import Instant
from web.tickets.keys import brand_within
from web.tickets.shapes import review_shape, without_agent

PARTS = (
    *("id", "source", "ticket", "subject", "brand", "closed_at", "contact", "agent", "team", "language", "tags"),
    *("not_asked", "asked_by_hand", "rating", "comment", "causes", "credit", "follow_up", "recovered_at"),
    *("messages", "deliveries", "automatic"),
)
"""Of a review, as `review_shape` has them; a test holds that."""
FIELDS_CHARS_MAX = 500
SUMMARY = "Some parameters cannot be used; see errors."

Form = TypeVar("Form", bound=BaseModel)


class Query(Paged):
    """The parameters of the list; one we do not know is refused, for it would be silently without effect."""

    ticket: str = ""
    contact: str = ""
    brand: str = ""
    since: Instant | None = None
    q: str = Field("", max_length=QUERY_CHARS_MAX)
    spoken_since: Instant | None = None
    """The customer rated, commented or wrote since then."""
    agent: str = ""
    team: str = ""
    company: str = ""
    tag: str = ""
    value: Literal["", "very_happy", "happy", "neutral", "unhappy", "very_unhappy"] = ""
    sort: Literal["-at", "-spoken_at"] | None = None
    fields: str = Field("", max_length=FIELDS_CHARS_MAX)
    """Which parts of each review, with commas between; all if left out."""

    def wanted(self, brand: str) -> Wanted:
        return Wanted(self.ticket, self.contact, brand, self.since)

    @property
    def by_words_of_customers(self) -> bool:
        """Whether those come first whose customers spoke last: where anything is named by which the inbox is
        narrowed."""
        narrowed = self.spoken_since or self.agent or self.team or self.company or self.tag or self.value
        return self.sort == "-spoken_at" or bool(narrowed)

    def sought(self, brand: str) -> Sought:
        """Of the inbox. Refused 422 for what only the other order knows."""
        others = {"ticket": self.ticket, "contact": self.contact, "since": self.since, "sort": self.sort == "-at"}
        if given := [name for name, value in others.items() if value]:
            raise wrong(dict.fromkeys(given, "does not go with spoken_since, agent, team, company, tag and value"))
        return Sought(
            words=self.q,
            face=self.value,
            agent=normal(self.agent) if self.agent else "",
            team=self.team,
            company=self.company.lower(),
            tag=self.tag,
            brand=brand,
            since=self.spoken_since,
        )


async def review(request: Request) -> Response:
    """GET /api/v1/reviews/{id}: one review, whole."""
    door = door_of(request)
    shape = await _whole(door, request.path_params["id"], now=door.clock())
    if shape is None:
        raise Refused(404, detail="There is no review with this id.")
    return JSONResponse(shape)


async def reviews(request: Request) -> Response:
    """GET /api/v1/reviews: a page of them, and the cursor of the next page or null. Those of one agent only where every
    brand that is asked for shows the figures of single agents to leads."""
    door = door_of(request)
    now = door.clock()
    query = read_query(Query, request)
    parts = _parts(query.fields)
    brand = brand_within(request, query.brand)
    if query.agent:
        refuse_hidden(door, brand)
    places = await _found(door, query, brand, now=now)
    shapes = filter(None, [await _whole(door, place.id, now=now) for place in places])
    told = [{name: shape[name] for name in parts} for shape in shapes] if parts else shapes
    more = len(places) == query.limit
    return listed(request, "reviews", told, cursor=write_cursor(places[-1]) if more else None)


async def _found(door: Door, query: Query, brand: str, *, now: datetime) -> list[Cursor]:
    """The places of a page, each with the review's id."""
    edge = before(query.cursor)
    if query.by_words_of_customers:
        ask = partial(queues.page, sought=query.sought(brand), now=now, most=query.limit, before=edge)
        return [line.cursor for line in await door.store.read(ask)]
    read = partial(door.store.search, query.q) if query.q else door.store.reviews
    return [one.cursor for one in await read(query.wanted(brand), now=now, most=query.limit, before=edge)]


def refuse_hidden(door: Door, brand: str) -> None:
    """Refused 403 where a brand that is asked for, '' for each, does not show single agents."""
    if not shows_agents(one.answering.figures for one in ([door.brand_of(brand)] if brand else door.brands.values())):
        raise Refused(403, detail="The figures of single agents are not shown here: see [answering] figures.")


def _parts(fields: str) -> list[str]:
    """The parts of a review that are wanted; Refused 422 for what is none."""
    named = [name.strip() for name in fields.split(",") if name.strip()]
    if unknown := [name for name in named if name not in PARTS]:
        raise wrong({"fields": f"{unknown[0]!r} is no part of a review; there are {', '.join(PARTS)}"})
    return list(dict.fromkeys(named))


async def _whole(door: Door, id: str, *, now: datetime) -> Shape | None:
    log = await door.store.log(id)
    if log is None:
        return None
    timeline, deliveries = await door.store.timeline(id), await door.store.deliveries(id)
    shape = review_shape(log, timeline, deliveries, now=now, ours=door.links.ours)
    return without_agent(shape, door.brand_of(log.review.brand).answering)


def read_query(form: type[Form], request: Request) -> Form:
    """The parameters of a request; Refused 422 says what is wrong with them."""
    try:
        return form.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise wrong(
            {str(problem["loc"][0]) if problem["loc"] else "": problem["msg"] for problem in error.errors()}
        ) from None


def before(cursor: str) -> Cursor | None:
    """Where a page begins; None at the beginning. Refused 422 for what is no cursor."""
    try:
        return read_cursor(cursor) if cursor else None
    except WrongCursor as error:
        raise wrong({"cursor": str(error)}) from None


def wrong(parameters: dict[str, str]) -> Refused:
    """A refusal that says what is wrong with which."""
    errors = [{"parameter": name, "detail": detail} for name, detail in parameters.items()]
    return Refused(422, detail=SUMMARY, errors=errors)
