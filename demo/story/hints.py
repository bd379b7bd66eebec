"""What is there to do next? One sentence, from what is known of the review in view."""

from datetime import datetime

from reviews.clicks import Timeline
from reviews.facts import Comment, Delivery, Hit, Message, Settled
from reviews.flow import sent_on
from reviews.log import Log
from reviews.model import By, DeliveryKind, Outcome, Status


def next_step(log: Log, timeline: Timeline, *, now: datetime) -> str:
    """The next step of the tour."""
    customer = log.review.contact.first_name or "the customer"
    staff = log.review.staff[0].first_name if log.review.staff else "staff"
    answers = [m for m in log.of(Message) if m.by is By.STAFF]
    if answers:
        return _after_answer(log, answers[-1], customer=customer, staff=staff)
    if _sent(log, DeliveryKind.NOTICE):
        return f"{staff} has been told by mail. Answer it there, as {staff}: the answer goes on to {customer}."
    if timeline.at(now).status is Status.VOIDED:
        return f"A machine was at work, and nobody has rated. Now click a face in {customer}'s mail yourself."
    if timeline.at(now).value or any(isinstance(fact, Comment | Message) for fact in log.facts):
        return f"Write a comment on the page that opened, or wait: {staff} hears of it as soon as it counts."
    if log.of(Hit):
        return "A page opened in a new tab: stay on it for a second, then come back."
    if not log.sends:
        return "One moment: the question is on its way."
    return f"Open {customer}'s mail and click a face."


def _after_answer(log: Log, answer: Message, *, customer: str, staff: str) -> str:
    email = log.review.staff[0].email if log.review.staff else answer.sender
    if not sent_on(log, answer):
        return f"{staff}'s answer was held. Open the record page as {staff}, look at it and send it."
    if any(m.by is By.CUSTOMER and m.at > answer.at for m in log.of(Message)):
        return f"That is the whole loop. Try another customer, or sign in as {email} and read all reviews."
    return f"The answer is in {customer}'s mailbox, in the same thread. Open it, and write back."


def _sent(log: Log, purpose: DeliveryKind) -> bool:
    sent = {done.delivery for done in log.of(Settled) if done.outcome is Outcome.SENT}
    return any(delivery.id in sent for delivery in log.of(Delivery) if delivery.purpose is purpose)
