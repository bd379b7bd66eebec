"""How many ratings are false? Mailboxes that nobody reads are asked like customers; what counts there, nobody gave.

The bound is what statistics allow to be said of so many askings: with none false in n, at most 3/n at 95 % (the rule of
three); with some, the upper end of Clopper and Pearson's interval.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.counting import CANARY
from reviews.events import ClosedTicket
from reviews.model import Person, Status
from reviews.timeline import HOLD, Timeline

SOURCE = CANARY
EVERY = timedelta(days=1)
CONFIDENCE = 0.95
STEPS_OF_BISECTION = 60


@dataclass(frozen=True, slots=True)
class Canary:
    """A mailbox that nobody reads, behind a product that looks at its mail."""

    address: str
    product: str
    brand: str


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happened in so many cases."""

    found: int
    of: int

    @property
    def share(self) -> float:
        return self.found / self.of if self.of else 0.0

    @property
    def at_most(self) -> float:
        """The upper bound at 95 %; 1 where nothing was tried."""
        return upper_bound(self.found, self.of)


def asking(canary: Canary, *, at: datetime) -> ClosedTicket:
    """The ticket by which a canary is asked: closed now, and never by anybody."""
    day = f"{at:%Y-%m-%d}"
    contact = Person(canary.address, "", canary.product)
    ticket = f"canary {canary.product} {day}"
    closing = f"{canary.address} {day}"
    return ClosedTicket(canary.brand, SOURCE, ticket, closing, at, "Nobody reads this", contact, ask="now")


def asked_twice(timeline: Timeline) -> bool | None:
    """Whether somebody whose rating counts had to tap a second time; None where no rating counts."""
    counted = next((place for place, step in enumerate(timeline.steps) if step.counted), None)
    if counted is None:
        return None
    before = timeline.steps[:counted]
    return any(step.status is Status.PROVISIONAL and HOLD not in step.reasons for step in before)


def upper_bound(found: int, of: int) -> float:
    """The largest share that is not refuted at 95 % by `found` in `of`."""
    if found >= of:
        return 1.0
    if not found:
        return min(1.0, -math.log(1 - CONFIDENCE) / of)
    low, high = found / of, 1.0
    for _ in range(STEPS_OF_BISECTION):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(found, of, middle) > 1 - CONFIDENCE else (low, middle)
    return high


def _at_most(found: int, of: int, share: float) -> float:
    """The chance of at most `found` in `of`, each with that share."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(found + 1))
