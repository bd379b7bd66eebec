"""What do people do about a review? Functions named for what happened, as in `flow.py`: each returns facts to record,
runs inside a store transaction and may run twice. Whether somebody may is asked before, by `roles.may`; what needs a
second person is refused here. Refused is a value: no facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from reviews import refused
from reviews.deeds import (
    WHOLE,
    Assigned,
    CameOf,
    CauseSet,
    ConsentAsked,
    CreditMoved,
    Deed,
    ExclusionAsked,
    ExclusionDecided,
    ExclusionWithdrawn,
    FollowUpClosed,
    FollowUpOpened,
    FollowUpOutcome,
    KudosMarked,
    Linked,
    NothingToAnswer,
    Read,
    Share,
    Snoozed,
    Tagged,
)
from reviews.facts import Delivery, Fact, Message
from reviews.handling import ASKED, GRANTED, consent, exclusion, handling, may_hear, own_work, tags
from reviews.log import Log
from reviews.model import By, Cause, DeliveryKind, Person
from reviews.roles import Right, Staff, may

Facts = tuple[Fact, ...]

DEEDS_MAX = 1_000
"""Of one review: nobody does so much about one ticket; a loop does."""
TAG_CHARS_MAX, TAGS_MAX = 50, 50
REASON_CHARS_MAX, WORDS_CHARS_MAX = 500, 5_000
URL_CHARS_MAX = 500


def read(log: Log, *, action: str, who: str, at: datetime, undone: bool = False) -> Facts:
    """A named person opened the record, or wants it unread again; what is so already is not recorded."""
    if handling(log).unread is undone or _full(log):
        return ()
    return (Read(action, log.review.id, at, who, undone),)


def assigned(log: Log, *, action: str, who: str, owner: Person | None, at: datetime) -> Facts:
    """It was given to somebody, or to nobody."""
    given = log.of(Assigned)
    if _full(log) or (given and given[-1].owner == owner):
        return ()
    return (Assigned(action, log.review.id, at, who, owner),)


def tagged(log: Log, *, action: str, who: str, tag: str, at: datetime, removed: bool = False) -> Facts:
    """A tag was put on it or taken off."""
    name, known = " ".join(tag.split())[:TAG_CHARS_MAX], tags(log)
    if not name or _full(log) or (name in known) is not removed or (not removed and len(known) >= TAGS_MAX):
        return ()
    return (Tagged(action, log.review.id, at, who, name, removed),)


def cause_set(log: Log, *, action: str, who: str, causes: Iterable[str], reason: str, at: datetime) -> Facts:
    """Staff say what the rating was about. Nothing without a reason, or for what is no cause."""
    named = tuple(dict.fromkeys(causes))
    if not reason.strip() or _full(log) or not set(named) <= set(Cause):
        return ()
    return (CauseSet(action, log.review.id, at, who, named, _cut(reason)),)


def snoozed(log: Log, *, action: str, who: str, until: datetime | None, at: datetime) -> Facts:
    """Out of sight until then; None ends it."""
    return () if _full(log) else (Snoozed(action, log.review.id, at, who, until),)


def nothing_to_answer(log: Log, *, action: str, who: str, at: datetime, undone: bool = False) -> Facts:
    """What the customer wrote needs no answer; or, undone, it does."""
    waits = handling(log).waiting_since is not None
    if _full(log) or waits is undone:
        return ()
    return (NothingToAnswer(action, log.review.id, at, who, undone),)


def follow_up_opened(log: Log, *, action: str, who: str, reason: str, at: datetime) -> Facts:
    """A person opened a follow-up, with a reason."""
    return () if _full(log) or not reason.strip() else (FollowUpOpened(action, log.review.id, at, who, _cut(reason)),)


def follow_up_closed(
    log: Log, *, action: str, who: str, outcome: FollowUpOutcome, at: datetime, words: str = ""
) -> Facts:
    """What is owed is done with; a second closing says nothing new."""
    if _full(log) or handling(log).closed is not None:
        return ()
    return (FollowUpClosed(action, log.review.id, at, who, outcome, _cut(words)),)


def exclusion_asked(log: Log, *, action: str, who: str, reason: str, at: datetime) -> Facts:
    """Somebody asks that the rating not count. Nothing without a reason, or while one is asked for or granted."""
    known = exclusion(log)
    if not reason.strip() or _full(log) or (known and known.state in (ASKED, GRANTED)):
        return ()
    return (ExclusionAsked(action, log.review.id, at, who, _cut(reason)),)


def exclusion_decided(log: Log, *, action: str, by: Staff, granted: bool, at: datetime, reason: str = "") -> Facts:
    """A second person decided. Nothing by whoever asked, by whom it would be counted for, or without the right."""
    if why_not_decide(log, by):
        return ()
    known = exclusion(log)
    assert known
    return (ExclusionDecided(action, log.review.id, at, by.email, known.id, granted, _cut(reason)),)


def why_not_decide(log: Log, by: Staff) -> str:
    """Why this person may not decide about the exclusion that was asked for, or ''."""
    known = exclusion(log)
    if known is None or known.state != ASKED:
        return refused.NONE_WAITS
    if not may(by, Right.GRANT, log.review):
        return refused.LEADS_DECIDE
    if by.email.lower() == known.asked.who.lower():
        return refused.SECOND_PERSON
    if own_work(log, by.email):
        return refused.OWN_RATING
    return ""


def exclusion_withdrawn(log: Log, *, action: str, who: str, reason: str, at: datetime) -> Facts:
    """It counts again, or what was asked for is asked no more; with a reason."""
    known = exclusion(log)
    if not known or not reason.strip() or _full(log) or not may_withdraw(log, who):
        return ()
    return (ExclusionWithdrawn(action, log.review.id, at, who, known.id, _cut(reason)),)


def may_withdraw(log: Log, who: str) -> bool:
    """Whether they may say that it counts: anybody while it is asked for; once granted not those whose work it is."""
    known = exclusion(log)
    return known is not None and (known.state == ASKED or (known.state == GRANTED and not own_work(log, who)))


def credit_moved(log: Log, *, action: str, who: str, shares: Iterable[Share], reason: str, at: datetime) -> Facts:
    """Whose score it counts for. Nothing without a reason, or where the shares are not the whole."""
    parts = tuple(shares)
    wrong = parts and (sum(part.percent for part in parts) != WHOLE or any(part.percent <= 0 for part in parts))
    if wrong or not reason.strip() or _full(log):
        return ()
    return (CreditMoved(action, log.review.id, at, who, parts, _cut(reason)),)


def kudos_marked(log: Log, *, action: str, who: str, at: datetime, removed: bool = False) -> Facts:
    """Worth sharing in the house, or not any more."""
    if handling(log).kudos is not removed or _full(log):
        return ()
    return (KudosMarked(action, log.review.id, at, who, removed),)


def consent_asked(log: Log, *, action: str, who: str, at: datetime) -> Facts:
    """Staff ask the customer, once, whether their words may be published."""
    if consent(log) or _full(log) or not log.review.contact.email:
        return ()
    asking = Delivery(log.review.id, at, DeliveryKind.CONSENT, "consent", log.review.contact, at)
    return (ConsentAsked(action, log.review.id, at, who), asking)


def linked(log: Log, *, action: str, who: str, url: str, title: str, at: datetime) -> Facts:
    """This feedback speaks for a feature request or a problem in a tracker. Nothing for what is no web address."""
    address = url.strip()
    if not address.startswith(("https://", "http://")) or len(address) > URL_CHARS_MAX or _full(log):
        return ()
    return (Linked(action, log.review.id, at, who, address, _cut(" ".join(title.split()))),)


def came_of(log: Log, *, action: str, who: str, link: str, words: str, at: datetime, message: str = "") -> Facts:
    """What came of an opportunity; `message` is the answer that told the customer, or ''."""
    if log.find(Linked, link) is None or not words.strip() or _full(log):
        return ()
    return (CameOf(action, log.review.id, at, who, link, words.strip()[:WORDS_CHARS_MAX], message),)


def came_of_told(log: Log, *, action: str, who: Person, link: str, words: str, at: datetime) -> Facts:
    """What came of an opportunity, told to the customer too: an answer of the brand's in their thread."""
    message = _written(log, By.STAFF, action=action, who=who, words=words, at=at)
    deed = came_of(log, action=action, who=who.email, link=link, words=words, at=at, message=message.id)
    told = Delivery(log.review.id, at, DeliveryKind.ANSWER, message.id, log.review.contact, at)
    return (message, *deed, told) if deed else ()


