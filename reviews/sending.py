"""Is a mail that fell due to be sent after all, and what is known once it was tried?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import decide, vouching
from reviews.doorstep import doorstep
from reviews.facts import AutoReply, Delivery, Settled
from reviews.followups import not_late
from reviews.holds import Reopened
from reviews.hours import next_opening
from reviews.log import Log
from reviews.manners import Manners
from reviews.model import (
    AGAIN,
    ASKING,
    BOUNCED,
    BY_HAND,
    LESS_OFTEN,
    ONLY_TROUBLE,
    TO_STAFF,
    DeliveryKind,
    Outcome,
)
from reviews.notices import nothing_to_tell, stand_in
from reviews.rules import Rules
from reviews.schedule import USUAL, answered, too_old, too_old_words
from reviews.skips import in_trouble
from reviews.thanking import no_thanks
from reviews.visits import expires_at

LEFT = "no longer on the staff of this brand"
NO_SUCH_TICKET = "its helpdesk knows no such ticket"
UNHEARD = "its helpdesk has not said that there is such a ticket"
ASK_AGAIN_AFTER = timedelta(minutes=15)
"""How long a mail waits that the helpdesk's word holds back."""
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
    """Never: what it was for is no longer so. `then` is the mail that goes to somebody else instead."""

    reason: str
    then: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other reviews know that bears on asking about this one, of the same brand."""

    asked_at: datetime | None = None
    """When the same person was last asked about another ticket, as far back as the brand's rest goes."""
    company_asked_at: datetime | None = None
    under_way: bool = False
    """Whether another question to them is just being sent."""
    owed: bool = False
    """Whether they wait for an answer about another ticket."""
    closed_before: bool = False
    """Whether the ticket had been closed before this closing."""
    closed_again: bool = False
    """Whether it was closed again after it."""


NOTHING = Elsewhere()


def still_due(
    delivery: Delivery,
    log: Log,
    *,
    now: datetime,
    rules: Rules,
    brakes: Brakes,
    manners: Manners = USUAL,
    elsewhere: Elsewhere = NOTHING,
    left: bool = False,
) -> Due | Wait | Drop:
    """Whether a claimed delivery is to be sent after all: decided again at the last moment. `left` is whether it goes
    to somebody who is no longer on the staff, or behind a wall."""
    if delivery.purpose in ASKING:
        reason = unwanted(log, manners=manners, elsewhere=elsewhere, now=now) or _needless(
            delivery, log, now=now, rules=rules, manners=manners, elsewhere=elsewhere
        )
        return Drop(reason) if reason else _when(delivery, log, now, brakes, manners, elsewhere)
    if delivery.purpose in TO_STAFF:
        return _to_staff(delivery, log, now=now, rules=rules, left=left)
    if delivery.purpose is DeliveryKind.THANKS:
        reason = no_thanks(log, decide(log, rules), now=now)
        return Drop(reason) if reason else Due()
    if delivery.purpose is DeliveryKind.CAME_OF and log.suppressed:
        return Drop(log.suppressed)
    if BOUNCED in log.standing and delivery.recipient == log.review.contact:
        return Drop(BOUNCED)  # who does not want to be asked still gets the answer to what they wrote
    return Due()


def _to_staff(delivery: Delivery, log: Log, *, now: datetime, rules: Rules, left: bool) -> Due | Wait | Drop:
    """Whether a mail to staff goes out, and to whom instead: to the team's lead where they would not read it."""
    if vouching.denied(log):
        return Drop(NO_SUCH_TICKET)
    if vouching.waits(log):
        patient = now - delivery.at < vouching.PATIENCE
        return Wait(now + ASK_AGAIN_AFTER, UNHEARD) if patient else Drop(UNHEARD)
    if delivery.purpose in (DeliveryKind.NOTICE, DeliveryKind.OVERDUE):
        needless = nothing_to_tell if delivery.purpose is DeliveryKind.NOTICE else not_late
        if reason := needless(delivery, log, decide(log, rules), now):
            return Drop(reason)
        why = LEFT if left else log.desk.why_unreachable(delivery.recipient.email, now)
        if why and (instead := stand_in(delivery, log, at=now)):
            return Drop(f"{why}: {instead.recipient.email} is told instead", instead)
    return Drop(LEFT) if left else Due()


