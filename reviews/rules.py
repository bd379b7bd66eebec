"""Which constants does everything go by? The click protocol's (section 3.4) and the schedule's, with reasons."""

from dataclasses import dataclass
from datetime import timedelta

VERSION = "2026-11"
"""Of the rules that decide; told with every rating, for under other rules the same log may mean something else."""


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
    gap: timedelta = timedelta(minutes=1)
    """Visits with no longer gaps between them are one cluster; a press so soon after one is part of it."""
    fast: timedelta = timedelta(seconds=3)
    """Nobody opens two different faces of a mail faster than this."""
    decoy_window: timedelta = timedelta(minutes=10)
    """Whoever opened a link that nobody can see is no person for so long before and after."""
    sweep: timedelta = timedelta(hours=24)
    """One client that opens every face within this and touches nothing is a scanner that takes its time."""
    sweep_any: timedelta = timedelta(hours=1)
    """The same by any clients: each of their untouched votes is asked for a tap."""
    bad_token_window: timedelta = timedelta(minutes=1)
    """A client that tries forged links beside true ones does it within this."""
    fleet: int = 5
    """So many reviews opened by one client within `fleet_window`: more than the colleagues of one office."""
    fleet_window: timedelta = timedelta(minutes=1)
    press_burst: timedelta = timedelta(seconds=5)
    """Nobody presses three faces of one page within this and means each."""
    press_fast: timedelta = timedelta(seconds=0.5)
    """Nor two."""
    nonce: timedelta = timedelta(minutes=30)
    """How long an opened page may vote."""
    expiry: timedelta = timedelta(days=30)
    """How long after the asking a rating can be given or changed."""
    seal: timedelta = timedelta(days=90)
    """After this visits are erased; the rating and its reasons stay."""
    skew: timedelta = timedelta(minutes=5)
    """How far another machine's clock may be ahead of ours."""
    delay: timedelta = timedelta(hours=1)
    """How long after closing the customer is asked."""
    oldest: timedelta = timedelta(days=7)
    """A ticket closed longer ago is not asked about: a first connection must not mail history."""


MONTH = timedelta(days=30.4375)
YEAR = 12 * MONTH


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each kind of what is known of people is kept, beside visits (`Rules.seal`); None is for good."""

    mails: timedelta | None = None
    """Mails as they came, with their attachments. What was read in them is part of the review, and stays."""
    reviews: timedelta | None = None
    """Reviews in which nothing happened for so long: their words and names go, their numbers stay."""
    letters: timedelta | None = timedelta(days=90)
    """What helpdesks sent and nobody could read."""
