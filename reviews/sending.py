"""Is a mail that fell due to be sent after all, and what is known once it was tried?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import decide
from reviews.facts import Delivery, Settled
from reviews.log import Log
from reviews.model import UNSUBSCRIBED, DeliveryKind, Outcome
from reviews.notices import nothing_to_tell
from reviews.rules import Rules
from reviews.schedule import too_old, too_old_words

LOOK_AGAIN_AFTER = timedelta(minutes=1)
"""How long a mail held back by a brake waits before it is looked at again."""


@dataclass(frozen=True, slots=True)
class Brakes:
    """What holds invitations back: a paused brand, or the cap of an hour."""

    paused: bool = False
    per_hour: int | None = None
    sent_last_hour: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """Send it now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: look again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never: what it was for is no longer so."""

    reason: str


def still_due(delivery: Delivery, log: Log, *, now: datetime, rules: Rules, brakes: Brakes) -> Due | Wait | Drop:
    """Whether a claimed delivery is to be sent after all: decided again at the last moment."""
    if delivery.purpose is DeliveryKind.INVITATION:
        return _invitation_still_due(log, now=now, rules=rules, brakes=brakes)
    if delivery.purpose is DeliveryKind.NOTICE:
        reason = nothing_to_tell(delivery, log, decide(log, rules), now)
        return Drop(reason) if reason else Due()
    if delivery.purpose is DeliveryKind.ANSWER and log.suppressed not in ("", UNSUBSCRIBED):
        return Drop(log.suppressed)  # who unsubscribed from surveys still gets the answer to what they wrote
    return Due()


def attempted(
    delivery: Delivery,
    *,
    outcome: Outcome,
    attempt: int,
    composed_at: datetime,
    at: datetime,
    seen: int = 0,
    reason: str = "",
    gone: bool = False,
    wording: str = "",
) -> Settled:
    """An attempt to send ended; its words were put together at `composed_at` from the log's first `seen` facts."""
    return Settled(
        delivery.review,
        at,
        delivery.id,
        delivery.purpose,
        outcome,
        attempt,
        composed_at,
        seen=seen,
        reason=reason,
        gone=gone,
        wording=wording,
    )


def _invitation_still_due(log: Log, *, now: datetime, rules: Rules, brakes: Brakes) -> Due | Wait | Drop:
    if log.suppressed:
        return Drop(log.suppressed)
    if too_old(log.review.closed_at, now=now, rules=rules):
        return Drop(too_old_words(rules))
    if brakes.paused:
        return Wait(now + LOOK_AGAIN_AFTER, "the brand is paused")
    if brakes.per_hour is not None and brakes.sent_last_hour >= brakes.per_hour:
        return Wait(now + LOOK_AGAIN_AFTER, f"the cap of {brakes.per_hour} invitations an hour is reached")
    return Due()
