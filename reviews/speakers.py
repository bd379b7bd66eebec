"""Whose words are these? Told by what a mail's sender could not choose freely."""

from reviews.addresses import same
from reviews.facts import Message
from reviews.log import Log
from reviews.model import By

NOBODY = "(nobody)"


def speaker(log: Log, message: Message) -> str:
    """Whose words a message is shown as. Whoever has a customer's reply address can write to it under any name, and
    prove that it is their own: so what came from another address is told by the address, not by the name."""
    if from_another(log, message.by, message.sender):
        return message.sender
    return message.sender_name or message.sender or NOBODY


def from_another(log: Log, by: By, sender: str) -> bool:
    """Whether a mail on the customer's side came from another address than the one that was asked."""
    return by is By.CUSTOMER and bool(sender) and not same(sender, log.review.contact.email)
