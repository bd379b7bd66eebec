"""What does each kind of mail have to say? From the log of a review to what its template asks for."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from reviews.attachments import files_of
from reviews.clicks import Timeline
from reviews.facts import Comment, Delivery, Message, Review
from reviews.flow import sent_on
from reviews.links import Links
from reviews.log import Log
from reviews.model import TO_CUSTOMER, TO_STAFF, Attachment, By, Cause, DeliveryKind, Person
from reviews.speakers import from_another, speaker
from templates import plain
from templates.brands import Brand
from templates.consenting import consent_mail
from templates.contexts import (
    Answer,
    Confirmation,
    FaceLink,
    Held,
    Invitation,
    MailContext,
    Notice,
    Reminder,
    RoundTrip,
    SignIn,
    Thanks,
    ThreadEntry,
)
from templates.dates import said
from templates.languages import Language, languages
from templates.letters_to_staff import overdue, told
from templates.plain import PROMISES
from templates.redacting import for_staff
from templates.refusing import refusal
from templates.regular_contexts import came_of_it
from templates.words import clip, one_line

SIGN_IN_MINUTES = 15
TICKET_MAX = 40
"""Characters of a ticket's number in the subject of an answer by mail."""
ANSWERS_KNOWN = 256
"""Answers of brands in their languages, whose words are the same in every mail."""
FILE_MAX = 80
"""Characters of a file's name: what is dangerous about it stands behind, and is told whole."""
THREAD_MAX = 20
"""Messages told in a notice; the record page has them all."""


class NothingToSay(Exception):
    """The fact this mail is about is not in the log."""


def to_customer(brand: Brand, review: Review) -> Brand:
    """The brand as it speaks to the customer: on the review's scale, in the ticket's language, else in the contact's,
    else in its own."""
    return brand.said_in(*review.languages).on_scale(review.scale)


def voice(brand: Brand, review: Review, delivery: Delivery) -> Brand:
    """The brand as it speaks in a mail: to staff in their language, else in its own."""
    if delivery.purpose in TO_CUSTOMER:
        return to_customer(brand, review)
    return brand.said_in(delivery.recipient.language).on_scale(review.scale)


def letter(
    delivery: Delivery, log: Log, timeline: Timeline, *, brand: Brand, links: Links, now: datetime, trial: bool
) -> MailContext:
    """What the mail of this delivery says, `brand` as `voice` gives it. NothingToSay when what it is about is
    not in the log."""
    if delivery.purpose is DeliveryKind.INVITATION:
        return invitation(log, brand=brand, links=links, trial=trial)
    if delivery.purpose is DeliveryKind.REMINDER:
        return Reminder(**vars(invitation(log, brand=brand, links=links, trial=trial)))
    if delivery.purpose is DeliveryKind.THANKS:
        return _thanks(log, timeline, links=links, now=now, trial=trial)
    if delivery.purpose is DeliveryKind.CONFIRMATION:
        return _confirmation(delivery, log, brand=brand, links=links, trial=trial)
    if delivery.purpose in (DeliveryKind.ANSWER, DeliveryKind.CAME_OF):
        told = _answer(delivery, log, trial=trial)
        return told if delivery.purpose is DeliveryKind.ANSWER else came_of_it(told, links.unsubscribe(log.review.id))
    if delivery.purpose is DeliveryKind.CONSENT:
        return consent_mail(log, links=links, trial=trial)
    if delivery.purpose in TO_STAFF:
        return for_staff(_to_staff(delivery, log, timeline, brand=brand, links=links, now=now), links.ours)
    raise NothingToSay(f"a mail of the kind {delivery.purpose} belongs to no review")


def _to_staff(
    delivery: Delivery, log: Log, timeline: Timeline, *, brand: Brand, links: Links, now: datetime
) -> MailContext:
    """What a mail to staff says about a review."""
    if delivery.purpose is DeliveryKind.HELD:
        return _held(delivery, log, brand=brand, links=links)
    if delivery.purpose is DeliveryKind.TOLD:
        return told(delivery, log, brand=brand, links=links)
    if delivery.purpose is DeliveryKind.OVERDUE:
        return overdue(delivery, log, timeline, brand=brand, links=links, now=now)
    return _notice(delivery, log, timeline, brand=brand, links=links, now=now)


