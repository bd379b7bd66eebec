"""What has happened? Frozen facts, each with a natural identity: recorded twice is recorded once (DESIGN section 2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, get_args

from reviews.deeds import Deed
from reviews.holds import Declined, Reopened, Suppression
from reviews.model import USUAL_SCALE, Attachment, By, DeliveryKind, Outcome, Person, fact_id, seat_of
from reviews.visiting import Arrived, ClientSuspected, Comment, Delivered, Hit, RatingSealed, Signal, Vote

__all__ = [
    "FACT_TYPES",
    "Arrived",
    "AutoReply",
    "Bounce",
    "ClientSuspected",
    "Comment",
    "Delivered",
    "Delivery",
    "Fact",
    "FilesScanned",
    "Hit",
    "Message",
    "RatingSealed",
    "Review",
    "Settled",
    "Signal",
    "SnippetGiven",
    "StaffAction",
    "Vote",
    "Vouched",
]


@dataclass(frozen=True, slots=True)
class Review:
    """The record of one asking about one closing of one ticket."""

    kind: ClassVar[str] = "review"
    brand: str
    source: str
    ticket: str
    closing: str
    """The helpdesk's event id, else `closed_at` to the second: what tells one closing of a ticket from the next."""
    closed_at: datetime
    at: datetime
    subject: str
    contact: Person
    agent: Person | None
    team: str
    tags: tuple[str, ...]
    ask: str
    asks_at: datetime | None
    """When the invitation falls due; None when nobody will be asked: `not_asked` says why."""
    not_asked: str
    slots: tuple[str, ...]
    """What each link slot means: a permutation of SLOTS, so that a link never betrays a decoy."""
    watchers: tuple[Person, ...] = ()
    """Who is told of an answer where the helpdesk named no agent."""
    scale: str = USUAL_SCALE
    language: str = ""
    """The ticket's own, or '': the customer's is with the contact."""
    thanks: bool = False
    """Whether an answer is thanked for by mail, as the brand wished when the ticket was closed."""

    @property
    def languages(self) -> tuple[str, ...]:
        """In which languages to speak to the customer, the first that we can: the ticket's, then the contact's."""
        return tuple(wish for wish in (self.language, self.contact.language) if wish)

    @property
    def id(self) -> str:
        return fact_id("review", self.brand, self.source, self.ticket, self.closing)

    @property
    def review(self) -> str:
        return self.id

    @property
    def staff(self) -> tuple[Person, ...]:
        """Who hears of what the customer says: the agent, else the watchers."""
        return (self.agent,) if self.agent else self.watchers


@dataclass(frozen=True, slots=True)
class Message:
    """One mail in the thread. The raw mail is kept apart, under `mail`, its SHA-256."""

    kind: ClassVar[str] = "message"
    review: str
    at: datetime
    by: By
    sender: str
    sender_name: str
    verdict: str
    """How far the sender is trusted (`reviews.trust.Trust`)."""
    message_id: str
    body_sha256: str
    mail: str
    subject: str
    text: str
    """The words the person wrote."""
    trimmed: str
    """The rest of the mail's text: quotes, signatures, footers."""
    attachments: tuple[Attachment, ...] = ()
    held: str = ""
    """Why a staff answer was not sent on to the customer, or ''."""
    mark: str = ""
    """What a reader should know: that another mail carries the same Message-ID, that it could not be read whole."""
    proof: str = ""
    """Why the verdict on the sender is what it is, or '' where that was not kept."""
    copied: tuple[str, ...] = ()
    """Who else it went to, as colleagues do: addresses."""

    @property
    def id(self) -> str:
        if self.message_id:
            return fact_id("message", self.review, self.message_id, self.sender, self.body_sha256)
        return fact_id("message", self.review, self.mail)


