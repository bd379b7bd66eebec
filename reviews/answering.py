"""How does a brand answer? What its file says under `[answering]`: who hears of what, by when a customer is answered,
and whose figures are anybody's business."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from reviews.manners import Hours

AGENT, LEAD = "agent", "lead"
"""Whom a rule may name beside addresses: whoever the review is with, and who leads the team."""
UNHAPPY = frozenset({"unhappy", "very_unhappy"})
SAD = UNHAPPY | {"neutral"}


class Figures(StrEnum):
    """Who may see the figures of one agent."""

    OFF = "off"
    OWN = "own"
    LEADS = "leads"


class Credit(StrEnum):
    """Whose score a closed ticket counts for, before a person says otherwise."""

    SOLVER = "solver"
    ASSIGNEE = "assignee"
    SHARED = "shared"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Tell:
    """Who is told of what customers say: whoever is named, where all that is given here is so. Names are compared
    without regard to case; nothing given is always so."""

    to: tuple[str, ...]
    faces: frozenset[str] = frozenset()
    team: str = ""
    company: str = ""
    words: tuple[str, ...] = ()
    """Any of these stands in what was written."""
    daily: bool = False
    """In the daily mail, not at once. A mail of the customer's is told at once in any case: somebody waits."""


USUAL_TELLING = (
    Tell((AGENT, LEAD), faces=UNHAPPY),
    Tell((AGENT,), faces=frozenset({"neutral"})),
    Tell((AGENT,), faces=frozenset({"happy", "very_happy"}), daily=True),
)


@dataclass(frozen=True, slots=True)
class Answering:
    """How one brand answers; these are the defaults."""

    within: timedelta = timedelta(days=1)
    """A customer who is owed an answer has one after so much time of the hours in which the house works."""
    escalate_after: timedelta = timedelta(days=1)
    """So much of it later the lead is told."""
    hours: Hours = Hours()  # noqa: RUF009 - it is frozen
    timezone: str = "UTC"
    faces: frozenset[str] = SAD
    """Whoever rates so is owed an answer."""
    words: tuple[str, ...] = ()
    """And whoever writes one of these."""
    replies: bool = True
    """And whoever writes a mail."""
    telling: tuple[Tell, ...] = USUAL_TELLING
    figures: Figures = Figures.LEADS
    credit: Credit = Credit.SOLVER
    domains: frozenset[str] = frozenset()
    """Where one's own agents have their addresses; who is named by a ticket and is in none of them is a stranger. None
    for any: then whoever the helpdesk names is one of us."""


USUAL_ANSWERING = Answering()
