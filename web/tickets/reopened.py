"""A helpdesk says that a ticket was opened again: POST /api/v1/tickets/reopened, POST /hooks/{id}/reopened."""

from datetime import datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews import flow
from store import lists
from web.door import Door, door_of
from web.tickets.body import ReopenedTicket
from web.tickets.keys import key_of
from web.tickets.reading import WrongFields, read_as, read_body

log = structlog.get_logger()


async def ticket_reopened(request: Request) -> Response:
    """A program that holds a key told of it."""
    key = key_of(request)
    door, fields = door_of(request), await read_body(request)
    try:
        ticket = read_as(ReopenedTicket, fields)
        if (ticket.brand or door.brand) not in door.brands:
            raise WrongFields({"/brand": "there is no such brand"})
    except WrongFields as error:
        raise error.refused() from None
    return await take(door, ticket, brand=ticket.brand or door.brand, at=door.clock(), teller=key)


async def take(door: Door, ticket: ReopenedTicket, *, brand: str, at: datetime, teller: str) -> Response:
    """Record it for every closing of the ticket before it; which reviews these are. A ticket that is not known is no
    error: nobody will be asked about it."""
    known = await door.store.read(partial(lists.of_ticket, brand=brand, source=ticket.source, ticket=ticket.ticket))
    since = ticket.reopened_at or at
    for review in known:
        recorded = await door.store.record(review, partial(flow.ticket_reopened, at=since, told_at=at))
        log.info("ticket reopened", review=review, teller=teller, new=bool(recorded.new))
    return JSONResponse({"reviews": known})
