"""What are staff told of their own mails, of customers who wait, and once a day of all the rest?"""

from collections.abc import Sequence
from datetime import datetime

from reviews.clicks import Timeline
from reviews.facts import Delivery, Message
from reviews.followups import ESCALATED, follow_up
from reviews.handling import closed, spoken
from reviews.links import Links
from reviews.log import Log
from reviews.mail import Mail
from reviews.model import Person, seat_of
from reviews.reading import read_reply
from reviews.refused import HELP_ASKED
from reviews.speakers import speaker
from reviews.staff_answers import HELPED, NOT_DONE, crossing
from templates.brands import Brand
from templates.contexts import Digest, Forwarded, Overdue, Told, Waiting
from templates.dates import date_said, said
from templates.languages import languages
from templates.redacting import for_staff
from templates.refusing import refusal

Heard = tuple[Log, Timeline]
"""A review of which there is something to tell."""


def told(delivery: Delivery, log: Log, *, brand: Brand, links: Links) -> Told:
    """What became of a mail that somebody of the staff wrote. LookupError when it is not in the log."""
    what, _, id = delivery.occasion.partition(":")
    message = log.find(Message, id)
    if message is None:
        raise LookupError("the message is not in the record")
    other, end = crossing(log, message), closed(log)
    wrong = message.held if message.held and what == HELPED else message.mark.rpartition(NOT_DONE)[2]
    name = speaker(log, other) if other else ""
    return Told(
        staff_name=delivery.recipient.first_name,
        ticket=log.review.ticket,
        subject=log.review.subject,
        what=what,
        reason="" if wrong == HELP_ASKED else refusal(wrong, languages()[brand.language]),
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


def daily_mail(
    person: Person,
    news: Sequence[Heard],
    waiting: Sequence[Heard],
    *,
    until: datetime,
    brand: Brand,
    links: Links,
    now: datetime,
) -> Digest:
    """The daily mail to one of the staff: what came in, newest first, and who waits for an answer of theirs."""
    said_ = tuple(_heard(log, timeline, person, brand, links, now) for log, timeline in news)
    mail = Digest(
        staff_name=person.first_name,
        period=date_said(until, brand.timezone, brand.language),
        asked=None,
        answered=0,
        counts={face.value: sum(one.face == face.value for one in said_) for face in brand.faces},
        waiting=tuple(_heard(log, timeline, person, brand, links, now) for log, timeline in waiting),
        reviews_url=links.reviews,
        said=said_,
    )
    return for_staff(mail, links.ours)


def forwarded(mail: Mail, links: Links) -> Forwarded:
    """The mail that tells the operator of one for postmaster or abuse."""
    told = Forwarded(
        sender=mail.sender.address,
        subject=mail.subject,
        text=read_reply(mail).said,
        files=tuple(file.name or file.type for file in mail.attachments),
    )
    return for_staff(told, links.ours)


def _heard(log: Log, timeline: Timeline, person: Person, brand: Brand, links: Links, now: datetime) -> Waiting:
    step, review = timeline.at(now), log.review
    words = [fact for fact in log.facts if spoken(fact)]
    return Waiting(
        name=review.contact.name or review.contact.email,
        at_text=said(step.at if step.counted else review.at, brand.timezone, brand.language),
        subject=review.subject,
        text=_words(words[-1]) if words else "",
        url=links.record(review.id, seat_of(review.id, person.email)),
        face=step.value or "" if step.counted else "",
    )


def _words(fact: object) -> str:
    return fact.text if isinstance(fact, Message) else str(getattr(fact, "words", ""))


def _name(log: Log, email: str) -> str:
    """What somebody of the staff is called."""
    member = log.desk.member(email)
    return member.name if member and member.name else email
