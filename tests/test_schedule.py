"""When is a customer asked, and when is a mail tried again?"""

from datetime import timedelta

import pytest

from reviews.rules import Rules
from reviews.schedule import GIVE_UP_AFTER, RETRY_AFTER, Asking, asking, retry_at
from tests.story import RULES, START, later

NEVER = Asking(None, "the helpdesk said not to ask")
EMBEDDED = Asking(None, "the question stands in the helpdesk's own mail")
OLD = Asking(None, "closed more than 7 days ago")


@pytest.mark.parametrize(
    ("ask", "closed", "expected"),
    [
        ("later", timedelta(0), Asking(later(hours=1))),
        ("later", timedelta(minutes=20), Asking(later(minutes=40))),
        ("later", timedelta(hours=1), Asking(START)),
        ("later", timedelta(days=3), Asking(START)),
        ("later", timedelta(days=7), Asking(START)),
        ("later", timedelta(days=7, microseconds=1), OLD),
        ("now", timedelta(0), Asking(START)),
        ("now", timedelta(days=8), OLD),
        ("never", timedelta(0), NEVER),
        ("never", timedelta(days=8), NEVER),
        ("embedded", timedelta(0), EMBEDDED),
        ("later", -timedelta(minutes=4), Asking(later(hours=1))),  # the helpdesk's clock is ahead
        ("later", -timedelta(days=9_000), Asking(later(hours=1))),
    ],
)
def test_when_a_customer_is_asked(ask: str, closed: timedelta, expected: Asking) -> None:
    assert asking(ask=ask, closed_at=START - closed, now=START, rules=RULES) == expected


def test_the_reason_names_the_days_that_are_set() -> None:
    rules = Rules(oldest=timedelta(days=2))
    assert asking(ask="now", closed_at=later(days=-3), now=START, rules=rules).reason == "closed more than 2 days ago"


@pytest.mark.parametrize(
    ("attempt", "waits"),
    [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (24, 240)],
)
def test_the_waits_between_attempts_grow(attempt: int, waits: int) -> None:
    assert retry_at(attempt=attempt, first_due=START, now=START) == later(minutes=waits)


def test_after_four_days_it_is_time_to_give_up() -> None:
    last = START + GIVE_UP_AFTER - RETRY_AFTER[-1]
    assert retry_at(attempt=30, first_due=START, now=last) == START + GIVE_UP_AFTER
    assert retry_at(attempt=30, first_due=START, now=last + timedelta(microseconds=1)) is None


def test_a_mail_that_is_never_taken_is_tried_for_days_and_not_for_ever() -> None:
    attempts, now = 0, START
    while again := retry_at(attempt=attempts + 1, first_due=START, now=now):
        assert again > now
        attempts, now = attempts + 1, again
    assert now - START > timedelta(days=2, hours=18)
    assert attempts < 40
