"""A ticket was opened again, or merged into another: POST /api/v1/tickets/reopened, and what webhooks tell of it."""

from datetime import datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews import flow
from reviews.holds import REOPENED, Reopened
from reviews.model import DeliveryKind, Outcome
from reviews.sending import attempted
from store import Outgoing, Settlement, Store, lists
from web.door import door_of
from web.tickets.body import ReopenedTicket
from web.tickets.keys import brand_within, key_of
from web.tickets.reading import WrongFields, read_as, read_body

WAITING = ("due", "deferred")
"""What may still be stopped; a mail that is in a worker's hands is decided on once more by what is recorded."""

log = structlog.get_logger()


async def ticket_reopened(request: Request) -> Response:
    """A program that holds a key told of it."""
    key = key_of(request)
    door, fields = door_of(request), await read_body(request)
    try:
        ticket = read_as(ReopenedTicket, fields)
        brand = brand_within(request, ticket.brand) or door.brand
        if brand not in door.brands:
            raise WrongFields({"/brand": "there is no such brand"})
    except WrongFields as error:
        raise error.refused() from None
    at = door.clock()
    of_ticket = partial(lists.of_ticket, brand=brand, source=ticket.source, ticket=ticket.ticket)
    reviews = await door.store.read(of_ticket)
    await take(door.store, reviews, since=ticket.reopened_at or at, at=at, teller=key)
    return JSONResponse({"reviews": reviews})


async def take(
    store: Store, reviews: list[str], *, since: datetime, at: datetime, teller: str, why: str = REOPENED
) -> None:
    """Record it for every closing of the ticket before `since`: nobody is asked about these any more. A ticket that is
    not known has none, which is no error: nobody was to be asked about it."""
    for review in reviews:
        recorded = await store.record(review, partial(flow.ticket_reopened, at=since, told_at=at, why=why))
        log.info("ticket reopened", review=review, teller=teller, new=bool(recorded.new))
        for reopened in recorded.log.of(Reopened):
            await _stop_waiting(store, review, reopened, at=at)


async def _stop_waiting(store: Store, review: str, reopened: Reopened, *, at: datetime) -> None:
    """End the first questions that wait, so that who looks sees it at once; one asked for by hand since then stays."""
    for out in await store.deliveries(review):
        waits = out.delivery.purpose is DeliveryKind.INVITATION and out.status in WAITING
        if waits and out.delivery.at <= reopened.at:
            await store.settle(_dropped(out, reopened.why, at))


def _dropped(out: Outgoing, reason: str, at: datetime) -> Settlement:
    outcome, attempt = Outcome.DROPPED, out.attempts + 1
    return Settlement(attempted(out.delivery, outcome=outcome, attempt=attempt, composed_at=at, at=at, reason=reason))
