"""A member of staff wants a customer to be asked: what is recorded of that?"""

from datetime import datetime

from reviews.facts import Delivery, Fact, Settled, StaffAction
from reviews.log import Log
from reviews.model import ASK, BY_HAND, DeliveryKind, Outcome


def asked_by_hand(log: Log, *, action: str, who: str, reason: str, at: datetime) -> tuple[Fact, ...]:
    """A member of staff wants this customer to be asked now, for a reason. Nothing where they were asked already, or
    are about to be by hand; what they wished for themselves is looked at when it is sent."""
    if log.sends or _by_hand_waits(log):
        return ()
    mail = Delivery(log.review.id, at, DeliveryKind.INVITATION, f"{BY_HAND}{action}", log.review.contact, at)
    return (StaffAction(action, log.review.id, at, who, ASK, log.review.id, reason), mail)


def _by_hand_waits(log: Log) -> bool:
    ended = {done.delivery for done in log.of(Settled) if done.outcome is not Outcome.DEFERRED}
    return any(mail.occasion.startswith(BY_HAND) and mail.id not in ended for mail in log.of(Delivery))
