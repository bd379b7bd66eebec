"""Small builders of rating histories: what happened on a rating page, in seconds after the mail."""

from collections.abc import Callable
from typing import Any

from reviews import flow, hindsight
from reviews.clicks import Step
from reviews.events import Press
from reviews.facts import Vote
from reviews.log import Log
from reviews.model import DECOY, Mode
from reviews.suspects import Suspicion
from tests.story import (
    RULES,
    START,
    later,
    opened,
    sent,
    the_delivery,
    voted,
)

Event = Callable[[Log], Log]
LATE = 3_000
"""Seconds after the mail at which a click is no longer early."""
HOLD, EARLY = int(RULES.hold.total_seconds()), int(RULES.early.total_seconds())
EXPIRY = int(RULES.expiry.total_seconds())


def open_(page: str, at: float, *, by: str = "c1", link: str = "happy", **seen: Any) -> Event:
    return lambda log: opened(log, page, at=later(at), client=by, link=link, **seen)


def vote(page: str, answer: str, mode: Mode, at: float, *, trusted: bool = True, **told: Any) -> Event:
    return lambda log: voted(log, page, answer, mode, at=later(at), trusted=trusted, **told)


def auto(page: str, answer: str, at: float, **told: Any) -> Event:
    return vote(page, answer, Mode.AUTO, at, **told)


def shown(page: str, at: float, *, by: str = "c1", link: str = "happy", **seen: str) -> Event:
    """A page opened and looked at for a second, so that its script votes."""

    def happened(log: Log) -> Log:
        log = open_(page, at, by=by, link=link, **seen)(log)
        return auto(page, link, at + 1)(log) if link != DECOY else log

    return happened


def suspected(by: str, why: str, at: float, *, around: float) -> Event:
    """That client did something elsewhere; its visits within a minute of `around` are in doubt."""

    def happened(log: Log) -> Log:
        told = Suspicion(log.review.id, by, why, later(around - 60), later(around + 60))
        return log.plus(*hindsight.client_suspected(log, suspicion=told, at=later(at)))

    return happened


def delivered(at: float) -> Event:
    return lambda log: log.plus(*hindsight.invitation_delivered(log, delivery=the_delivery(log).id, at=later(at)))


def voided(at: float, *, reason: str = "it was not them") -> Event:
    return lambda log: log.plus(
        *hindsight.rating_voided(log, action=f"v{at}", who="lea", reason=reason, at=later(at), rules=RULES)
    )


def restored(at: float, answer: str, *, reason: str = "it was them") -> Event:
    def happened(log: Log) -> Log:
        vote = next((vote.id for vote in log.of(Vote) if vote.answer == answer), "none")
        return log.plus(
            *hindsight.rating_restored(
                log, action=f"r{at}", who="lea", vote=vote, reason=reason, at=later(at), rules=RULES
            )
        )

    return happened


def press(page: str, answer: str, at: float, *, trusted: bool = True) -> Event:
    return vote(page, answer, Mode.BUTTON, at, trusted=trusted)


def form(page: str, answer: str, at: float) -> Event:
    return vote(page, answer, Mode.FORM, at)


def comment(page: str, answer: str, at: float) -> Event:
    said = Press(page, answer, Mode.COMMENT)
    return lambda log: log.plus(*flow.commented(log, press=said, words="words", at=later(at), rules=RULES))


def arrive(page: str, at: float) -> Event:
    return lambda log: log.plus(*flow.page_arrived(log, hit=page, at=later(at)))


def touch(page: str, at: float) -> Event:
    return lambda log: log.plus(*flow.page_touched(log, hit=page, event="scroll", at=later(at), rules=RULES))


def reminded(at: float, *, attempt: int = 2) -> Event:
    return lambda log: log.plus(sent(the_delivery(log), at=later(at), attempt=attempt))


def told_as(step: Step) -> str:
    """A step as a line of the tables: seconds after the mail, status, value, grade, reasons."""
    words = (step.status, step.value, step.grade, f"({', '.join(step.reasons)})")
    return " ".join([f"{(step.at - START).total_seconds():.9g}", *(str(word) for word in words if word)])