def outcome_told(log: Log, *, action: str, who: Person, words: str, at: datetime) -> Facts:
    """What came of their feedback, told to a customer who wants to hear it: once, and to nobody who is not mailed."""
    if not may_hear(log) or not words.strip() or _full(log):
        return ()
    message = _written(log, By.STAFF, action=action, who=who, words=words, at=at)
    return (message, Delivery(log.review.id, at, DeliveryKind.CAME_OF, message.id, log.review.contact, at))


def noted(log: Log, *, action: str, who: Person, words: str, at: datetime) -> Facts:
    """A note was written on the record page: it stays inside."""
    if not words.strip() or _full(log):
        return ()
    return (_written(log, By.NOTE, action=action, who=who, words=words, at=at),)


def answered_on_page(log: Log, *, action: str, who: Person, words: str, at: datetime) -> Facts:
    """An answer was written on the record page: it goes to the customer as the brand."""
    if not words.strip() or _full(log):
        return ()
    message = _written(log, By.STAFF, action=action, who=who, words=words, at=at)
    return (message, Delivery(log.review.id, at, DeliveryKind.ANSWER, message.id, log.review.contact, at))


def _written(log: Log, by: By, *, action: str, who: Person, words: str, at: datetime) -> Message:
    """A message that came by no mail: its identity is the form's, which stands where the mail's hash would."""
    return Message(
        review=log.review.id,
        at=at,
        by=by,
        sender=who.email,
        sender_name=who.name,
        verdict=SIGNED_IN,
        message_id="",
        body_sha256="",
        mail=action,
        subject="",
        text=words.strip()[:WORDS_CHARS_MAX],
        trimmed="",
    )


SIGNED_IN = "verified"
"""The verdict on words that were written behind a sign-in."""


def _full(log: Log) -> bool:
    return sum(len(log.of(kind)) for kind in get_args(Deed)) >= DEEDS_MAX


def _cut(words: str) -> str:
    return words.strip()[:REASON_CHARS_MAX]
