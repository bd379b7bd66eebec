"""When is a customer asked, if at all, and when is a mail that could not be handed over tried again?"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import Timeline
from reviews.events import ClosedTicket
from reviews.facts import Comment, Delivery, Message
from reviews.hours import next_opening
from reviews.log import Log
from reviews.manners import Manners
from reviews.model import AGAIN, ASKING, EMBEDDED, By, DeliveryKind, Status
from reviews.rules import Rules
from reviews.skips import sampled_out, skipped

USUAL = Manners()
CLOSED_LONG_AGO = "closed more than"
ASKS = ("later", "now", "never", EMBEDDED)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""Growing waits between attempts, the last one repeated (RFC 5321 section 4.5.4.1 asks for patience)."""
GIVE_UP_AFTER = timedelta(days=3)
"""RFC 5321 section 4.5.4.1 has four to five days for a mail server; the one we hand over to adds its own."""
SPREAD = 0.2
"""By how much a wait is shorter or longer, so that what failed together does not come again together."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether and when to ask: `at`, or None with the reason."""

    at: datetime | None
    reason: str = ""


def asking_about(
    ticket: ClosedTicket, review: str, *, at: datetime, rules: Rules, manners: Manners, staff: Collection[str]
) -> Asking:
    """When to ask about a closing, or why not; what the helpdesk itself said about it comes first."""
    zone = ticket.contact.timezone
    when = asking(ask=ticket.ask, closed_at=ticket.closed_at, now=at, rules=rules, manners=manners, zone=zone)
    if when.at is None:
        return when
    reason = skipped(ticket, manners=manners, staff=staff) or sampled_out(review, manners=manners)
    return Asking(None, reason) if reason else when


def asking(
    *, ask: str, closed_at: datetime, now: datetime, rules: Rules, manners: Manners = USUAL, zone: str = ""
) -> Asking:
    """When the invitation of a ticket closed at `closed_at` falls due, on the clock of the contact's `zone`. A
    helpdesk's fast clock delays nothing."""
    if ask == "never":
        return Asking(None, "the helpdesk said not to ask")
    if ask == EMBEDDED:
        return Asking(None, "the question stands in the helpdesk's own mail")
    if too_old(closed_at, now=now, rules=rules):
        return Asking(None, too_old_words(rules))
    delay = rules.delay if manners.delay is None else manners.delay
    at = now if ask == "now" else max(now, min(closed_at, now) + delay)
    return Asking(next_opening(at, manners=manners, zone=zone))


def next_reminder(sent: Delivery, log: Log, *, at: datetime, manners: Manners) -> Delivery | None:
    """The reminder that follows a question handed over at `at`: the log does not know of that yet. None after the last
    one, after a question that was asked once more, and after anything that is none."""
    number = 1 + len(log.sends)
    if sent.purpose not in ASKING or sent.occasion.startswith(AGAIN) or number > manners.reminders:
        return None
    due_at = next_opening(at + manners.reminder_after, manners=manners, zone=log.review.contact.timezone)
    contact = log.review.contact
    return Delivery(log.review.id, at, DeliveryKind.REMINDER, str(number), contact, due_at)


def answered(log: Log, timeline: Timeline, now: datetime) -> bool:
    """Whether the customer has said anything: a rating that was not a machine's, words on the page, a mail."""
    rated = timeline.at(now).status in (Status.PROVISIONAL, Status.CONFIRMED)
    return rated or bool(log.of(Comment)) or any(message.by is By.CUSTOMER for message in log.of(Message))


def too_old(closed_at: datetime, *, now: datetime, rules: Rules) -> bool:
    """Whether so much time went by that a question would only puzzle."""
    return now - closed_at > rules.oldest


def too_old_words(rules: Rules) -> str:
    """Why an old ticket is not asked about."""
    return f"{CLOSED_LONG_AGO} {rules.oldest.days} days ago"


def retry_at(*, attempt: int, first_due: datetime, now: datetime, chance: float = 0.5) -> datetime | None:
    """When attempt number `attempt` (from 1) that failed for now is made again; None when it is time to give up.
    `chance`, from 0 to 1, spreads the waits."""
    wait = RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1] * (1 - SPREAD + 2 * SPREAD * chance)
    later = now + wait
    return later if later - first_due <= GIVE_UP_AFTER else None


def spread(delivery: str, attempt: int) -> float:
    """A chance from 0 to 1 for an attempt, the same each time it is asked."""
    return int.from_bytes(hashlib.sha256(f"{delivery} {attempt}".encode()).digest()[:4], "big") / 2**32
