"""Is this webhook the echo of what we wrote into the helpdesk ourselves? Otherwise each note could ask anew.

A note of ours moves a ticket's time of change, and some helpdesks tell of a closed ticket at every change. Such an echo
is known by what it says: that our own user made the change, or that the last words in the ticket are a note of ours and
nothing was closed since. Time alone decides nothing, as a person may close a ticket just after our note: where a
mapping names neither `change.by` nor `change.said`, or they do not tell, the customer is asked. That even then nothing
goes in circles is seen to where we write (`calling/worker.py`).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from reviews.holds import Reopened
from store import calls, lists
from web.door import Door
from web.hooks.mapping import Change
from web.hooks.understood import Closed

WITHIN = timedelta(minutes=10)
"""Helpdesks send a webhook again for a while when we did not take it."""
ROUNDING = timedelta(seconds=5)
"""Between a note's own time and that of the ticket it moved, in the same helpdesk."""


async def echo(door: Door, closed: Closed, *, at: datetime) -> bool:
    """Whether it tells of nothing but our own change."""
    ticket, change = closed.ticket, closed.change
    if not (change.by or change.said):
        return False
    writing = partial(calls.written_by_us, source=ticket.source, ticket=ticket.ticket, since=at - WITHIN, until=at)
    users = await door.store.read(writing)
    of_ticket = partial(lists.of_ticket, brand=ticket.brand, source=ticket.source, ticket=ticket.ticket)
    known = await door.store.read(of_ticket) if users is not None else []
    if not known or not (change.by.casefold() in (users or ()) or _a_note(door, closed, known)):
        return False
    log = await door.store.log(known[0])
    return log is not None and log.review.closing != ticket.closing and not log.of(Reopened)


def _a_note(door: Door, closed: Closed, reviews: Collection[str]) -> bool:
    """Whether a note of ours is the last thing said, and the ticket was not closed after it."""
    change: Change = closed.change
    if change.said_at is None or closed.ticket.closed_at > change.said_at + ROUNDING:
        return False
    return any(change.said.endswith(f"{door.links.base_url}/reviews/{review}") for review in reviews)
