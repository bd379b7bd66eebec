"""What is left of a review once somebody in it is forgotten? Its numbers; no words, no names, no address of theirs.

Where their address stood, a random one stands that leads nowhere (RFC 6761 section 6.4): so what was suppressed, mailed
and counted still agrees with itself. The id of a fact that was made of an address or of words is made anew of what is
left, and those that name it follow.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import singledispatch
from typing import Any

from reviews.deeds import (
    CameOf,
    CauseSet,
    CreditMoved,
    ExclusionAsked,
    ExclusionDecided,
    ExclusionWithdrawn,
    FollowUpClosed,
    FollowUpOpened,
    Linked,
    NotFixed,
)
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
    StaffAction,
)
from reviews.holds import Suppression
from reviews.log import Log
from reviews.model import Outcome, Person

Reasoned = CauseSet | FollowUpOpened | ExclusionAsked | ExclusionDecided | ExclusionWithdrawn | CreditMoved
Worded = FollowUpClosed | CameOf | NotFixed

NOWHERE = "forgotten.invalid"
NAMING = frozenset({"hit", "delivery", "about", "occasion", "message"})
"""Fields in which a fact may name another one by its id."""


def forgotten(log: Log, address: str, *, pseudonym: str) -> tuple[Review, list[tuple[Fact, Fact | None]]]:
    """The review and each of its facts, before and after; None for one that says no more than another that stays. Of
    its customer all words go, those that staff wrote about them too; of anybody else what they themselves wrote."""
    theirs = log.review.contact.email.lower() == address
    review = _of_nobody(log.review, pseudonym) if theirs else log.review
    after: list[Fact] = [
        _unnamed(_blank(fact, address, pseudonym) if theirs or _wrote(fact, address) else fact, address, pseudonym)
        for fact in log.facts
    ]
    ids: dict[str, str] = {}
    while True:  # a mail may tell of a message that has a new id now, and its end of the mail
        named = [_naming(fact, ids) for fact in after]
        found = {old.id: new.id for old, new in zip(log.facts, named, strict=True) if old.id != new.id}
        if found == ids:
            break
        ids = found
    seen: set[str] = set()
    kept: list[tuple[Fact, Fact | None]] = []
    for old, new in zip(log.facts, named, strict=True):
        kept.append((old, None if new.id in seen else new))
        seen.add(new.id)
    return review, kept


def lifted(suppression: Suppression, pseudonym: str) -> Suppression:
    """A suppression of nobody."""
    return replace(suppression, address=pseudonym, why="")


def _of_nobody(review: Review, pseudonym: str) -> Review:
    """Company and language stay: they are counted by, and are no person."""
    return replace(review, subject="", contact=replace(review.contact, email=pseudonym, name=""))


def _wrote(fact: Fact, address: str) -> bool:
    return isinstance(fact, Message) and fact.sender.lower() == address


@singledispatch
def _blank(fact: Fact, address: str, pseudonym: str) -> Fact:
    """A fact without words, names and that address."""
    return fact


@_blank.register
def _(fact: Hit, address: str, pseudonym: str) -> Fact:
    return replace(fact, agent="")


@_blank.register
def _(fact: Comment, address: str, pseudonym: str) -> Fact:
    return replace(fact, words="")


@_blank.register
def _(fact: Message, address: str, pseudonym: str) -> Fact:
    sender = pseudonym if fact.sender.lower() == address else fact.sender
    attachments = tuple(replace(one, name="") for one in fact.attachments)
    blank = replace(fact, sender=sender, sender_name="", message_id="", body_sha256="", subject="", text="")
    return replace(blank, trimmed="", attachments=attachments, mark="", copied=())


@_blank.register
def _(fact: AutoReply, address: str, pseudonym: str) -> Fact:
    return replace(fact, subject="", reason="")


@_blank.register
def _(fact: Bounce, address: str, pseudonym: str) -> Fact:
    return replace(fact, reason="")


@_blank.register
def _(fact: Settled, address: str, pseudonym: str) -> Fact:
    return (
        fact if fact.outcome is Outcome.DROPPED else replace(fact, reason="")
    )  # the relay's words; ours are counted by


@_blank.register
def _(fact: StaffAction, address: str, pseudonym: str) -> Fact:
    return replace(fact, reason="")


@_blank.register(CauseSet)
@_blank.register(FollowUpOpened)
@_blank.register(ExclusionAsked)
@_blank.register(ExclusionDecided)
@_blank.register(ExclusionWithdrawn)
@_blank.register(CreditMoved)
def _(fact: Reasoned, address: str, pseudonym: str) -> Fact:
    return replace(fact, reason="")


@_blank.register(FollowUpClosed)
@_blank.register(CameOf)
@_blank.register(NotFixed)
def _(fact: Worded, address: str, pseudonym: str) -> Fact:
    return replace(fact, words="")


@_blank.register
def _(fact: Linked, address: str, pseudonym: str) -> Fact:
    return replace(fact, url="", title="")


@_blank.register
def _(fact: Delivery, address: str, pseudonym: str) -> Fact:
    if fact.recipient.email.lower() != address:
        return fact
    return replace(fact, recipient=Person(pseudonym, "", fact.recipient.company, fact.recipient.language))


def _naming(fact: Fact, ids: Mapping[str, str]) -> Fact:
    """A fact that names the others as they are called now."""
    named = {one.name: getattr(fact, one.name) for one in fields(fact) if one.name in NAMING}
    changed: dict[str, Any] = {name: ids[value] for name, value in named.items() if value in ids}
    return replace(fact, **changed) if changed else fact


def _unnamed(value: Any, address: str, pseudonym: str) -> Any:  # noqa: ANN401 - whatever a field of a fact holds
    """A fact, or anything in it, with the pseudonym wherever the address stood, as in words somebody else quoted."""
    if isinstance(value, str):
        return re.sub(re.escape(address), pseudonym, value, flags=re.IGNORECASE) if address in value.lower() else value
    if isinstance(value, tuple):
        return tuple(_unnamed(one, address, pseudonym) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        told: dict[str, Any] = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        return replace(value, **{name: _unnamed(one, address, pseudonym) for name, one in told.items()})
    return value
