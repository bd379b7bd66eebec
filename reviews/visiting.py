"""What did somebody or something do on a link or a page? The facts that a rating is decided from, and what was said
beside it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from reviews.model import Evidence, Mode, fact_id
from reviews.timeline import Step


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