def unwanted(log: Log, *, manners: Manners, elsewhere: Elsewhere, now: datetime) -> str:
    """Why the customer must not be asked, whoever may wish it, or ''."""
    if log.suppressed:
        return log.suppressed
    until = log.rests_until(LESS_OFTEN)
    if until and now < until:
        return f"they asked for fewer questions, until {until.date().isoformat()}"
    troubled = elsewhere.closed_before or in_trouble(log.review.tags, manners=manners)
    if ONLY_TROUBLE in log.standing and not troubled:
        return "they want to be asked only when it went wrong"
    if log.declined:
        return "they do not want to be asked about this ticket"
    return "they still wait for an answer about another ticket" if elsewhere.owed else ""


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


def _needless(
    delivery: Delivery, log: Log, *, now: datetime, rules: Rules, manners: Manners, elsewhere: Elsewhere
) -> str:
    """Why this question need not be asked any more, or ''."""
    reopened = next((fact for fact in log.of(Reopened) if delivery.at <= fact.at), None)
    if reopened:
        return reopened.why
    if delivery.purpose is DeliveryKind.REMINDER:
        return _reminder_needless(log, now=now, rules=rules, elsewhere=elsewhere)
    if delivery.occasion.startswith(AGAIN):
        return ""
    if log.sends:
        return "they were asked already"
    if delivery.occasion.startswith(BY_HAND):
        return ""
    if elsewhere.closed_again:
        return "the ticket was closed again: they are asked about its last closing"
    if too_old(log.review.closed_at, now=now, rules=rules):
        return too_old_words(rules)
    return _resting(now, manners, elsewhere)


def _reminder_needless(log: Log, *, now: datetime, rules: Rules, elsewhere: Elsewhere) -> str:
    if answered(log, decide(log, rules), now):
        return "they have answered"
    if elsewhere.closed_again:
        return "the ticket was closed again"
    return "the question is closed" if now > expires_at(doorstep(log), rules) else ""


def _resting(now: datetime, manners: Manners, elsewhere: Elsewhere) -> str:
    """Why the person, or somebody of their company, is left in peace, or ''."""
    if elsewhere.asked_at and now - elsewhere.asked_at < manners.rest:
        return f"they were asked less than {_days(manners.rest)} ago"
    if elsewhere.company_asked_at and now - elsewhere.company_asked_at < manners.company_rest:
        return f"somebody of their company was asked less than {_days(manners.company_rest)} ago"
    return ""


def _days(rest: timedelta) -> str:
    return "a day" if rest.days == 1 else f"{rest.days} days"


def _when(
    delivery: Delivery, log: Log, now: datetime, brakes: Brakes, manners: Manners, elsewhere: Elsewhere
) -> Due | Wait:
    """Whether it goes out now, or when to look again."""
    if brakes.paused:
        return Wait(now + LOOK_AGAIN_AFTER, "the brand is paused")
    if brakes.per_hour is not None and brakes.sent_last_hour >= brakes.per_hour:
        return Wait(now + LOOK_AGAIN_AFTER, f"the cap of {brakes.per_hour} invitations an hour is reached")
    if elsewhere.under_way:
        return Wait(now + LOOK_AGAIN_AFTER, "another question to them is on its way")
    if delivery.occasion.startswith(BY_HAND):
        return Due()
    zone, back_at = log.review.contact.timezone, _back_at(log)
    if delivery.purpose is DeliveryKind.REMINDER and back_at and now < back_at:
        return Wait(next_opening(back_at, manners=manners, zone=zone), "they are away")
    opens = next_opening(now, manners=manners, zone=zone)
    return Wait(opens, "outside of the hours in which the brand asks") if now < opens else Due()


def _back_at(log: Log) -> datetime | None:
    """When the customer said that they are back, by their latest automatic answer that says so."""
    return next((mail.back_at for mail in reversed(log.of(AutoReply)) if mail.back_at), None)
