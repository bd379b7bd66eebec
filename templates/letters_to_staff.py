"""What are staff told of their own mails, and of customers who wait?"""

from datetime import datetime

from reviews.clicks import Timeline
from reviews.facts import Delivery, Message
from reviews.followups import ESCALATED, follow_up
from reviews.handling import closed, spoken
from reviews.links import Links
from reviews.log import Log
from reviews.speakers import speaker
from reviews.staff_answers import crossing
from templates.brands import Brand
from templates.contexts import Overdue, Told
from templates.dates import said


def told(delivery: Delivery, log: Log, *, brand: Brand, links: Links) -> Told:
    """What became of a mail that somebody of the staff wrote. LookupError when it is not in the log."""
    what, _, id = delivery.occasion.partition(":")
    message = log.find(Message, id)
    if message is None:
        raise LookupError("the message is not in the record")
    other, end = crossing(log, message), closed(log)
    name = speaker(log, other) if other else ""
    return Told(
        staff_name=delivery.recipient.first_name,
        ticket=log.review.ticket,
        subject=log.review.subject,
        what=what,
        reason=message.held if message.held and what == "help" else message.mark.rpartition("not done: ")[2],
        name=name or (_name(log, end.who) if end else ""),
        day=said(end.at, brand.timezone, brand.language) if end else "",
        record_url=links.record(log.review.id, delivery.seat),
        text=message.text,
    )


def overdue(delivery: Delivery, log: Log, timeline: Timeline, *, brand: Brand, links: Links, now: datetime) -> Overdue:
    """That a customer waits for longer than was promised. LookupError when none does any more."""
    owed = follow_up(log, timeline, now)
    if owed is None:
        raise LookupError("nothing is owed any more")
    words = [fact for fact in log.facts if spoken(fact)]
    contact, owner = log.review.contact, owed.owner
    return Overdue(
        staff_name=delivery.recipient.first_name,
        contact_name=contact.first_name or contact.email,
        ticket=log.review.ticket,
        subject=log.review.subject,
        since_text=said(owed.since, brand.timezone, brand.language),
        due_text=said(owed.due_at, brand.timezone, brand.language),
        owner_name=(owner.name or owner.email) if owner else brand.name,
        escalated=delivery.occasion.startswith(ESCALATED),
        record_url=links.record(log.review.id, delivery.seat),
        text=_words(words[-1]) if words else "",
    )


def _words(fact: object) -> str:
    return fact.text if isinstance(fact, Message) else str(getattr(fact, "words", ""))


def _name(log: Log, email: str) -> str:
    """What somebody of the staff is called."""
    member = log.desk.member(email)
    return member.name if member and member.name else email
