"""What is learnt later about votes that were cast? Functions named for what happened, as in `flow.py`: each returns
facts to record, runs inside a store transaction and may run twice."""

from datetime import datetime

from reviews.clicks import decide
from reviews.facts import (
    Arrived,
    ClientSuspected,
    Delivered,
    Delivery,
    Fact,
    Hit,
    RatingSealed,
    Signal,
    StaffAction,
    Vote,
)
from reviews.handling import own_work
from reviews.log import Log
from reviews.model import DECOY, RESTORE, VOID, DeliveryKind
from reviews.notices import notices
from reviews.rules import Rules
from reviews.suspects import Suspicion

Facts = tuple[Fact, ...]

REASON_LENGTH_MAX = 500
STAFF_ACTIONS_MAX = 100
"""Of one review: whoever disagrees so often should talk to each other."""
SUSPICIONS_MAX = 50
ERASED = (Hit, Arrived, Signal)
"""What is erased when a rating is sealed: who looked at a page, and when."""


def client_suspected(log: Log, *, suspicion: Suspicion, at: datetime) -> Facts:
    """One of this review's clients did elsewhere what people do not."""
    if len(log.of(ClientSuspected)) >= SUSPICIONS_MAX:
        return ()
    return (suspected(log.review.id, suspicion, at=at),)


def suspected(review: str, suspicion: Suspicion, *, at: datetime) -> ClientSuspected:
    """What a suspicion says of one review."""
    return ClientSuspected(review, at, suspicion.client, suspicion.since, suspicion.until, suspicion.why)


def invitation_delivered(log: Log, *, delivery: str, at: datetime) -> Facts:
    """The receiving server took our invitation; it may have let us wait."""
    known = log.find(Delivery, delivery)
    if known is None or known.purpose is not DeliveryKind.INVITATION:
        return ()
    return (Delivered(log.review.id, at, delivery),)


def rating_voided(log: Log, *, action: str, who: str, reason: str, at: datetime, rules: Rules) -> Facts:
    """A member of staff took a rating back: every vote given so far. A later one of the customer counts again. Nothing
    by whom it would be counted for, as with exclusions."""
    if not reason.strip() or not log.of(Vote) or _acted_enough(log) or own_work(log, who):
        return ()
    return _with_notices(log, StaffAction(action, log.review.id, at, who, VOID, "", _cut(reason)), rules)


def rating_restored(log: Log, *, action: str, who: str, vote: str, reason: str, at: datetime, rules: Rules) -> Facts:
    """A member of staff said which vote is the customer's: it counts, whatever spoke against it. Nothing by whom it
    would be counted for."""
    known = log.find(Vote, vote)
    if not reason.strip() or known is None or known.answer == DECOY or _acted_enough(log) or own_work(log, who):
        return ()
    return _with_notices(log, StaffAction(action, log.review.id, at, who, RESTORE, vote, _cut(reason)), rules)


def rating_sealed(log: Log, *, at: datetime, rules: Rules) -> Facts:
    """The visits of a review are to be erased: its rating and the reasons are kept as they are."""
    if log.of(RatingSealed) or at < sealed_from(log, rules):
        return ()
    return (RatingSealed(log.review.id, at, decide(log, rules).steps),)


def sealed_from(log: Log, rules: Rules) -> datetime:
    """From when on the visits of a review may be erased: long after the last that could be made."""
    return max(log.review.at, *log.sends) + rules.seal if log.sends else log.review.at + rules.seal


def _acted_enough(log: Log) -> bool:
    return len(log.of(StaffAction)) >= STAFF_ACTIONS_MAX


def _cut(reason: str) -> str:
    return " ".join(reason.split())[:REASON_LENGTH_MAX]


def _with_notices(log: Log, action: StaffAction, rules: Rules) -> Facts:
    after = log.plus(action)
    return (action, *notices(after, decide(after, rules), at=action.at))
