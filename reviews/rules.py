"""Which constants does everything go by? The click protocol's (section 3.4) and the schedule's, with reasons."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    """The constants; every one a setting, these the defaults."""

    dwell: timedelta = timedelta(seconds=1)
    """The page must be visible this long before its script votes: renderers that stop at load stay 0.1 s."""
    min_age: timedelta = timedelta(seconds=5)
    """Nobody reads and clicks faster than this after the hand-over."""
    early: timedelta = timedelta(minutes=10)
    """So long after each send an untouched vote is asked for one more tap: detonation clusters end by then."""
    hold: timedelta = timedelta(minutes=10)
    """An untouched vote counts only after this, if nothing spoke against it."""
    nonce: timedelta = timedelta(minutes=30)
    """How long an opened page may vote."""
    expiry: timedelta = timedelta(days=30)
    """How long after the asking a rating can be given or changed."""
    skew: timedelta = timedelta(minutes=5)
    """How far another machine's clock may be ahead of ours."""
    delay: timedelta = timedelta(hours=1)
    """How long after closing the customer is asked."""
    oldest: timedelta = timedelta(days=7)
    """A ticket closed longer ago is not asked about: a first connection must not mail history."""
