"""How is a fact told to somebody new here? In one plain sentence or two, '' for what goes without saying."""

from datetime import timedelta

from reviews.clicks import Step, Timeline
from reviews.facts import (
    AutoReply,
    Bounce,
    Comment,
    Delivery,
    Fact,
    Hit,
    Message,
    Review,
    Settled,
    Signal,
    StaffAction,
    Vote,
)
from reviews.holds import Suppression
from reviews.log import Log
from reviews.model import RESTORE, SEND, By, DeliveryKind, Grade, Mode, Outcome, Status
from reviews.visits import DECLARED, DECOYED, EXPIRED, FETCH_DEST, FILTER, FLOOD, METHOD, NOT_SENT, PREFETCH, TOO_SOON
from templates.brands import Brand
from templates.evidence import reason

WHY_NO_RATING = {
    METHOD: "a program looked whether it is there",
    PREFETCH: "a program looked ahead",
    DECLARED: "the program says itself that it is no browser",
    FILTER: "only mail filters are at that address",
    FETCH_DEST: "a program loaded it into something else",
    DECOYED: "it is one that people do not see",
    TOO_SOON: "nobody is that fast",
    NOT_SENT: "the mail was not out yet",
    EXPIRED: "the time to answer is over",
    FLOOD: "it was opened far too often",
}


def sentence(fact: Fact, log: Log, timeline: Timeline, *, brand: Brand, hold: timedelta) -> str:
    """What a fact of this review is, in words."""
    customer = _first(log)
    match fact:
        case Review():
            return f"Ticket {fact.ticket}, “{fact.subject}”, was closed in the helpdesk.{_why_not_asked(fact)}"
        case Hit():
            return _opened(fact, customer)
        case Vote():
            return _voted(fact, customer, timeline, brand=brand, hold=hold)
        case Signal():
            return _touched(fact, log, customer, timeline)
        case Comment():
            return f"{customer} wrote a comment on the page."
        case Message():
            return _wrote(fact, customer)
        case Settled():
            return _sent(fact, log, customer)
        case _:
            return _seldom(fact, customer)


def settled_sentence(step: Step, log: Log, *, brand: Brand) -> str:
    """That a click which waited counts now. What counted at once was told with what made it count."""
    if not step.counted or step.grade is not Grade.SOFT or step.value is None:
        return ""
    return f"Nothing spoke against it: {_first(log)}'s “{brand.face(step.value).word}” counts now."


def _first(log: Log) -> str:
    return log.review.contact.first_name or log.review.contact.email


def _why_not_asked(review: Review) -> str:
    return f" Nobody is asked: {review.not_asked}." if review.not_asked else ""


def _opened(hit: Hit, customer: str) -> str:
    if hit.page:
        return f"A face in {customer}'s mail was clicked, and its page opened. Opening alone never rates."
    return (
        f"A link of {customer}'s mail was opened, which rates nothing: {WHY_NO_RATING.get(hit.machine, hit.machine)}."
    )


def _voted(vote: Vote, customer: str, timeline: Timeline, *, brand: Brand, hold: timedelta) -> str:
    if vote.machine:
        return f"A machine used {customer}'s page ({vote.machine}). It does not count."
    word = brand.face(vote.answer).word
    does = f"{customer} pressed “{word}”" if vote.mode in (Mode.BUTTON, Mode.FORM) else f"{customer} clicked “{word}”"
    if vote.mode is Mode.COMMENT:
        does = f"{customer}'s words confirm “{word}”"
    step = timeline.at(vote.at)
    if step.vote == vote.id and step.counted:
        return f"{does}. It counts."
    if step.status is Status.VOIDED:
        return f"“{word}” came from {customer}'s page, as no person gives it. It does not count."
    if step.needs_tap:
        return f"{does}. One more tap is asked for: {reason(step.reasons[0])}."
    return f"{does}. It counts in {hold.total_seconds():.0f} s if nothing speaks against it."


def _touched(signal: Signal, log: Log, customer: str, timeline: Timeline) -> str:
    """Told only where the touch made a click count that waited."""
    counting = log.find(Vote, timeline.at(signal.at).vote)
    made = counting is not None and counting.hit == signal.hit and timeline.at(signal.at).counted
    return f"{customer} moved on the page, so a person is there: the click counts now." if made else ""


def _wrote(message: Message, customer: str) -> str:
    if message.by is By.CUSTOMER:
        return f"{customer} answered by mail. It joined the record."
    name = message.sender_name.split()[0] if message.sender_name else message.sender
    if message.held:
        return f"{name} answered, but it was held, as {message.held}."
    return f"{name} answered from the mailbox. The signature of {message.sender.partition('@')[2]} holds."


def _sent(settled: Settled, log: Log, customer: str) -> str:
    delivery = log.find(Delivery, settled.delivery)
    if delivery is None or settled.outcome is Outcome.DROPPED:
        return ""
    to = delivery.recipient.first_name or delivery.recipient.email
    if settled.outcome is not Outcome.SENT:
        return f"A mail to {to} did not go out: {settled.reason}."
    if delivery.purpose is DeliveryKind.INVITATION:
        return f"Afterword mailed {delivery.recipient.name or to}: how did we do?"
    if delivery.purpose is DeliveryKind.NOTICE:
        cause = _cause(delivery, log)
        return f"Afterword told {to} by mail of {customer}'s {cause}. Answering that mail answers {customer}."
    if delivery.purpose is DeliveryKind.ANSWER:
        return f"The answer went on to {to}, in the same thread and without a private address."
    return f"Afterword told {to} why the answer was held."


def _cause(notice: Delivery, log: Log) -> str:
    if log.find(Comment, notice.occasion):
        return "comment"
    return "reply" if log.find(Message, notice.occasion) else "rating"


def _by_staff(action: StaffAction) -> str:
    if action.action == SEND:
        return f"{action.who} looked at the held answer and sent it."
    done = "put the rating back" if action.action == RESTORE else "took the rating back"
    return f"{action.who} {done}: {action.reason}."


def _seldom(fact: Fact, customer: str) -> str:
    if isinstance(fact, AutoReply):
        return f"A machine answered for {customer} ({fact.reason}). It is kept, and shown to nobody as words."
    if isinstance(fact, Bounce):
        return f"A mail to {customer} came back: {fact.reason}."
    if isinstance(fact, StaffAction):
        return _by_staff(fact)
    if isinstance(fact, Suppression):
        return f"{customer} may be mailed again." if fact.lifted else f"{customer} is not mailed again: {fact.reason}."
    return ""
