"""What did people do about a review? Facts as those of `facts.py`; each has the id of the form or mail that asked for
it, so that a form sent twice is one deed. `who` is the address of the member of staff, '' where a rule did it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from reviews.model import FIRST_NAME, By, Person, fact_id


class FollowUpOutcome(StrEnum):
    """What came of a follow-up."""

    PUT_RIGHT = "put right"
    EXPLAINED = "explained"
    PRODUCT = "product"
    DUPLICATE = "duplicate"
    NO_ANSWER = "no answer"


WHOLE = 100
"""All of the credit for a ticket, in percent."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the credit for a ticket: an agent's by address, or a team's by name, in percent of the whole."""

    percent: int
    agent: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A named person opened the record; with `undone` they want it to count as unread again."""

    kind: ClassVar[str] = "read"
    id: str
    review: str
    at: datetime
    who: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """It is this person's to care for; None for nobody's."""

    kind: ClassVar[str] = "assigned"
    id: str
    review: str
    at: datetime
    who: str
    owner: Person | None


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag was put on it; with `removed`, taken off."""

    kind: ClassVar[str] = "tagged"
    id: str
    review: str
    at: datetime
    who: str
    tag: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class CauseSet:
    """Staff say what the rating was about, with their reason: the latest holds, before the customer's own chips."""

    kind: ClassVar[str] = "cause_set"
    id: str
    review: str
    at: datetime
    who: str
    causes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Out of sight until then; None ends it. A word of the customer's ends it too."""

    kind: ClassVar[str] = "snoozed"
    id: str
    review: str
    at: datetime
    who: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class NothingToAnswer:
    """What the customer wrote so far needs no answer; with `undone`, it does."""

    kind: ClassVar[str] = "nothing_to_answer"
    id: str
    review: str
    at: datetime
    who: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpOpened:
    """A person opened a follow-up by hand, with a reason, or opened one again; rules open theirs by themselves."""

    kind: ClassVar[str] = "follow_up_opened"
    id: str
    review: str
    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class FollowUpClosed:
    """What is owed is done with, and what came of it. What the customer says later opens the next."""

    kind: ClassVar[str] = "follow_up_closed"
    id: str
    review: str
    at: datetime
    who: str
    outcome: FollowUpOutcome
    words: str = ""


@dataclass(frozen=True, slots=True)
class ExclusionAsked:
    """Somebody asks that a rating not count in the adjusted figures, with a reason."""

    kind: ClassVar[str] = "exclusion_asked"
    id: str
    review: str
    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExclusionDecided:
    """A second person, a lead, granted or refused it. `about` is the id of what was asked."""

    kind: ClassVar[str] = "exclusion_decided"
    id: str
    review: str
    at: datetime
    who: str
    about: str
    granted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExclusionWithdrawn:
    """It counts again. `about` is the id of what was asked."""

    kind: ClassVar[str] = "exclusion_withdrawn"
    id: str
    review: str
    at: datetime
    who: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class CreditMoved:
    """Whose score a rating counts for, with a reason; the latest holds, no shares for nobody's."""

    kind: ClassVar[str] = "credit_moved"
    id: str
    review: str
    at: datetime
    who: str
    shares: tuple[Share, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class KudosMarked:
    """Worth sharing within the house; with `removed`, not any more."""

    kind: ClassVar[str] = "kudos_marked"
    id: str
    review: str
    at: datetime
    who: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """Staff ask the customer whether their words may be published under their name."""

    kind: ClassVar[str] = "consent_asked"
    id: str
    review: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Consented:
    """The customer allows that their words be published; with `withdrawn`, no longer. By mail or on the page."""

    kind: ClassVar[str] = "consented"
    review: str
    at: datetime
    turn: int
    """How often they had chosen before."""
    withdrawn: bool = False
    by_mail: bool = False
    shown_as: str = FIRST_NAME
    """Under which name: their first, their initials, or none."""

    @property
    def id(self) -> str:
        return fact_id("consented", self.review, str(self.turn))


@dataclass(frozen=True, slots=True)
class OutcomeWished:
    """The customer wants to be told, once, what came of their feedback."""

    kind: ClassVar[str] = "outcome_wished"
    review: str
    at: datetime

    @property
    def id(self) -> str:
        return fact_id("outcome_wished", self.review)


@dataclass(frozen=True, slots=True)
class Linked:
    """An opportunity: a feature request or a problem in a tracker that this feedback speaks for."""

    kind: ClassVar[str] = "linked"
    id: str
    review: str
    at: datetime
    who: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of an opportunity, told to the customer where `message` names the answer that told them."""

    kind: ClassVar[str] = "came_of"
    id: str
    review: str
    at: datetime
    who: str
    about: str
    """The id of the link."""
    words: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class NotFixed:
    """The customer said by a chip, or staff by a command, that it is not fixed: the ticket is to be opened again in
    the helpdesk, with these words. Never guessed from words."""

    kind: ClassVar[str] = "not_fixed"
    id: str
    review: str
    at: datetime
    by: By
    who: str
    words: str = ""


Deed = (
    Read
    | Assigned
    | Tagged
    | CauseSet
    | Snoozed
    | NothingToAnswer
    | FollowUpOpened
    | FollowUpClosed
    | ExclusionAsked
    | ExclusionDecided
    | ExclusionWithdrawn
    | CreditMoved
    | KudosMarked
    | ConsentAsked
    | Consented
    | OutcomeWished
    | Linked
    | CameOf
    | NotFixed
)
