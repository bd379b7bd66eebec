"""Is a member of staff away, or does their mail come back? What machines answer to our notices says so."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

from inbound.apart.letters import Look
from inbound.routing import Route, Side
from reviews.classify import Kind
from reviews.model import TO_CUSTOMER
from reviews.trust import Trust
from store import Store, people

USUALLY = timedelta(days=1)
"""How long somebody is taken to be away who does not say until when: their next notice asks again."""
AWAY_MAX = timedelta(days=90)
"""What a mail program says of the day after that is taken for a slip."""


async def keep_of_staff(store: Store, seen: Look, where: Route, *, at: datetime) -> None:
    """Keep what an automatic answer says of the member of staff it came from, so that their notices go to the lead."""
    email = await whose(store, where)
    if not email:
        return
    if seen.bounce:
        if seen.bounce.permanent:
            await store.write(partial(people.set_bounced, email=email, bounced=True, at=at))
    elif seen.verdict.kind is Kind.AUTO_REPLY:
        # The day they named may be their last away or the first back: the one after it is surely right.
        named = seen.verdict.away_until
        until = datetime.combine(named + timedelta(days=1), time(), UTC) if named else at + USUALLY
        await store.write(partial(people.set_away, email=email, until=min(until, at + AWAY_MAX), at=at))


async def heard_from(store: Store, email: str, *, trust: Trust, at: datetime) -> None:
    """A mail that surely is somebody's of the staff came: theirs work again, if they came back before."""
    known = await store.staff(email) if trust is Trust.VERIFIED else None
    if known and known.bounced:
        await store.write(partial(people.set_bounced, email=email, bounced=False, at=at))


async def whose(store: Store, where: Route) -> str:
    """The member of staff a machine answers for, or ''."""
    if where.side is Side.STAFF and where.seat:
        told = await store.delivery_to_seat(where.seat)
        return told.delivery.recipient.email if told else ""
    sent = where.delivery
    if where.side is Side.RETURNED and sent is not None and sent.delivery.purpose not in TO_CUSTOMER:
        return sent.delivery.recipient.email
    return ""