@dataclass(frozen=True, slots=True)
class FilesScanned:
    """The files of a mail were looked at for viruses after all: when it came, the scanner did not answer."""

    kind: ClassVar[str] = "files_scanned"
    review: str
    at: datetime
    mail: str
    infected: tuple[str, ...]
    """The SHA-256 of those in which a virus was found."""

    @property
    def id(self) -> str:
        return fact_id("files_scanned", self.review, self.mail)


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A mail that a machine wrote in answer to one of ours: kept, never shown as the customer's words."""

    kind: ClassVar[str] = "auto_reply"
    review: str
    at: datetime
    mail: str
    subject: str
    reason: str
    back_at: datetime | None = None
    """When they said that they are back; None where they did not."""

    @property
    def id(self) -> str:
        return fact_id("auto_reply", self.review, self.mail)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One of our mails came back (RFC 3464)."""

    kind: ClassVar[str] = "bounce"
    review: str
    at: datetime
    delivery: str
    mail: str
    permanent: bool
    status: str
    reason: str

    @property
    def id(self) -> str:
        return fact_id("bounce", self.delivery, self.mail)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outgoing mail that should be sent. Its fate stands in the outbox."""

    kind: ClassVar[str] = "delivery"
    review: str
    at: datetime
    purpose: DeliveryKind
    occasion: str
    """What it tells of, so that nothing is told twice: `closing`, `rated:VALUE:INSTANT`, or a fact's id."""
    recipient: Person
    due_at: datetime

    @property
    def id(self) -> str:
        return fact_id("delivery", self.review, self.purpose, self.occasion, self.recipient.email)

    @property
    def seat(self) -> str:
        """Names this person at this review: what a signed staff address or staff link stands for."""
        return seat_of(self.review, self.recipient.email)


@dataclass(frozen=True, slots=True)
class Settled:
    """How an attempt to send a delivery ended."""

    kind: ClassVar[str] = "settled"
    review: str
    at: datetime
    delivery: str
    purpose: DeliveryKind
    outcome: Outcome
    attempt: int
    composed_at: datetime
    """When its words were put together: the rating it tells is the one that held then."""
    seen: int = 0
    """From how many facts of the log: by count, since clocks and commits cannot be compared."""
    reason: str = ""
    gone: bool = False  # refused because the address does not exist
    wording: str = ""
    """The question and its answers as they were put, of a mail that asks: charts mark where it changes."""

    @property
    def id(self) -> str:
        return fact_id("settled", self.delivery, str(self.attempt), self.outcome)


@dataclass(frozen=True, slots=True)
class SnippetGiven:
    """A helpdesk took the faces for its own mail, for the first time: that is when the customer was asked."""

    kind: ClassVar[str] = "snippet_given"
    review: str
    at: datetime
    wording: str
    """The question and its answers as they were put."""

    @property
    def id(self) -> str:
        return fact_id("snippet_given", self.review)


@dataclass(frozen=True, slots=True)
class Vouched:
    """The helpdesk said whether there is a ticket that only a link had named; with why it is taken for none."""

    kind: ClassVar[str] = "vouched"
    review: str
    at: datetime
    known: bool
    why: str = ""

    @property
    def id(self) -> str:
        return fact_id("vouched", self.review)


@dataclass(frozen=True, slots=True)
class StaffAction:
    """Something a member of staff did on the record page. Its id is that of the form that asked for it."""

    kind: ClassVar[str] = "staff_action"
    id: str
    review: str
    at: datetime
    who: str
    action: str
    about: str
    """The id of the fact it concerns."""
    reason: str = ""


Fact = (
    Review
    | Hit
    | Arrived
    | Signal
    | Vote
    | ClientSuspected
    | Delivered
    | RatingSealed
    | Comment
    | Message
    | FilesScanned
    | AutoReply
    | Bounce
    | Delivery
    | Settled
    | SnippetGiven
    | Vouched
    | StaffAction
    | Reopened
    | Declined
    | Suppression
    | Deed
)
FACT_TYPES: tuple[type[Fact], ...] = get_args(Fact)
