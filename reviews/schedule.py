"""When is a customer asked, if at all, and when is a mail that could not be handed over tried again?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.model import EMBEDDED
from reviews.rules import Rules

ASKS = ("later", "now", "never", EMBEDDED)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""Growing waits between attempts, the last one repeated (RFC 5321 section 4.5.4.1 asks for patience)."""
GIVE_UP_AFTER = timedelta(days=4)
"""RFC 5321 section 4.5.4.1: the give-up time is at least four to five days."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether and when to ask: `at`, or None with the reason."""

    at: datetime | None
    reason: str = ""


def asking(*, ask: str, closed_at: datetime, now: datetime, rules: Rules) -> Asking:
    """When the invitation of a ticket closed at `closed_at` falls due. A helpdesk's fast clock delays nothing."""
    if ask == "never":
        return Asking(None, "the helpdesk said not to ask")
    if ask == EMBEDDED:
        return Asking(None, "the question stands in the helpdesk's own mail")
    if too_old(closed_at, now=now, rules=rules):
        return Asking(None, too_old_words(rules))
    return Asking(now if ask == "now" else max(now, min(closed_at, now) + rules.delay))


def too_old(closed_at: datetime, *, now: datetime, rules: Rules) -> bool:
    """Whether so much time went by that a question would only puzzle."""
    return now - closed_at > rules.oldest


def too_old_words(rules: Rules) -> str:
    """Why an old ticket is not asked about."""
    return f"closed more than {rules.oldest.days} days ago"


def retry_at(*, attempt: int, first_due: datetime, now: datetime) -> datetime | None:
    """When attempt number `attempt` (from 1) that failed for now is made again; None when it is time to give up."""
    later = now + RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1]
    return later if later - first_due <= GIVE_UP_AFTER else None
