"""What do the words mean that every fact is made of? Ids, answers, kinds, people, an envelope."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

SCALES = {
    "thumbs": ("happy", "unhappy"),
    "faces3": ("happy", "neutral", "unhappy"),
    "faces4": ("very_happy", "happy", "unhappy", "very_unhappy"),
    "faces5": ("very_happy", "happy", "neutral", "unhappy", "very_unhappy"),
}
"""The answers of each scale, best first. What is asked on one scale is never added to what is asked on another."""
USUAL_SCALE = "faces3"
FACES = SCALES[USUAL_SCALE]
"""The answers of the usual scale."""
ANSWERS = tuple(dict.fromkeys(answer for answers in SCALES.values() for answer in answers))
"""Every answer of any scale."""
DECOY = "decoy"
SLOTS_KNOWN = 256
"""Orders of a review's slots whose scale is not looked up anew; of three faces and two decoys there are sixty."""


def slots_of(scale: str) -> tuple[str, ...]:
    """What the link slots of a review on that scale mean, before they are shuffled (click-protocol 3.2)."""
    return (*SCALES[scale], DECOY, DECOY)


@lru_cache(SLOTS_KNOWN)
def scale_of(slots: tuple[str, ...]) -> str:
    """The scale whose answers these slots stand for: no two scales have the same."""
    answers = {slot for slot in slots if slot != DECOY}
    return next(scale for scale, known in SCALES.items() if answers == set(known))


def score_of(scale: str, answer: str) -> int:
    """An answer as a number from 1, the worst, to as many as the scale has answers."""
    answers = SCALES[scale]
    return len(answers) - answers.index(answer)


SLOTS = slots_of(USUAL_SCALE)

EMBEDDED = "embedded"
"""How a review is asked whose question stands in the helpdesk's own mail."""
UNSUBSCRIBED, BOUNCED, COMPLAINED, BY_STAFF = "unsubscribed", "bounced", "complained", "by staff"
"""Why an address is not asked."""
LESS_OFTEN, ONLY_TROUBLE = "less often", "only when it went wrong"
"""What somebody wished who may be asked, but not now, or not about everything."""
NOT_ASKED_AT_ALL = (BOUNCED, COMPLAINED, UNSUBSCRIBED, BY_STAFF)
"""What weighs most comes first: that the address is dead, more than what was asked for."""
SUPPRESSED = (*NOT_ASKED_AT_ALL, LESS_OFTEN, ONLY_TROUBLE)
IMPORTED = "import:"
"""What the source of a review begins with that another system had asked for (reviews/imported.py)."""
FIRST_NAME, INITIALS, NAMELESS = "first name", "initials", "no name"
"""Under which name a customer lets their words be shown."""
SEND, ASK = "send", "ask"
"""What a member of staff does on the record page: to a held answer; to a customer who was not asked."""
BY_HAND = "by hand:"
"""The occasion of an invitation that a member of staff asked for, before the id of what they did."""
ASK_AGAIN, AGAIN = "ask again", "again:"
"""What a member of staff does once it was put right; the occasion of the invitation that follows, before its id."""
VOID, RESTORE = "void", "restore"
"""What a member of staff does to a rating, with a reason."""
IDS_KNOWN = 2_048
"""Ids that are not computed anew: those of one review are asked for at every step of an event."""
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""Base32 of ten bits at a time: the standard library's own takes three times as long."""
DIGITS = str.maketrans(f"{ALPHABET}0189", "0123456789abcdefghijklmnopqrstuv????")
"""Base32's signs as those of a number to the base of 32; what it has not, as what is no number."""


@lru_cache(IDS_KNOWN)
def fact_id(*parts: str) -> str:
    """The id of a fact: 16 bytes of SHA-256 over the parts of its identity, as 26 characters of lower-case base32."""
    packed = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "replace")
        packed.update(len(raw).to_bytes(4, "big") + raw)
    return text_id(packed.digest()[:16])


def seat_of(review: str, email: str) -> str:
    """The id behind the signed addresses and links of one member of staff at one review."""
    return fact_id("seat", review, email.lower())


def text_id(raw: bytes) -> str:
    """16 bytes as 26 characters of lower-case base32, without padding."""
    return base32(raw)


