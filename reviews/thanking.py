"""Is a customer thanked by mail for their answer, and when? Where the brand wishes it, once, after there was time to
say more on the page."""

from datetime import datetime, timedelta

from reviews.clicks import Timeline
from reviews.facts import Delivery, Settled
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome

LINGER = timedelta(minutes=10)
"""After the answer: who writes a comment has mostly sent it by then, and the mail can tell that it has come."""
RATED = "rated:"


def thanks(log: Log, timeline: Timeline, *, at: datetime) -> tuple[Delivery, ...]:
    """The mail that this log calls for: one for the first rating that counts. When that was a machine's, and taken
    back, it is not sent, and the first that counts then is another."""
    first = next((step for step in timeline.steps if step.counted), None)
    if first is None or not log.review.thanks:
        return ()
    contact, occasion = log.review.contact, f"{RATED}{first.at.isoformat()}"
    return (Delivery(log.review.id, at, DeliveryKind.THANKS, occasion, contact, max(at, first.at) + LINGER),)


def no_thanks(log: Log, timeline: Timeline, *, now: datetime) -> str:
    """Why the mail need not be sent after all, or ''."""
    if not timeline.at(now).counted:
        return "no rating counts"
    done = [settled.purpose for settled in log.of(Settled) if settled.outcome is Outcome.SENT]
    if DeliveryKind.THANKS in done:
        return "they were thanked already"
    return "a person has answered them" if DeliveryKind.ANSWER in done else log.suppressed
