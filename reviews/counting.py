"""What does a review add to the counts, on which day, and from when on? Every score is a sum of these.

A review counts on two days, both of UTC. What became of the asking stands on the day the ticket was closed, with
`answered` beside it: so on any days closed = asked + waiting + each reason not asked, and no more are answered than
were asked. The rating stands on the day it began to count: answers come for a month, and a week that was read must not
fill up behind the reader's back. A change of mind moves it to the day of the change; a better grade does not.

Whose counts it stands in is read from its log as it is: moved credit, a tag of staff's or another cause move all of it.
What the adjusted figures leave out stands in counts of its own beside the raw ones, so both can be told.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from reviews.clicks import Step, Timeline
from reviews.deeds import (
    CauseSet,
    CreditMoved,
    ExclusionAsked,
    ExclusionDecided,
    ExclusionWithdrawn,
    Tagged,
)
from reviews.facts import Bounce, Comment, Delivery, Vote
from reviews.handling import GRANTED, causes, exclusion, shares, tags
from reviews.log import Log
from reviews.model import ANSWERS, BOUNCED, EMBEDDED, UNSUBSCRIBED, Cause, DeliveryKind, Grade, Outcome, Status
from reviews.schedule import CLOSED_LONG_AGO
from reviews.unasked import last_end, waiting


class Measure(StrEnum):
    """What is counted. A review is one of the first nine, `answered` (or `embedded_answered`) as well once its rating
    counts, and then one of the ratings; or its rating is provisional or voided."""

    ASKED = "asked"
    EMBEDDED = "embedded"
    """Asked in the helpdesk's own mail, of which we do not know whether it went out: never added to those asked."""
    WAITING = "waiting"
    NEVER = "never"
    """The helpdesk said not to ask."""
    OLD = "old"
    """It was closed too long ago."""
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    SKIPPED = "skipped"
    """A rule of the brand's, or a wish of the customer's, kept us from asking; or the ticket was reopened."""
    REFUSED = "refused"
    """The relay would not take the mail."""
    ANSWERED = "answered"
    EMBEDDED_ANSWERED = "embedded_answered"
    VERY_HAPPY_SOFT = "very_happy_soft"
    VERY_HAPPY_HARD = "very_happy_hard"
    HAPPY_SOFT = "happy_soft"
    HAPPY_HARD = "happy_hard"
    NEUTRAL_SOFT = "neutral_soft"
    NEUTRAL_HARD = "neutral_hard"
    UNHAPPY_SOFT = "unhappy_soft"
    UNHAPPY_HARD = "unhappy_hard"
    VERY_UNHAPPY_SOFT = "very_unhappy_soft"
    VERY_UNHAPPY_HARD = "very_unhappy_hard"
    PROVISIONAL = "provisional"
    VOIDED = "voided"


Count = tuple[date, Measure]
Counts = Counter[Count]
RATED: dict[tuple[str | None, Grade | None], Measure] = {
    (value, grade): Measure(f"{value}_{grade}") for value in ANSWERS for grade in Grade
}
UNDECIDED = {Status.PROVISIONAL: Measure.PROVISIONAL, Status.VOIDED: Measure.VOIDED}
DROPPED = {UNSUBSCRIBED: Measure.UNSUBSCRIBED, BOUNCED: Measure.BOUNCED}

CANARY = "canary"
"""The source of reviews by which false ratings are measured (reviews/canaries.py)."""
EVERYTHING, AGENT, TEAM, COMPANY, TAG, CAUSE, LANGUAGE = "", "agent", "team", "company", "tag", "cause", "language"
FACETS = (EVERYTHING, AGENT, TEAM, COMPANY, TAG, CAUSE, LANGUAGE)
"""By what one can ask for counts."""
EXCLUDED, NOT_THEIRS = "excluded", "not theirs"
"""Of which facet, `excluded agent` say, the counts hold what its adjusted figures leave out: reviews whose exclusion
was granted; of agents also those that were about neither the person nor the fix, as far as anything was named."""
OWN_CAUSES = frozenset({Cause.PERSON, Cause.FIX})
"""What an agent's own score is about."""
RENAMING = (CauseSet, Comment, CreditMoved, ExclusionAsked, ExclusionDecided, ExclusionWithdrawn, Tagged)
"""The facts that `facets` goes by: whatever else happens leaves a review in the counts it stands in."""
Key = tuple[str, str]


def beside(facet: str, why: str) -> str:
    """The facet of what is left out of this one's adjusted figures, and why."""
    return f"{why} {facet}".rstrip()