def base32(raw: bytes) -> str:
    """Bytes as lower-case base32 (RFC 4648 section 6) without padding, an even number of characters."""
    tens, missing = -(-len(raw) * 8 // 10), -len(raw) * 8 % 10
    bits = int.from_bytes(raw, "big") << missing
    return "".join([PAIRS[bits >> shift & 1_023] for shift in range(tens * 10 - 10, -1, -10)])


def raw_id(text: str) -> bytes:
    """The 16 bytes behind `text_id`; ValueError when the text is none."""
    if len(text) != 26 or not text.isascii() or not text.isalnum():
        raise ValueError("an id is 26 characters of base32")
    return (int(text.lower().translate(DIGITS), 32) >> 2).to_bytes(16, "big")


class Evidence(StrEnum):
    """How well a vote is attested (click-protocol 3.1): by script, by a touch of the page, by a press or words."""

    SOFT = "soft"
    PASSIVE = "passive"
    EXPLICIT = "explicit"


class Mode(StrEnum):
    """How a vote was cast."""

    AUTO = "auto"
    BUTTON = "button"
    FORM = "form"
    COMMENT = "comment"
    MAIL = "mail"
    """A mail to the address of an answer."""
    REPLY = "reply"
    """The first line of a reply."""


class Status(StrEnum):
    """What is known of a review's rating (click-protocol 3.5)."""

    NONE = "none"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    VOIDED = "voided"


class Grade(StrEnum):
    """How sure a counted rating is that a person gave it."""

    SOFT = "soft"
    HARD = "hard"


class Cause(StrEnum):
    """What a rating was about."""

    PERSON = "person"
    FIX = "fix"
    WAIT = "wait"
    PRODUCT = "product"
    POLICY = "policy"


class By(StrEnum):
    """Whose side of the thread a message stands on."""

    CUSTOMER = "customer"
    STAFF = "staff"
    NOTE = "note"


class DeliveryKind(StrEnum):
    """What an outgoing mail is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    THANKS = "thanks"
    CONFIRMATION = "confirmation"
    """That a wish not to be asked, told by mail, is obeyed."""
    NOTICE = "notice"
    ANSWER = "answer"
    HELD = "held"
    TOLD = "told"
    """To a member of staff: what became of the mail they wrote."""
    OVERDUE = "overdue"
    """To staff: a customer waits for longer than was promised."""
    CONSENT = "consent"
    """To the customer: may we publish what you wrote?"""
    CAME_OF = "came_of"
    """To the customer: what came of your feedback."""
    SIGN_IN = "sign_in"
    ROUND_TRIP = "round_trip"
    FORWARDED = "forwarded"
    DIGEST = "digest"
    AGENTS = "agents"
    """To an agent, once a week: what customers said to them."""
    LEADS = "leads"
    """To a lead, once a week: what needs an answer, what changed, what could be made of it."""
    SMILES = "smiles"
    """To a team, once a month: kind words, ready to be passed on."""
    MEETING = "meeting"
    """Before a meeting: a few reviews worth talking about."""


ASKING = (DeliveryKind.INVITATION, DeliveryKind.REMINDER)
TO_CUSTOMER = (
    *ASKING,
    DeliveryKind.THANKS,
    DeliveryKind.ANSWER,
    DeliveryKind.CONFIRMATION,
    DeliveryKind.CONSENT,
    DeliveryKind.CAME_OF,
)
REGULAR = (DeliveryKind.AGENTS, DeliveryKind.LEADS, DeliveryKind.SMILES, DeliveryKind.MEETING)
"""Mails to staff that belong to no review and go out when a brand's file says so."""
TO_STAFF = (DeliveryKind.NOTICE, DeliveryKind.HELD, DeliveryKind.TOLD, DeliveryKind.OVERDUE)


class Outcome(StrEnum):
    """How an attempt to send ended. Sent, refused and dropped are final; deferred is tried again."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Person:
    """A contact or a member of staff."""

    email: str
    name: str = ""
    company: str = ""
    language: str = ""
    timezone: str = ""
    """As the IANA names it; what is no such name is not understood, and the brand's counts."""

    @property
    def first_name(self) -> str:
        """What a friendly mail calls this person: the first word of the name, or nothing."""
        return self.name.split()[0] if self.name.strip() else ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said about one arrival of one mail (RFC 5321). `mail_from` is '' for the null reverse-path."""

    at: datetime
    peer: str
    helo: str
    mail_from: str
    recipients: tuple[str, ...]
    tls: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: known by its hash, kept in the raw mail. `type` is what the mail claims."""

    name: str
    type: str
    size_bytes: int
    sha256: str
    found: str = ""
    """What the bytes themselves say they are, or ''."""
    danger: str = ""
    """Why it is not to be opened lightly (`reviews.attachments.Danger`), or ''."""
