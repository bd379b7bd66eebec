"""What did the customer choose about being asked? The same on the page, by a mail program's button, and by reply."""

from collections.abc import Callable
from datetime import datetime, timedelta

from reviews.bare_replies import wish_in
from reviews.facts import Delivery, Fact, Message
from reviews.holds import Declined, Suppression
from reviews.log import Log
from reviews.model import BY_STAFF, COMPLAINED, LESS_OFTEN, ONLY_TROUBLE, UNSUBSCRIBED, DeliveryKind
from reviews.wishes import Wish

Facts = tuple[Fact, ...]

LESS_FOR = timedelta(days=90)
"""How long "less often" lasts: a quarter is what the page promises."""
ONE_DAY = timedelta(days=1)


def unsubscribed(log: Log, *, at: datetime) -> Facts:
    """The customer asked not to be asked again."""
    return (suppression(log, UNSUBSCRIBED, at=at),) if UNSUBSCRIBED not in log.standing else ()


def asked_for_less(log: Log, *, at: datetime) -> Facts:
    """The customer wants no question for a while."""
    until = log.rests_until(LESS_OFTEN)
    if until and at + LESS_FOR - until < ONE_DAY:
        return ()
    return (suppression(log, LESS_OFTEN, at=at, until=at + LESS_FOR),)


def asked_for_trouble_only(log: Log, *, at: datetime) -> Facts:
    """The customer wants to be asked about tickets that went wrong, and no others."""
    return (suppression(log, ONLY_TROUBLE, at=at),) if ONLY_TROUBLE not in log.standing else ()


def declined(log: Log, *, at: datetime) -> Facts:
    """The customer does not want to be asked about this ticket."""
    return () if log.declined else (Declined(log.review.id, at, len(log.of(Declined))),)


def subscribed_again(log: Log, *, at: datetime) -> Facts:
    """The customer took all of that back. An address that bounced is not mailed again for it."""
    chosen = [reason for reason in (UNSUBSCRIBED, LESS_OFTEN, ONLY_TROUBLE) if reason in log.standing]
    lifted = tuple(suppression(log, reason, at=at, lifted=True) for reason in chosen)
    return (*lifted, Declined(log.review.id, at, len(log.of(Declined)), lifted=True)) if log.declined else lifted


def complained(log: Log, *, at: datetime) -> Facts:
    """The customer's mail provider told that they reported our mail as spam (RFC 5965)."""
    return (suppression(log, COMPLAINED, at=at),) if COMPLAINED not in log.standing else ()


def wished(log: Log, message: Message, *, at: datetime) -> Facts:
    """What a reply that is nothing but a wish changes, and one mail that says so."""
    wish = wish_in(log, message)
    if wish is None:
        return ()
    if log.find(Message, message.id):
        return ()  # obeyed when it came first: what they chose since counts
    changed = WISHES[wish](log, at=at)
    confirmed = Delivery(log.review.id, at, DeliveryKind.CONFIRMATION, f"{wish}:{message.id}", log.review.contact, at)
    return (*changed, confirmed) if changed else ()


WISHES: dict[Wish, Callable[..., Facts]] = {
    Wish.STOP: unsubscribed,
    Wish.LESS: asked_for_less,
    Wish.TROUBLE: asked_for_trouble_only,
    Wish.NOT_THIS: declined,
    Wish.BACK: subscribed_again,
}
"""What each wish of a customer's does, told on the page or by mail."""


def chosen_of(log: Log, *, now: datetime) -> Wish | None:
    """What the customer chose that holds now; of several what goes furthest."""
    until = log.rests_until(LESS_OFTEN)
    choices = (
        (UNSUBSCRIBED in log.standing, Wish.STOP),
        (until is not None and now < until, Wish.LESS),
        (ONLY_TROUBLE in log.standing, Wish.TROUBLE),
        (log.declined, Wish.NOT_THIS),
    )
    return next((wish for holds, wish in choices if holds), None)


def suppressed_by_staff(*, brand: str, address: str, action: str, who: str, why: str, at: datetime) -> Suppression:
    """A member of staff says that an address is not asked, for a brand or for all ('')."""
    return Suppression(brand, address.lower(), BY_STAFF, action, at, who=who, why=why)


def lifted_by_staff(fact: Suppression, *, action: str, who: str, why: str, at: datetime) -> Suppression:
    """A member of staff lifts what stands."""
    return Suppression(fact.brand, fact.address, fact.reason, action, at, lifted=True, who=who, why=why)


def suppression(
    log: Log, reason: str, *, at: datetime, lifted: bool = False, until: datetime | None = None
) -> Suppression:
    """A reason not to ask the contact of this review, for its brand, or the way back; one of these for each change."""
    source = f"{log.review.id}:{len(log.suppressions)}"
    return Suppression(log.review.brand, log.review.contact.email.lower(), reason, source, at, lifted, until)
