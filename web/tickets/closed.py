"""A helpdesk says that a ticket was closed: POST /api/v1/tickets."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews import flow
from reviews.addresses import domain_of
from reviews.events import ClosedTicket
from reviews.facts import Review
from reviews.model import EMBEDDED, slots_of
from reviews.notices import watchers
from reviews.roles import Role
from reviews.shapes import instant
from reviews.unasked import unasked
from store import Staff, people
from web.door import Door, door_of
from web.tickets.keys import brand_within, brands_of_key, key_of
from web.tickets.reading import WrongFields, read_body, read_ticket

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """The review of a closed ticket, and whether this was the first we heard of it."""

    review: Review
    new: bool
    reason: str = ""
    """Why nobody is asked, as far as that is known, or ''."""


async def ticket_closed(request: Request) -> Response:
    """A program that holds a key told of a closed ticket."""
    key = key_of(request)
    door = door_of(request)
    fields = await read_body(request)
    at = door.clock()
    try:
        ticket = read_ticket(fields, brands=door.brands, brand=_usual(request), at=at, rules=door.rules)
    except WrongFields as error:
        raise error.refused() from None
    brand_within(request, ticket.brand)
    return answer(door, await take(door, ticket, at=at, teller=key))


def _usual(request: Request) -> str:
    """The brand of a ticket that names none: the only one of its key, else that of the settings."""
    brands = brands_of_key(request)
    return brands[0] if len(brands) == 1 else door_of(request).brand


async def take(door: Door, ticket: ClosedTicket, *, at: datetime, teller: str) -> Taken:
    """Record a closed ticket, once."""
    staff = await door.store.all_staff()
    brand = door.brand_of(ticket.brand)
    facts = flow.ticket_closed(
        ticket,
        at=at,
        slots=door.shuffled(slots_of(brand.scale)),
        rules=door.rules,
        watchers=() if ticket.agent else watchers(staff, ticket.team, brand=ticket.brand, operator=door.operator),
        manners=brand.manners,
        staff=[one.email for one in staff],
        credit=brand.answering.credit,
        domains=brand.answering.domains,
    )
    begun = next(fact for fact in facts if isinstance(fact, Review))
    new = bool(await door.store.record_new(*facts))
    log.info("ticket closed", review=begun.id, teller=teller, new=new, asked=begun.asks_at is not None)
    await _meet(door, ticket, at=at)
    known = await door.store.log(begun.id)
    return Taken(known.review, new, unasked(known)) if known else Taken(begun, new)


def answer(door: Door, taken: Taken) -> Response:
    """What the helpdesk is told: 201 for a new review, 200 for one that was known."""
    review = taken.review
    url = f"/api/v1/reviews/{review.id}"
    body: dict[str, object] = {
        "review": review.id,
        "url": url,
        "asks_at": instant(review.asks_at) if review.asks_at and not taken.reason else None,
        "reason": taken.reason or None,
    }
    if review.ask == EMBEDDED:
        body["links"] = door.links.rate(review)
    return JSONResponse(body, 201 if taken.new else 200, headers={"Location": url})


async def _meet(door: Door, ticket: ClosedTicket, *, at: datetime) -> None:
    """An agent nobody knows, in a domain of the brand's own, waits from now on for a lead to confirm them."""
    agent, domains = ticket.agent, door.brand_of(ticket.brand).answering.domains
    if agent is None or domain_of(agent.email).lower() not in domains or await door.store.has_left(agent.email):
        return
    if any(one.email == agent.email.lower() for one in await door.store.read(people.everybody)):
        return
    met = Staff(agent.email, agent.name, Role.AGENT, ticket.team, (ticket.brand,), confirmed=False)
    await door.store.write(partial(people.met, staff=met, at=at))
