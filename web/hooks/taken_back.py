"""A closed ticket was opened again, or merged into another: who was to be asked about it is not asked."""

from datetime import datetime
from functools import partial

import structlog

from reviews import flow
from reviews.model import DeliveryKind, Outcome
from reviews.sending import attempted
from store import Outgoing, Settlement, Source, Store, lists
from web.hooks.mapping import Event
from web.hooks.understood import TakenBack

WORDS = {Event.REOPENED: "the ticket was opened again", Event.MERGED: "the ticket was merged into another"}
WAITING = ("due", "deferred")
"""What may still be stopped; a mail that is in a worker's hands goes out."""

log = structlog.get_logger()


async def take_back(store: Store, source: Source, told: TakenBack, *, at: datetime) -> list[str]:
    """Stop the invitations of this ticket that still wait; the reviews it has had. A ticket that is not known is no
    error: nobody was to be asked about it."""
    of_ticket = partial(lists.of_ticket, brand=source.brand, source=source.id, ticket=told.ticket)
    reviews = await store.read(of_ticket)
    for review in reviews:
        # What a worker holds already, and a reminder to come, is decided on by this when its turn comes.
        await store.record(review, partial(flow.ticket_reopened, at=at, told_at=at, why=WORDS[told.event]))
        for out in await store.deliveries(review):
            if out.delivery.purpose is DeliveryKind.INVITATION and out.status in WAITING:
                await store.settle(_dropped(out, WORDS[told.event], at))
                log.info("invitation taken back", review=review, teller=source.id, why=told.event)
    return reviews


def _dropped(out: Outgoing, reason: str, at: datetime) -> Settlement:
    outcome, attempt = Outcome.DROPPED, out.attempts + 1
    return Settlement(attempted(out.delivery, outcome=outcome, attempt=attempt, composed_at=at, at=at, reason=reason))
