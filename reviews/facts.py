"""What has happened? Frozen facts, each with a natural identity: recorded twice is recorded once (DESIGN section 2)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, get_args

from reviews.deeds import Deed
from reviews.holds import Declined, Reopened, Suppression
from reviews.model import USUAL_SCALE, Attachment, By, DeliveryKind, Evidence, Mode, Outcome, Person, fact_id, seat_of
from reviews.timeline import Step


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
class Hit:
    """One HTTP request on a signed link. Its id is random, given by the door; the page's nonce carries it."""

    kind: ClassVar[str] = "hit"
    id: str
    review: str
    at: datetime
    link: str
    """What the link stands for: an answer, or DECOY."""
    client: str
    """A key that groups requests of one client for a week and cannot be turned back into an address."""
    agent: str  # the User-Agent header, cut
    machine: str = ""
    """Why no person can be behind this request, or ''."""
    page: bool = False
    """Whether it was answered with a page that can vote (it carries a nonce)."""
    before: str = ""
    """The same key under last week's salt: one client stays one over the turn of a week."""
    prefix: str = ""
    """The /24 or /48 of its address; the rest is never kept."""
    network: str = ""
    """The kind of network: scanner, security, cloud, or '' for all others."""
    owner: str = ""
    odd: str = ""
    """What in its headers contradicts itself, or ''."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The page's script reported in: a later native form post from this page is a script's, not a finger's."""

    kind: ClassVar[str] = "arrived"
    review: str
    hit: str
    at: datetime

    @property
    def id(self) -> str:
        return fact_id("arrived", self.hit)


@dataclass(frozen=True, slots=True)
class Signal:
    """The first trusted touch, wheel, scroll or key on the page: raises its vote from soft to passive."""

    kind: ClassVar[str] = "signal"
    review: str
    hit: str
    at: datetime
    event: str

    @property
    def id(self) -> str:
        return fact_id("signal", self.hit)


@dataclass(frozen=True, slots=True)
class Vote:
    """One claim of a rating from one page. `turn` counts the page's changes of mind, so that none is swallowed."""

    kind: ClassVar[str] = "vote"
    review: str
    hit: str
    at: datetime
    answer: str
    mode: Mode
    turn: int
    evidence: Evidence
    machine: str = ""
    """Proof that a machine cast it (`webdriver`, `decoy button`), or ''."""
    network: str = ""
    """The kind of network the post came from, which need not be the visit's."""

    @property
    def id(self) -> str:
        return fact_id("vote", self.hit, self.answer, str(self.turn))


@dataclass(frozen=True, slots=True)
class ClientSuspected:
    """A client did elsewhere what people do not: what this review must know of others is written into its own log."""

    kind: ClassVar[str] = "client_suspected"
    review: str
    at: datetime
    client: str
    since: datetime
    until: datetime
    """Its visits in between, both ends included, are in doubt."""
    why: str

    @property
    def id(self) -> str:
        return fact_id("client_suspected", self.review, self.client, self.why, self.since.isoformat())


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiving server took the invitation, later than our relay did: nobody can have opened it before."""

    kind: ClassVar[str] = "delivered"
    review: str
    at: datetime
    delivery: str

    @property
    def id(self) -> str:
        return fact_id("delivered", self.delivery)


@dataclass(frozen=True, slots=True)
class RatingSealed:
    """The visits of this review were erased: its rating is what it was, and its reasons stay."""

    kind: ClassVar[str] = "rating_sealed"
    review: str
    at: datetime
    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        return fact_id("rating_sealed", self.review)


@dataclass(frozen=True, slots=True)
class Comment:
    """What the customer wrote on the rating page."""

    kind: ClassVar[str] = "comment"
    review: str
    hit: str
    at: datetime
    words: str
    """What was written, or '' where only chips were tapped."""
    causes: tuple[str, ...] = ()
    """What it was about, as the chips that were tapped stand for (`reviews.model.Cause`)."""

    @property
    def id(self) -> str:
        words = hashlib.sha256(self.words.encode("utf-8", "replace")).hexdigest()
        return fact_id("comment", self.hit, words, *self.causes)


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
    | AutoReply
    | Bounce
    | Delivery
    | Settled
    | SnippetGiven
    | StaffAction
    | Reopened
    | Declined
    | Suppression
    | Deed
)
FACT_TYPES: tuple[type[Fact], ...] = get_args(Fact)
