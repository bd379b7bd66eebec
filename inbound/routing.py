"""Whose is this mail? By the signed address it came to, else by the Message-IDs it answers; nothing is ever guessed."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from reviews.tokens import BOUNCE, COPY, REPLY, STAFF, VOTE, Keys, SignedAddress
from store import Outgoing, Store, people

ORDER = (STAFF, VOTE, REPLY, BOUNCE, COPY)
"""Which address decides when a mail came to several: the one that grants least to a stranger first."""


class Side(StrEnum):
    """Whose side of a review a mail is on."""

    CUSTOMER = "customer"
    STAFF = "staff"
    RETURNED = "returned"
    """It came to the envelope sender of one of our mails: a bounce, an automatic answer, seldom a person."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a mail belongs. `seat` is the staff seat or '', `delivery` the mail of ours it answers, where known; where
    there is no review it answers the test of a staff address, which is `tested`."""

    review: str
    side: Side
    seat: str = ""
    delivery: Outgoing | None = None
    tested: str = ""
    answer: str = ""
    """The answer that a mail to this address gives, or ''."""


@dataclass(frozen=True, slots=True)
class Astray:
    """No review can be named, and why: the mail is kept in quarantine."""

    reason: str


async def route(
    recipients: tuple[str, ...], references: tuple[str, ...], *, store: Store, keys: Keys, reply_domain: str
) -> tuple[Route, ...] | Astray:
    """Where a mail that came to these recipients, answering mails with these ids, belongs: to every review that a
    signed address among them names, once; without one, to the review of the mail it answers."""
    signed = [keys.read_address(recipient, reply_domain) for recipient in recipients]
    ours = sorted((address for address in signed if address), key=lambda address: ORDER.index(address.prefix))
    if not ours:
        found = await _by_thread(references, store)
        return (found,) if isinstance(found, Route) else found
    found_routes: dict[str, Route] = {}
    astray = Astray("nothing in it names a review")
    for address in ours:
        where = await _by_address(address, store)
        if isinstance(where, Route):
            found_routes.setdefault(where.review, where)
        else:
            astray = where
    return tuple(found_routes.values()) or astray


def filed_route(found: tuple[Route, ...] | Astray, review: str) -> tuple[Route, ...]:
    """Where a mail belongs that a person put into this review: on the side it came in if it names that review itself,
    else on the customer's."""
    own = tuple(where for where in found if where.review == review) if not isinstance(found, Astray) else ()
    return own or (Route(review, Side.CUSTOMER),)


async def _by_address(address: SignedAddress, store: Store) -> Route | Astray:
    if address.prefix in (REPLY, VOTE):
        return Route(address.id, Side.CUSTOMER, answer=address.answer)
    if address.prefix == COPY:
        return Astray("it came to the address for copies of a helpdesk's mails")
    if address.prefix == STAFF:
        return await _by_seat(address.id, store)
    sent = await store.delivery(address.id)
    return Route(sent.delivery.review, Side.RETURNED, delivery=sent) if sent else Astray("what it returns is gone")


async def _by_seat(seat: str, store: Store) -> Route | Astray:
    told = await store.delivery_to_seat(seat)
    if told is None:
        return Astray("its review is gone")
    email = told.delivery.recipient.email
    if await store.has_left(email):
        return Astray("it came to the address of somebody who is no longer on the staff")
    if not told.delivery.review:
        return Route("", Side.STAFF, seat=seat, tested=email)
    if await store.read(partial(people.shut_out, told=[(email.lower(), told.brand)])):
        return Astray("it came to the address of somebody who does not see this brand any more")
    return Route(told.delivery.review, Side.STAFF, seat=seat)


async def _by_thread(references: tuple[str, ...], store: Store) -> Route | Astray:
    answered = await store.delivery_by_message_ids(references)
    if answered is None:
        return Astray("nothing in it names a review")
    log = await store.log(answered.delivery.review)
    if log is None or answered.delivery.recipient != log.review.contact:
        return Astray("it answers a mail to staff, but came to an address that names nobody")
    return Route(answered.delivery.review, Side.CUSTOMER, delivery=answered)
