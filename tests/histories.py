"""Small builders of rating histories: what happened on a rating page, in seconds after the mail."""

from collections.abc import Callable

from reviews import flow
from reviews.clicks import Step
from reviews.events import Press
from reviews.log import Log
from reviews.model import Mode
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


def open_(page: str, at: float, *, by: str = "c1", link: str = "happy") -> Event:
    return lambda log: opened(log, page, at=later(at), client=by, link=link)


def vote(page: str, answer: str, mode: Mode, at: float, *, trusted: bool = True, machine: str = "") -> Event:
    return lambda log: voted(log, page, answer, mode, at=later(at), trusted=trusted, machine=machine)


def auto(page: str, answer: str, at: float, *, machine: str = "") -> Event:
    return vote(page, answer, Mode.AUTO, at, machine=machine)


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
