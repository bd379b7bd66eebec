"""What does a review add to the counts, on which day, and from when on? Every score is a sum of these.

A review counts on two days, both of UTC. What became of the asking stands on the day the ticket was closed, with
`answered` beside it: so on any days closed = asked + waiting + each reason not asked, and no more are answered than
were asked. The rating stands on the day it began to count: answers come for a month, and a week that was read must not
fill up behind the reader's back. A change of mind moves it to the day of the change; a better grade does not.

What the customer said stands on the day it was said first, with how soon a person answered; who was unhappy stands on
the day they first were, with whether they are happy by now (reviews/feedback.py).

Whose counts it stands in is read from its log as it is: moved credit, a tag of staff's or another cause move all of it.
What the adjusted figures leave out stands in counts of its own beside the raw ones, so both can be told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from reviews.clicks import Step, Timeline
from reviews.deeds import WHOLE, Linked
from reviews.facts import Bounce, Delivery, Settled, Vote
from reviews.feedback import standings
from reviews.handling import GRANTED, causes, exclusion, shares, tags
from reviews.log import Log, once
from reviews.model import (
    ANSWERS,
    BOUNCED,
    EMBEDDED,
    IMPORTED,
    UNSUBSCRIBED,
    Cause,
    DeliveryKind,
    Grade,
    Outcome,
    Status,
)
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
    IMPORTED = "imported"
    """Of the ratings those that another system had asked for, and exported."""
    PROVISIONAL = "provisional"
    VOIDED = "voided"
    FEEDBACK = "feedback"
    """The customer rated, or wrote; and then, once a person answered, how soon: one of those after it."""
    ANSWERED_15M = "answered_15m"
    ANSWERED_30M = "answered_30m"
    ANSWERED_1H = "answered_1h"
    ANSWERED_2H = "answered_2h"
    ANSWERED_4H = "answered_4h"
    ANSWERED_8H = "answered_8h"
    ANSWERED_1D = "answered_1d"
    ANSWERED_2D = "answered_2d"
    ANSWERED_4D = "answered_4d"
    ANSWERED_LATER = "answered_later"
    UNHAPPY_ONCE = "unhappy_once"
    """The rating counts, and was unhappy at some time."""
    RECOVERED = "recovered"
    """And is happy now."""


Count = tuple[date, Measure]
Counts = Counter[Count]
RATED: dict[tuple[str | None, Grade | None], Measure] = {
    (value, grade): Measure(f"{value}_{grade}") for value in ANSWERS for grade in Grade
}
UNDECIDED = {Status.PROVISIONAL: Measure.PROVISIONAL, Status.VOIDED: Measure.VOIDED}
ANSWERED_AFTER = (
    Measure.ANSWERED_15M,
    Measure.ANSWERED_30M,
    Measure.ANSWERED_1H,
    Measure.ANSWERED_2H,
    Measure.ANSWERED_4H,
    Measure.ANSWERED_8H,
    Measure.ANSWERED_1D,
    Measure.ANSWERED_2D,
    Measure.ANSWERED_4D,
    Measure.ANSWERED_LATER,
)
"""By the classes of feedback.BOUNDS."""
DROPPED = {UNSUBSCRIBED: Measure.UNSUBSCRIBED, BOUNCED: Measure.BOUNCED}

CANARY = "canary"
"""The source of reviews by which false ratings are measured (reviews/canaries.py)."""
EVERYTHING, AGENT, TEAM, COMPANY, TAG, CAUSE, LANGUAGE = "", "agent", "team", "company", "tag", "cause", "language"
OPPORTUNITY, WAIT = "opportunity", "wait"
"""Which request or problem in a tracker it speaks for, by address; how long after the closing the question went out."""
FACETS = (EVERYTHING, AGENT, TEAM, COMPANY, TAG, CAUSE, LANGUAGE, OPPORTUNITY, WAIT)
"""By what one can ask for counts."""
EXCLUDED, NOT_THEIRS = "excluded", "not theirs"
"""Of which facet, `excluded agent` say, the counts hold what its adjusted figures leave out: reviews whose exclusion
was granted; of agents also those that were about neither the person nor the fix, as far as anything was named."""
WAITS = (
    (timedelta(hours=1), "within an hour"),
    (timedelta(hours=4), "1 to 4 hours"),
    (timedelta(days=1), "4 to 24 hours"),
    (timedelta(days=3), "1 to 3 days"),
)
WAITED_LONG = "more than 3 days"
WAIT_NAMES = (*(name for _, name in WAITS), WAITED_LONG)
OWN_CAUSES = frozenset({Cause.PERSON, Cause.FIX})
"""What an agent's own score is about."""
SHARED = "shared"
"""Of which facet, `shared agent` say, the counts are in hundredths: reviews of which only a part is credited there."""
PARTED = (AGENT, TEAM)
"""Whose credit may be shared."""
WAIT_ROWS = (WAIT, f"{EXCLUDED} {WAIT}")
Key = tuple[str, str] | tuple[str, str, int]
"""A facet and a name; of a shared facet also how many hundredths are credited there."""


def beside(facet: str, why: str) -> str:
    """The facet of what is left out of this one's adjusted figures, and why."""
    return f"{why} {facet}".rstrip()


class Change(NamedTuple):
    """From `at` on, one more (or with -1 one less) of a measure on a day."""

    at: datetime
    day: date
    measure: Measure
    number: int


