"""How does a brand ask? What its file says under `[asking]`: when, how often, and whom not at all."""

from dataclasses import dataclass, field
from datetime import timedelta

DAY_MINUTES = 24 * 60
EVERY_DAY = frozenset(range(7))
REMINDERS_MAX = 3
"""Whoever did not answer three times does not want to; a fourth mail earns a complaint."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When invitations and reminders may go out: minutes since midnight, and weekdays from Monday, 0."""

    begins: int = 0
    ends: int = DAY_MINUTES
    days: frozenset[int] = EVERY_DAY

    @property
    def always(self) -> bool:
        """Whether every moment will do."""
        return (self.begins, self.ends, self.days) == (0, DAY_MINUTES, EVERY_DAY)


@dataclass(frozen=True, slots=True)
class Skip:
    """Tickets that nobody is asked about: any of these is reason enough. Names are compared without regard to case."""

    tags: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    """Of the contact's address."""
    automatic: bool = True
    """Those that no person closed."""
    staff: bool = True
    """Those of one's own staff."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How one brand asks; these are the defaults."""

    delay: timedelta | None = None
    """How long after closing; None for what the installation says."""
    hours: Hours = Hours()
    timezone: str = "UTC"
    """Whose hours they are where the contact's own zone is not known."""
    reminders: int = 0
    """How many times somebody who has not answered is asked again."""
    reminder_after: timedelta = timedelta(days=3)
    thanks: bool = False
    """Whether somebody who answered is thanked by mail."""
    one_in: int = 1
    """Of so many tickets one is asked about."""
    rest: timedelta = timedelta(0)
    """So long after a question the same person gets no other."""
    company_rest: timedelta = timedelta(0)
    """The same for everybody of one company."""
    trouble_tags: frozenset[str] = frozenset({"escalated", "complaint", "reopened"})
    """Tags of tickets that went wrong, for who wants to be asked about no others."""
    skip: Skip = field(default_factory=Skip)
