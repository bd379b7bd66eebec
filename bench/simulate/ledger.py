"""What was promised to those outside, and what reached them? Kept beside the store, and held against it in the end."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Pressed:
    """A person's press, or that they only looked: which answer, and whether they were told that it was taken."""

    at: datetime
    """As our clocks have it: by them is said what is later."""
    review: str
    answer: str
    who: str
    looked: bool = False
    told: bool = False


@dataclass
class Ledger:
    """What was promised to those outside, and what reached them."""

    closings: set[str] = field(default_factory=set)
    """Reviews of closings that a helpdesk was told are known."""
    facts: dict[str, str] = field(default_factory=dict)
    """Facts that somebody was told are kept, each with its review."""
    letters: Counter[str] = field(default_factory=Counter)
    """Message-IDs of customers' mails that we said 250 to."""
    presses: list[Pressed] = field(default_factory=list)
    mails: list[tuple[str, str]] = field(default_factory=list)
    """Mails that reached somebody: the address and the Message-ID."""
    excuses: Counter[str] = field(default_factory=Counter)
    """By Message-ID, how often the relay's answer was lost."""
    deaths: int = 0
