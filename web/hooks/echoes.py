"""Is this webhook the echo of what we wrote into the helpdesk ourselves? Otherwise each note could ask anew.

A note of ours moves a ticket's time of change, and some helpdesks tell of a closed ticket at every change. So a closing
that is told within a while of our own writing, of a ticket that nobody opened since its last closing, is no closing.
What is told of a ticket that was opened again, by whomever, is a closing as ever: somebody closed it.
"""

from datetime import datetime, timedelta
from functools import partial

from reviews.events import ClosedTicket
from reviews.holds import Reopened
from store import calls, lists
from web.door import Door

WITHIN = timedelta(minutes=10)
"""Helpdesks send a webhook again for a while when we did not take it."""


async def echo(door: Door, ticket: ClosedTicket, *, at: datetime) -> bool:
    """Whether it tells of nothing but our own change."""
    changed = partial(calls.changed_by_us, source=ticket.source, ticket=ticket.ticket, since=at - WITHIN)
    if not await door.store.read(changed):
        return False
    of_ticket = partial(lists.of_ticket, brand=ticket.brand, source=ticket.source, ticket=ticket.ticket)
    known = await door.store.read(of_ticket)
    log = await door.store.log(known[0]) if known else None
    return log is not None and log.review.closing != ticket.closing and not log.of(Reopened)
