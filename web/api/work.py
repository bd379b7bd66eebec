"""What is there to do, and how does it go? Tickets, the thread of a review, follow-ups, and scores."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews import tending
from reviews.counting import AGENT
from reviews.deeds import FollowUpOutcome
from reviews.facts import Message
from reviews.feedback import BOUNDS
from reviews.followups import follow_up
from reviews.log import Log
from reviews.model import Person
from reviews.scoring import Figures, Share
from reviews.shapes import Shape, follow_up_shape, instant, message_shape, told_shape
from store import Asked, Wanted
from store.lists import Listed
from store.scored import Scored, scored
from web.answers.refusals import Refused
from web.api.lists import Paged, listed
from web.cursors import write_cursor
from web.door import Door, door_of
from web.tickets.body import Body, Email, Line, Name
from web.tickets.keys import brand_within
from web.tickets.listed import before, read_query, refuse_hidden
from web.tickets.reading import WrongFields, read_as, read_body
from web.tickets.shapes import without_agent

WORDS_CHARS_MAX = 5_000
DAYS_MAX = 3_700


class OfTickets(Paged):
    """Which tickets."""

    ticket: str = Field("", max_length=200)
    contact: str = Field("", max_length=254)
    brand: str = Field("", max_length=200)


class OfBrand(Paged):
    """Of one brand alone."""

    brand: str = Field("", max_length=200)


class Note(Body):
    """What a member of staff notes: it stays inside."""

    who: Email
    words: Annotated[str, StringConstraints(min_length=1, max_length=WORDS_CHARS_MAX, pattern=r"\S")]
    name: Name = ""


class Closed(Body):
    """A follow-up is done with, and what came of it."""

    who: Email
    outcome: FollowUpOutcome
    words: Annotated[str, Line, StringConstraints(max_length=500)] = ""


class Scores(Paged):
    """Which counts: on the days from `since` to before `until`, in spans of `days`, by a facet."""

    since: date
    until: date
    by: Literal["", "agent", "team", "company", "tag", "cause", "language", "opportunity", "wait"] = ""
    days: int = Field(0, ge=0, le=DAYS_MAX)
    """0 for all of them as one."""
    name: str | None = Field(None, max_length=200)
    brand: str | None = Field(None, max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> "Scores":
        if not timedelta() < self.until - self.since <= timedelta(days=DAYS_MAX):
            raise ValueError(f"until is 1 to {DAYS_MAX} days after since")
        return self


async def tickets(request: Request) -> Response:
    """GET /api/v1/tickets: closed tickets as they were told, newest first."""
    door, query = door_of(request), read_query(OfTickets, request)
    wanted = Wanted(query.ticket, query.contact, brand_within(request, query.brand))
    found = await door.store.reviews(wanted, now=door.clock(), most=query.limit, before=before(query.cursor))
    shapes = [without_agent(_ticket(one), door.brand_of(one.review.brand).answering) for one in found]
    return listed(request, "tickets", shapes, cursor=_cursor(found, query))


async def messages(request: Request) -> Response:
    """GET /api/v1/reviews/{id}/messages: the thread, in order."""
    door = door_of(request)
    log, ours = await _log(door, request), door.links.ours
    return listed(request, "messages", [message_shape(one, log, ours) for one in log.of(Message)], cursor=None)


async def note(request: Request) -> Response:
    """POST /api/v1/reviews/{id}/messages: a note joins the thread."""
    door = door_of(request)
    try:
        told = read_as(Note, await read_body(request))
    except WrongFields as error:
        raise error.refused() from None
    who, at = Person(told.who, told.name), door.clock()
    rule = partial(tending.noted, action=door.new_id(), who=who, words=told.words, at=at)
    recorded = await door.store.record(request.path_params["id"], rule)
    if not recorded.new:
        raise Refused(409, detail="This thread takes no more.")
    return JSONResponse(message_shape(recorded.log.of(Message)[-1], recorded.log, door.links.ours), 201)


async def follow_ups(request: Request) -> Response:
    """GET /api/v1/follow-ups: what is owed to customers who were not happy, newest reviews first."""
    door, query = door_of(request), read_query(OfBrand, request)
    now = door.clock()
    wanted = Wanted(brand=brand_within(request, query.brand), owed=True)
    found = await door.store.reviews(wanted, now=now, most=query.limit, before=before(query.cursor))
    shapes = [shape for one in found if (shape := await _owed(door, one, now=now))]
    return listed(request, "follow_ups", shapes, cursor=_cursor(found, query))


async def close(request: Request) -> Response:
    """POST /api/v1/reviews/{id}/follow-up/close: it is done with. 409 where it was already."""
    door = door_of(request)
    try:
        told = read_as(Closed, await read_body(request))
    except WrongFields as error:
        raise error.refused() from None
    done = partial(tending.follow_up_closed, action=door.new_id(), who=told.who, outcome=told.outcome)
    recorded = await door.store.record(request.path_params["id"], partial(done, words=told.words, at=door.clock()))
    if not recorded.new:
        raise Refused(409, detail="It was closed before.")
    return Response(status_code=204)


async def scores(request: Request) -> Response:
    """GET /api/v1/scores: how many were asked, answered and rated how, and how surely: by name, scale and span of days.
    Those of single agents only where every brand that is asked for shows them to leads."""
    door, query = door_of(request), read_query(Scores, request)
    brand = brand_within(request, query.brand or "") or None
    if query.by == AGENT:
        refuse_hidden(door, brand or "")
    span = query.days or (query.until - query.since).days
    asked = Asked(query.by, query.since, query.until, span, query.name, brand)
    found = await door.store.read(partial(scored, asked=asked, now=door.clock()))
    return JSONResponse({"scores": [_score(one) for one in found.scored], "as_of": instant(found.as_of)})


def _score(one: Scored) -> Shape:
    told = one.figures
    return {
        "name": one.name,
        "scale": one.scale,
        "since": one.since.isoformat(),
        "counts": {str(measure): number for measure, number in one.numbers.items()},
        "happy": _share(told.raw.happy),
        "adjusted": _share(told.adjusted.happy),
        "response": _share(told.response),
        "had_all_answered": {"low": told.low, "high": told.high},
        "excluded": told.excluded,
        "not_theirs": told.not_theirs,
        "exclusion": _share(told.exclusion),
        "closed": told.closed,
        "not_asked": _share(told.skipped),
        "answered": _share(told.answered),
        "first_answer": _first_answer(told),
        "recovered": _share(told.recovered),
    }


def _first_answer(told: Figures) -> Shape:
    """How soon a person answered first: in which class the median lies, and how many there are in each class."""
    low, high = told.half_answered or (None, None)
    within = [*map(_seconds, BOUNDS), None]
    return {
        "half_after_seconds": _seconds(low),
        "half_within_seconds": _seconds(high),
        "within": [
            {"seconds": most, "number": number} for most, number in zip(within, told.first_answers, strict=True)
        ],
    }


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())


def _share(one: Share) -> Shape:
    return {"value": one.value, "low": one.low, "high": one.high, "part": one.part, "of": one.of}


def _ticket(one: Listed) -> Shape:
    review = one.review
    agent = {"email": review.agent.email, "name": review.agent.name} if review.agent else None
    return {
        "source": review.source,
        "ticket": review.ticket,
        "closing": review.closing,
        "closed_at": instant(review.closed_at),
        "subject": review.subject,
        "brand": review.brand,
        "contact": review.contact.email,
        "agent": agent,
        "team": review.team,
        "tags": list(review.tags),
        "review": review.id,
        "url": f"/api/v1/reviews/{review.id}",
    }


async def _owed(door: Door, one: Listed, *, now: datetime) -> Shape | None:
    log = await door.store.log(one.review.id)
    if log is None:
        return None
    timeline = await door.store.timeline(one.review.id)
    owed = follow_up(log, timeline, now)
    if owed is None:
        return None
    told = told_shape(log, timeline, now=now, ours=door.links.ours)
    head = {name: told[name] for name in ("source", "ticket", "subject", "brand", "contact", "agent", "rating")}
    return {
        "review": one.review.id,
        **without_agent(head, door.brand_of(log.review.brand).answering),
        **follow_up_shape(owed),
    }


async def _log(door: Door, request: Request) -> Log:
    log = await door.store.log(request.path_params["id"])
    if log is None:
        raise Refused(404, detail="There is no review with this id.")
    return log


def _cursor(found: list[Listed], query: Paged) -> str | None:
    return write_cursor(found[-1].cursor) if len(found) == query.limit else None