def letter_to_staff(delivery: Delivery, links: Links) -> MailContext:
    """What a mail says that belongs to no review: the sign-in link, or the test of an address."""
    if delivery.purpose is DeliveryKind.ROUND_TRIP:
        return RoundTrip(delivery.recipient.first_name)
    return sign_in(delivery, links)


def sign_in(delivery: Delivery, links: Links) -> SignIn:
    """The mail with a sign-in link."""
    return SignIn(delivery.recipient.first_name, links.sign_in(delivery.occasion), SIGN_IN_MINUTES)


def invitation(log: Log, *, brand: Brand, links: Links, trial: bool = False) -> Invitation:
    """The question. Its links stand in the order of the brand's faces."""
    review = log.review
    rate, addresses = links.rate(review), links.vote_addresses(review.id, review.scale)
    return Invitation(
        contact_name=review.contact.first_name,
        agent_name=review.agent.first_name if review.agent and brand.people else "",
        agent_photo=_photo(brand, review.agent) if review.agent and brand.people else "",
        ticket=review.ticket,
        subject=review.subject,
        faces=tuple(
            FaceLink(face.value, rate[face.value], _mail_url(addresses[face.value], brand, face.word, review.ticket))
            for face in brand.faces
        ),
        decoy_urls=links.decoys(review),
        view_url=links.view(review.id),
        unsubscribe_url=links.unsubscribe(review.id),
        trial_for=review.contact.email if trial else "",
    )


def _confirmation(delivery: Delivery, log: Log, *, brand: Brand, links: Links, trial: bool) -> Confirmation:
    review, wish = log.review, delivery.occasion.partition(":")[0]
    promise = PROMISES[wish]
    return Confirmation(
        contact_name=review.contact.first_name,
        promise=languages()[brand.language].say(promise),
        ticket=review.ticket,
        subject=review.subject,
        unsubscribe_url=links.unsubscribe(review.id),
        trial_for=review.contact.email if trial else "",
    )


def _mail_url(address: str, brand: Brand, word: str, ticket: str) -> str:
    """A mail that gives an answer, ready to be sent (RFC 6068). Its address says which; the words are for people, and
    are none that would be read as a rating themselves."""
    subject, body = _answer_said(brand.language, word)
    number = quote(f" ({clip(one_line(ticket), TICKET_MAX)})", safe="", errors="replace")
    return f"mailto:{address}?subject={subject}{number}&body={body}"


@lru_cache(ANSWERS_KNOWN)
def _answer_said(language: str, word: str) -> tuple[str, str]:
    """The word and the sentence of an answer by mail, as they stand in a URL: the same in every mail of a brand."""
    body = languages()[language].say("My answer: {word}", word=word)
    return quote(word, safe="", errors="replace"), quote(f"{body}\r\n\r\n", safe="", errors="replace")


def _photo(brand: Brand, agent: Person) -> str:
    """Where the picture of an agent is, by the part of their address before the @; '' where the brand has none."""
    name = agent.email.partition("@")[0].lower()
    return (brand.photos or "").replace("{agent}", quote(name, safe=""))


def _thanks(log: Log, timeline: Timeline, *, links: Links, now: datetime, trial: bool) -> Thanks:
    review, step = log.review, timeline.at(now)
    if step.value is None or not step.counted:
        raise NothingToSay("no rating counts")
    comments = log.of(Comment)
    return Thanks(
        contact_name=review.contact.first_name,
        ticket=review.ticket,
        subject=review.subject,
        face=step.value,
        comment=_latest(comments),
        unsubscribe_url=links.unsubscribe(review.id),
        trial_for=review.contact.email if trial else "",
    )


def _answer(delivery: Delivery, log: Log, *, trial: bool) -> Answer:
    message = _message(log, delivery.occasion)
    asked = [m for m in log.of(Message) if m.by is By.CUSTOMER and m.at <= message.at]
    comments = [comment for comment in log.of(Comment) if comment.at <= message.at]
    quoted = asked[-1].text if asked else _latest(comments)
    return Answer(
        contact_name=log.review.contact.first_name,
        staff_name=_staff_name(log, message),
        text=message.text,
        ticket=log.review.ticket,
        subject=log.review.subject,
        quoted=quoted,
        trial_for=log.review.contact.email if trial else "",
    )


