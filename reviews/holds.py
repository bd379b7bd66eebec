"""What has happened that keeps us from asking somebody? Facts as those of `facts.py`, with the same rule for ids."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from reviews.model import fact_id

REOPENED = "the ticket was reopened"


@dataclass(frozen=True, slots=True)
class Reopened:
    """The ticket was opened again after this closing: once, as the next closing is another review."""

    kind: ClassVar[str] = "reopened"
    review: str
    at: datetime
    why: str = REOPENED

    @property
    def id(self) -> str:
        return fact_id("reopened", self.review)


@dataclass(frozen=True, slots=True)
class Declined:
    """The customer does not want to be asked about this ticket; with `lifted`, they may be. The latest holds."""

    kind: ClassVar[str] = "declined"
    review: str
    at: datetime
    turn: int
    """How often they had chosen before."""
    lifted: bool = False

    @property
    def id(self) -> str:
        return fact_id("declined", self.review, str(self.turn))


@dataclass(frozen=True, slots=True)
class Suppression:
    """Do not ask this address for this brand, '' for any; or with `lifted`, the way back. A reason's latest holds."""

    kind: ClassVar[str] = "suppression"
    brand: str
    address: str
    reason: str
    source: str
    """The occasion: a review and the number of suppressions known before, so that each change of mind is one."""
    at: datetime
    lifted: bool = False
    until: datetime | None = None
    """When it ends by itself; None for never."""
    who: str = ""
    """The member of staff who set or lifted it, '' for the customer or a mail server."""
    why: str = ""

    @property
    def id(self) -> str:
        return fact_id("suppression", self.brand, self.address, self.reason, self.source)

    @property
    def review(self) -> str:
        return ""
