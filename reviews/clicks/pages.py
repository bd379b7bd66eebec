"""What do the posts of a rating page amount to, and what may the page be told of its vote?"""

from dataclasses import dataclass
from datetime import datetime

from reviews.clicks.vouching import NO_TICKET, UNVOUCHED
from reviews.facts import (
    Arrived,
    ClientSuspected,
    Delivered,
    Fact,
    Hit,
    Settled,
    Signal,
    SnippetGiven,
    StaffAction,
    Vote,
    Vouched,
)
from reviews.log import Log
from reviews.model import RESTORE, VOID, Evidence, Mode, Status
from reviews.timeline import Step, Timeline
from reviews.visits import DECOYED


@dataclass(frozen=True, slots=True)
class Told:
    """What a page may say of its own vote. Of what others gave before it says nothing: links leak."""

    status: Status
    answer: str
    needs_tap: bool


def evidence_of(mode: Mode, *, trusted: bool, log: Log, hit: str) -> Evidence:
    """How strong a vote is when it is cast (click-protocol 3.3): a native form post from a page whose script had
    reported in is a script's doing, and so is a press the browser does not vouch for."""
    if mode is Mode.AUTO:
        return Evidence.SOFT
    if mode is Mode.COMMENT:
        return Evidence.EXPLICIT
    if mode is Mode.BUTTON:
        return Evidence.EXPLICIT if trusted else Evidence.SOFT
    scripted = any(arrived.hit == hit for arrived in log.of(Arrived))
    return Evidence.SOFT if scripted else Evidence.EXPLICIT


def told(log: Log, timeline: Timeline, *, hit: str, now: datetime) -> Told:
    """What the page of that hit may say. A vote that neither counts nor will count by itself asks for a tap."""
    votes = [vote for vote in log.of(Vote) if vote.hit == hit]
    if not votes:
        return Told(Status.NONE, "", needs_tap=False)
    latest = votes[-1]
    step = timeline.at(now)
    if _stands(step, latest, log):
        return Told(Status.CONFIRMED, latest.answer, needs_tap=False)
    ahead = (later for later in timeline.steps if later.at > now)
    will_count = any(_stands(later, latest, log) and later.vote == latest.id for later in ahead)
    return Told(Status.PROVISIONAL, latest.answer, needs_tap=not will_count)


def _stands(step: Step, latest: Vote, log: Log) -> bool:
    """Whether that answer is the rating, as far as whoever gave it can know: whether their ticket's helpdesk vouches
    for it is none of their business."""
    if step.counted or UNVOUCHED in step.reasons:
        return step.value == latest.answer
    of_step = log.find(Vote, step.vote) if NO_TICKET in step.reasons else None
    return of_step is not None and of_step.answer == latest.answer


def moves(fact: Fact, log: Log) -> bool:
    """Whether a fact can change the timeline of the log it joins. It is made of votes, so before the first nothing but
    a vote can, and what a visit means is decided then; what is said beside votes, or sent to staff, never does."""
    match fact:
        case Vote():
            return True
        case Hit():
            return (fact.page or fact.machine == DECOYED) and bool(log.of(Vote))
        case StaffAction():
            return fact.action in (VOID, RESTORE) and bool(log.of(Vote))
        case Signal() | Settled() | SnippetGiven() | Vouched() | ClientSuspected() | Delivered():
            return bool(log.of(Vote))
    return False