@once
def facets(log: Log) -> tuple[Key, ...]:
    """Whose counts a review belongs to, by facet and name, each once: everybody's, those of whom it is credited to, of
    its company, tags and causes; and those of what is left out of their adjusted figures."""
    named = _named(log)
    known = exclusion(log)
    if known and known.state == GRANTED:
        return (*named, *(_beside(key, EXCLUDED) for key in named))
    about = causes(log)
    if about and not OWN_CAUSES.intersection(about):
        theirs = (AGENT, beside(AGENT, SHARED))
        return (*named, *(_beside(key, NOT_THEIRS) for key in named if key[0] in theirs))
    return named


def facets_before(log: Log, before: Log) -> tuple[Key, ...]:
    """The facets of the log as it was. Mails and their fate change nothing in them but how long the question waited,
    and most events are no more than that."""
    known, wait, waited_before = len(before.facts), waited(log), waited(before)
    mails_alone = log.review is before.review and log.facts[:known] == before.facts
    if not mails_alone or not all(isinstance(fact, Settled | Delivery) for fact in log.facts[known:]):
        return facets(before)
    if wait == waited_before:
        return facets(log)
    return facets(before) if waited_before else tuple(key for key in facets(log) if key[0] not in WAIT_ROWS)


def hundredths(keys: Iterable[Key], facet: str, name: str) -> int:
    """How much of a review is counted in the figures of that name: all of it is WHOLE, 0 for nothing."""
    shared = beside(facet, SHARED) if facet in PARTED else None
    for key in keys:
        if key[1] == name and key[0] in (facet, shared):
            return key[2] if len(key) == 3 else WHOLE
    return 0


def _named(log: Log) -> tuple[Key, ...]:
    review = log.review
    told: set[Key] = {
        *_credited(log),
        (COMPANY, review.contact.company),
        (LANGUAGE, review.languages[0].lower() if review.languages else ""),
        *((TAG, tag) for tag in tags(log)),
        *((CAUSE, cause) for cause in causes(log)),
        *((OPPORTUNITY, link.url) for link in log.of(Linked)),
        (WAIT, waited(log)),
    }
    return ((EVERYTHING, ""), *sorted(key for key in told if key[1]))


def _credited(log: Log) -> Iterator[Key]:
    """Whose it is: the parts of agents and of teams each make a whole, as an agent's part is their team's as well."""
    parts: Counter[tuple[str, str]] = Counter()
    for share in shares(log):
        parts[TEAM, share.team or log.review.team] += share.percent
        if share.agent:
            parts[AGENT, share.agent] += share.percent
    if not parts:
        parts[TEAM, log.review.team] = WHOLE
    for (facet, name), percent in parts.items():
        yield (facet, name) if percent >= WHOLE else (beside(facet, SHARED), name, percent)


def _beside(key: Key, why: str) -> Key:
    return (beside(key[0], why), *key[1:])


@once
def waited(log: Log) -> str:
    """How long after the closing the question first went out, as one of WAIT_NAMES; '' while it has not."""
    if not log.sends:
        return ""
    wait = min(log.sends) - log.review.closed_at
    return next((name for most, name in WAITS if wait <= most), WAITED_LONG)


def counts(log: Log, timeline: Timeline, now: datetime) -> Counts:
    """What a review adds at `now`; nothing before it began."""
    added: Counts = Counter()
    for states in (_states, _feedback_states):
        added.update(next((counted for at, counted in reversed(list(states(log, timeline))) if at <= now), ()))
    return added


def changes(log: Log, timeline: Timeline) -> Iterator[Change]:
    """The same, told as what changes from which instant on: up to any instant they add up to the counts of then."""
    for states in (_states, _feedback_states):
        before: tuple[Count, ...] = ()
        for at, after in states(log, timeline):
            yield from (Change(at, *count, 1) for count in after if count not in before)
            yield from (Change(at, *count, -1) for count in before if count not in after)
            before = after


@once
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
            counted += [(_day(since), Measure.IMPORTED)] if log.review.source.startswith(IMPORTED) else []
        yield step.at, tuple(counted)


def _feedback_states(log: Log, timeline: Timeline) -> Iterator[tuple[datetime, tuple[Count, ...]]]:
    """What it adds from each instant on at which there is more feedback, or an answer to it, oldest first.
    What was told to another system was that one's to answer."""
    if log.review.source == CANARY or log.review.source.startswith(IMPORTED):
        return
    for at, feedback in standings(log, _holding(timeline)):
        counted: list[Count] = []
        if feedback.since:
            counted.append((_day(feedback.since), Measure.FEEDBACK))
            if feedback.answered_class is not None:
                counted.append((_day(feedback.since), ANSWERED_AFTER[feedback.answered_class]))
        if feedback.unhappy_since:
            counted.append((_day(feedback.unhappy_since), Measure.UNHAPPY_ONCE))
            if feedback.recovered:
                counted.append((_day(feedback.unhappy_since), Measure.RECOVERED))
        yield at, tuple(counted)


def _holding(timeline: Timeline) -> list[Step]:
    """The steps that ever hold: not one that begins when a later one has begun, as a clock behind ours can make it."""
    holding: list[Step] = []
    for step in reversed(timeline.steps):
        if not holding or step.at < holding[-1].at:
            holding.append(step)
    return holding[::-1]


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