def _held(delivery: Delivery, log: Log, *, brand: Brand, links: Links) -> Held:
    message = _message(log, delivery.occasion)
    return Held(
        staff_name=delivery.recipient.first_name,
        ticket=log.review.ticket,
        subject=log.review.subject,
        reason=refusal(message.held, languages()[brand.language]),
        record_url=links.record(log.review.id, delivery.seat),
        text=message.text,
    )


def _notice(delivery: Delivery, log: Log, timeline: Timeline, *, brand: Brand, links: Links, now: datetime) -> Notice:
    contact = log.review.contact
    step = timeline.at(now)
    comments = log.of(Comment)
    return Notice(
        staff_name=delivery.recipient.first_name,
        contact_name=contact.name or contact.email,
        contact_email=contact.email,
        company=contact.company,
        ticket=log.review.ticket,
        subject=log.review.subject,
        happened=_happened(delivery, log, timeline, brand=brand, now=now),
        face=step.value,
        comment=_latest(comments),
        about=_about(comments, brand),
        record_url=links.record(log.review.id, delivery.seat),
        thread=tuple(_entry(message, log, brand) for message in log.of(Message)[-THREAD_MAX:]),
        provisional=not step.counted,
        notices_url=_choices(delivery, log, links),
    )


def _choices(delivery: Delivery, log: Log, links: Links) -> str:
    """Where whoever is mailed chooses when; '' for whom the helpdesk alone knows: there is nothing to keep."""
    member = log.desk.member(delivery.recipient.email)
    return links.choices(log.review.id, delivery.seat) if member and member.confirmed else ""


def _latest(comments: Sequence[Comment]) -> str:
    """The words of the last comment that has any."""
    return next((comment.words for comment in reversed(comments) if comment.words), "")


def _about(comments: Sequence[Comment], brand: Brand) -> str:
    """What the last chips that were tapped were about."""
    causes = next((comment.causes for comment in reversed(comments) if comment.causes), ())
    return ", ".join(languages()[brand.language].say(plain.CAUSES[Cause(cause)]) for cause in causes)


def _happened(delivery: Delivery, log: Log, timeline: Timeline, *, brand: Brand, now: datetime) -> str:
    name = log.review.contact.first_name or log.review.contact.email
    say = languages()[brand.language]
    if message := log.find(Message, delivery.occasion):
        whose = message.sender if from_another(log, message.by, message.sender) else name
        return say.say("{name} replied", name=whose)
    if log.find(Comment, delivery.occasion):
        return say.say("{name} wrote a comment", name=name)
    value = timeline.at(now).value
    if value is None:
        raise NothingToSay("the rating was taken back")
    return say.say("{name} rated: {word}", name=name, word=brand.face(value).word)


def _entry(message: Message, log: Log, brand: Brand) -> ThreadEntry:
    name, words, language = speaker(log, message), message.text, languages()[brand.language]
    if message.by is By.STAFF:
        name = _staff_name(log, message) or brand.name
    if message.by is By.STAFF and not sent_on(log, message):
        held = language.say("Held, not sent to the customer.")
        words = f"({held})\n{words}"
    files = tuple(_file(attachment, language) for attachment in files_of(log, message))
    at = said(message.at, brand.timezone, brand.language)
    doubt = plain.doubt(message.verdict)
    return ThreadEntry(message.by, name, at, words, files, language.say(doubt) if doubt else "")


def _file(attachment: Attachment, language: Language) -> str:
    danger = plain.DANGERS.get(attachment.danger, "")
    name = clip(attachment.name, FILE_MAX) or language.say(plain.UNNAMED)
    return f"{name} ({language.say(danger)})" if danger else name


def _staff_name(log: Log, message: Message) -> str:
    """The first name the helpdesk gave for this member of staff; what their own mail program says stays private."""
    recipients = (delivery.recipient for delivery in log.of(Delivery))
    known = (*log.review.staff, *recipients)
    return next((person.first_name for person in known if person.email.lower() == message.sender.lower()), "")


def _message(log: Log, id: str) -> Message:
    message = log.find(Message, id)
    if message is None:
        raise NothingToSay("the message is not in the record")
    return message
