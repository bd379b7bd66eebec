"""What do the doors tell the flow? The events of the outside, as a door read them and before anything was decided."""

from dataclasses import dataclass
from datetime import datetime

from reviews.model import Attachment, Mode, Person


@dataclass(frozen=True, slots=True)
class ClosedTicket:
    """What a helpdesk says when it closes a ticket."""

    brand: str
    source: str
    ticket: str
    closing: str
    closed_at: datetime
    subject: str
    contact: Person
    agent: Person | None = None
    team: str = ""
    tags: tuple[str, ...] = ()
    ask: str = "later"
    automatic: bool = False
    """Whether a rule of the helpdesk closed it, no person."""
    language: str = ""
    solver: Person | None = None
    """Who solved it, where that is not the agent it was with."""
    helpers: tuple[Person, ...] = ()
    """Who else worked on it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as inbound read it: whose it is was decided by the address it came to, not by what it says."""

    at: datetime
    sender: str
    sender_name: str
    verdict: str
    message_id: str
    body_sha256: str
    mail: str
    subject: str
    text: str
    trimmed: str
    attachments: tuple[Attachment, ...] = ()
    mark: str = ""
    answer: str = ""
    """The answer whose signed address it came to, or ''."""
    proof: str = ""
    """Why the verdict on the sender is what it is."""
    copied: tuple[str, ...] = ()
    """Who else it went to."""


@dataclass(frozen=True, slots=True)
class Press:
    """What the rating page posted: which page, which answer, how."""

    hit: str
    answer: str
    mode: Mode
    trusted: bool = False
    machine: str = ""
    network: str = ""
    """The kind of network the post came from."""
