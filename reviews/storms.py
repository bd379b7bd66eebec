"""When do machines write to each other? What one thread may set off, whatever its mails say of themselves.

Automatic mail that says so (RFC 3834) sets nothing off at all. These caps are for programs that do not say so: past
them nothing more goes out by itself, what came is kept, and a person looks at it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reviews.facts import AutoReply, Bounce, Delivery, Message
from reviews.log import Log
from reviews.model import By, DeliveryKind, Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PER_HOUR_MAX = 10
"""Mails of one side of a thread in an hour: two people who write that fast use the telephone."""
MACHINES_MAX = 100
"""What machines answered, kept of one review: who holds its addresses could otherwise make every event of it dear."""
TOO_MANY = f"more than {PER_HOUR_MAX} answers came within an hour, as when two machines write to each other"


def untold(messages: Sequence[Message]) -> frozenset[str]:
    """Which messages of the customer's side staff are not mailed about: too many came in the hour before."""
    theirs = [message for message in messages if message.by is By.CUSTOMER]
    later = zip(theirs, theirs[PER_HOUR_MAX:], strict=False)
    return frozenset(message.id for before, message in later if message.at - before.at < HOUR)


def too_many_answers(log: Log, *, at: datetime) -> str:
    """Why no answer of staff goes on to the customer just now, or ''."""
    sent = [message for message in log.of(Message) if message.by is By.STAFF and not message.held]
    return TOO_MANY if sum(at - message.at < HOUR for message in sent) >= PER_HOUR_MAX else ""


def told_lately(log: Log, person: Person, *, at: datetime) -> bool:
    """Whether this person was told within a day that an answer of theirs is held: one such mail a day is enough."""
    told = (delivery for delivery in log.of(Delivery) if delivery.purpose is DeliveryKind.HELD)
    return any(delivery.recipient.email == person.email and at - delivery.at < DAY for delivery in told)


def machines_full(log: Log) -> bool:
    """Whether no more of what machines answer is kept."""
    return len(log.of(AutoReply)) + len(log.of(Bounce)) >= MACHINES_MAX
