"""A member of staff wants a customer to be asked, or asked once more: what is recorded of that?"""

from datetime import datetime

from reviews.deeds import FollowUpClosed, FollowUpOutcome
from reviews.facts import Delivery, Fact, Settled, StaffAction
from reviews.log import Log
from reviews.model import AGAIN, ASK, ASK_AGAIN, BY_HAND, DeliveryKind, Outcome
from reviews.refused import ASKED_TWICE, NEVER_ASKED, NOT_PUT_RIGHT, NOT_WISHED


def asked_by_hand(log: Log, *, action: str, who: str, reason: str, at: datetime) -> tuple[Fact, ...]:
    """A member of staff wants this customer to be asked now, for a reason. Nothing where they were asked already, or
    are about to be by hand; what they wished for themselves is looked at when it is sent."""
    if log.sends or _by_hand_waits(log):
        return ()
    mail = Delivery(log.review.id, at, DeliveryKind.INVITATION, f"{BY_HAND}{action}", log.review.contact, at)
    return (StaffAction(action, log.review.id, at, who, ASK, log.review.id, reason), mail)


def asked_again(log: Log, *, action: str, who: str, at: datetime, reason: str = "") -> tuple[Fact, ...]:
    """It was put right, and the customer is asked once more. The links are those of the first question, so the new
    answer stands beside the old one. Nothing where `why_not_again` says why."""
    if why_not_again(log):
        return ()
    mail = Delivery(log.review.id, at, DeliveryKind.INVITATION, f"{AGAIN}{action}", log.review.contact, at)
    return (StaffAction(action, log.review.id, at, who, ASK_AGAIN, log.review.id, reason), mail)


def why_not_again(log: Log) -> str:
    """Why the customer is not asked once more, or ''. What is known by their other reviews is looked at when it is
    sent."""
    closed = log.of(FollowUpClosed)
    if not closed or closed[-1].outcome != FollowUpOutcome.PUT_RIGHT:
        return NOT_PUT_RIGHT
    if not log.sends:
        return NEVER_ASKED
    if any(done.action == ASK_AGAIN for done in log.of(StaffAction)):
        return ASKED_TWICE
    if log.suppressed:
        return log.suppressed
    return NOT_WISHED if log.declined else ""


def _by_hand_waits(log: Log) -> bool:
    ended = {done.delivery for done in log.of(Settled) if done.outcome is not Outcome.DEFERRED}
    return any(mail.occasion.startswith(BY_HAND) and mail.id not in ended for mail in log.of(Delivery))
