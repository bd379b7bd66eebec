"""Why was the customer of a closed ticket not asked? Whatever was decided, at the closing or at the last moment."""

from reviews.facts import Delivery, Settled
from reviews.holds import Reopened
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome


def unasked(log: Log) -> str:
    """Why nobody is asked, as far as it is known; '' where they were asked, or are going to be."""
    if log.sends:
        return ""
    if waiting(log):
        return _foreseen(log)
    end = last_end(log)
    return end.reason or end.outcome.value if end else log.review.not_asked


def waiting(log: Log) -> bool:
    """Whether a first question is still to be sent."""
    ends = {done.delivery: done for done in log.of(Settled)}
    mails = (mail.id for mail in log.of(Delivery) if mail.purpose is DeliveryKind.INVITATION)
    return any(id not in ends or ends[id].outcome is Outcome.DEFERRED for id in mails)


def last_end(log: Log) -> Settled | None:
    """How the last attempt ended to send the first question; None where there was none."""
    ends = [done for done in log.of(Settled) if done.purpose is DeliveryKind.INVITATION]
    return ends[-1] if ends else None


def _foreseen(log: Log) -> str:
    if log.suppressed:
        return log.suppressed
    return next((fact.why for fact in log.of(Reopened)), "")