class Change(NamedTuple):
    """From `at` on, one more (or with -1 one less) of a measure on a day."""

    at: datetime
    day: date
    measure: Measure
    number: int


def facets(log: Log) -> tuple[Key, ...]:
    """Whose counts a review belongs to, by facet and name, each once: everybody's, those of whom it is credited to, of
    its company, tags and causes; and those of what is left out of their adjusted figures."""
    named = _named(log)
    known = exclusion(log)
    if known and known.state == GRANTED:
        return (*named, *((beside(facet, EXCLUDED), name) for facet, name in named))
    about = causes(log)
    if about and not OWN_CAUSES.intersection(about):
        return (*named, *((beside(AGENT, NOT_THEIRS), name) for facet, name in named if facet == AGENT))
    return named


def _named(log: Log) -> tuple[Key, ...]:
    review, credited = log.review, shares(log)
    teams = [share.team for share in credited if share.team] or [review.team]
    told = {
        *((AGENT, share.agent) for share in credited),
        *((TEAM, team) for team in teams),
        (COMPANY, review.contact.company),
        (LANGUAGE, review.languages[0].lower() if review.languages else ""),
        *((TAG, tag) for tag in tags(log)),
        *((CAUSE, cause) for cause in causes(log)),
    }
    return ((EVERYTHING, ""), *sorted((facet, name) for facet, name in told if name))


def counts(log: Log, timeline: Timeline, now: datetime) -> Counts:
    """What a review adds at `now`; nothing before it began."""
    added: tuple[Count, ...] = ()
    for at, counted in _states(log, timeline):
        if at <= now:
            added = counted
    return Counter(added)


def changes(log: Log, timeline: Timeline) -> Iterator[Change]:
    """The same, told as what changes from which instant on: up to any instant they add up to the counts of then."""
    before: tuple[Count, ...] = ()
    for at, after in _states(log, timeline):
        yield from (Change(at, *count, 1) for count in after if count not in before)
        yield from (Change(at, *count, -1) for count in before if count not in after)
        before = after


def asking(log: Log) -> Measure:
    """What became of the asking, as far as it is known. A vote shows that the question reached somebody, whatever
    else is known; what went out and came back for good has asked nobody."""
    if log.review.ask == EMBEDDED:
        return Measure.EMBEDDED
    if log.of(Vote):
        return Measure.ASKED
    if log.sends:
        return Measure.BOUNCED if _came_back(log) else Measure.ASKED
    if waiting(log):
        return Measure.WAITING
    end = last_end(log)
    if end is None and log.review.ask == "never":
        return Measure.NEVER
    if end and end.outcome is Outcome.REFUSED:
        return Measure.REFUSED
    return _dropped(end.reason if end else log.review.not_asked)


def _dropped(reason: str) -> Measure:
    return Measure.OLD if reason.startswith(CLOSED_LONG_AGO) else DROPPED.get(reason, Measure.SKIPPED)


def _came_back(log: Log) -> bool:
    invitations = {mail.id for mail in log.of(Delivery) if mail.purpose is DeliveryKind.INVITATION}
    return any(bounce.permanent and bounce.delivery in invitations for bounce in log.of(Bounce))


def _states(log: Log, timeline: Timeline) -> Iterator[tuple[datetime, tuple[Count, ...]]]:
    """What a review adds from each instant on at which its rating changes, oldest first."""
    if log.review.source == CANARY:
        return  # nobody is there, so nobody was asked
    closed_on, asked = _day(log.review.closed_at), asking(log)
    answered = Measure.EMBEDDED_ANSWERED if asked is Measure.EMBEDDED else Measure.ANSWERED
    standing: tuple[Status, str | None] | None = None
    since = log.review.at
    for step in _holding(timeline):
        if (step.status, step.value) != standing:
            standing, since = (step.status, step.value), step.at
        rating = RATED.get((step.value, step.grade)) or UNDECIDED.get(step.status)
        counted = [(closed_on, asked)]
        if rating:
            counted.append((_day(since), rating))
        if step.counted:
            counted.append((closed_on, answered))
        yield step.at, tuple(counted)


def _holding(timeline: Timeline) -> list[Step]:
    """The steps that ever hold: not one that begins when a later one has begun, as a clock behind ours can make it."""
    holding: list[Step] = []
    for step in reversed(timeline.steps):
        if not holding or step.at < holding[-1].at:
            holding.append(step)
    return holding[::-1]


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
