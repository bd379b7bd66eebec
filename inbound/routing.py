"""Whose is this mail? By the signed address it came to, else by the Message-IDs it answers; nothing is ever guessed."""

from dataclasses import dataclass
from enum import StrEnum

from reviews.tokens import BOUNCE, REPLY, STAFF, Keys, SignedAddress
from store import Outgoing, Store

ORDER = (STAFF, REPLY, BOUNCE)
"""Which address decides when a mail came to several: the one that grants least to a stranger first."""


class Side(StrEnum):
    """Whose side of a review a mail is on."""

    CUSTOMER = "customer"
    STAFF = "staff"
    RETURNED = "returned"
    """It came to the envelope sender of one of our mails: a bounce, an automatic answer, seldom a person."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a mail belongs. `seat` is the staff seat or '', `delivery` the mail of ours it answers, where known."""

    review: str
    side: Side
    seat: str = ""
    delivery: Outgoing | None = None


@dataclass(frozen=True, slots=True)
class Astray:
    """No review can be named, and why: the mail is kept in quarantine."""

    reason: str


async def route(
    recipients: tuple[str, ...], references: tuple[str, ...], *, store: Store, keys: Keys, reply_domain: str
) -> Route | Astray:
    """Where a mail that came to these recipients, answering mails with these ids, belongs."""
    signed = [keys.read_address(recipient, reply_domain) for recipient in recipients]
    for prefix in ORDER:
        found = next((address for address in signed if address and address.prefix == prefix), None)
        if found:
            return await _by_address(found, store)
    return await _by_thread(references, store)


async def _by_address(address: SignedAddress, store: Store) -> Route | Astray:
    if address.prefix == REPLY:
        return Route(address.id, Side.CUSTOMER)
    if address.prefix == STAFF:
        told = await store.delivery_to_seat(address.id)
        return Route(told.delivery.review, Side.STAFF, seat=address.id) if told else Astray("its review is gone")
    sent = await store.delivery(address.id)
    return Route(sent.delivery.review, Side.RETURNED, delivery=sent) if sent else Astray("what it returns is gone")


async def _by_thread(references: tuple[str, ...], store: Store) -> Route | Astray:
    answered = await store.delivery_by_message_ids(references)
    if answered is None:
        return Astray("nothing in it names a review")
    log = await store.log(answered.delivery.review)
    if log is None or answered.delivery.recipient != log.review.contact:
        return Astray("it answers a mail to staff, but came to an address that names nobody")
    return Route(answered.delivery.review, Side.CUSTOMER, delivery=answered)
