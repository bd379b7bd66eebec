"""Can a person be behind this request for a rating link?"""

import pytest

from reviews.doorstep import doorstep
from reviews.visits import Visit, machine_reason
from tests.histories import EXPIRY, LATE, reminded
from tests.story import (
    RULES,
    asked_log,
    closed_log,
    later,
    visit,
)


@pytest.mark.parametrize(
    ("seen", "link", "at", "reason"),
    [
        (visit(), "happy", LATE, ""),
        (visit(method="HEAD"), "happy", LATE, "method"),
        (visit(method="OPTIONS"), "happy", LATE, "method"),
        (visit(sec_purpose="prefetch;prerender"), "happy", LATE, "prefetch"),
        (visit(sec_purpose="Prefetch"), "happy", LATE, "prefetch"),
        (visit(purpose="preview"), "happy", LATE, "prefetch"),
        (visit(x_moz="prefetch"), "happy", LATE, "prefetch"),
        (visit(sec_fetch_dest="image"), "happy", LATE, "fetch_dest"),
        (visit(sec_fetch_dest="document"), "happy", LATE, ""),
        (visit(), "decoy", LATE, "decoy"),
        (visit(), "happy", 4.999, "min_age"),
        (visit(), "happy", 5, ""),
        (visit(), "happy", EXPIRY, ""),
        (visit(), "happy", EXPIRY + 0.001, "expired"),
        (visit(), "happy", -60, "min_age"),
        (visit(), "happy", -RULES.skew.total_seconds() - 1, ""),  # our clock was set back: nobody has a link so early
    ],
)
def test_a_visit_that_no_person_makes_is_known(seen: Visit, link: str, at: float, reason: str) -> None:
    assert machine_reason(seen, doorstep(asked_log()), link=link, at=later(at), rules=RULES) == reason


def test_too_soon_after_a_reminder_is_too_soon() -> None:
    log = reminded(LATE)(asked_log())
    assert machine_reason(visit(), doorstep(log), link="happy", at=later(LATE + 4), rules=RULES) == "min_age"


def test_before_the_mail_went_out_nobody_can_have_the_link() -> None:
    assert (
        machine_reason(visit(), doorstep(closed_log()), link="happy", at=later(LATE), rules=RULES) == "before_delivery"
    )


def test_the_end_is_counted_from_the_asking_and_not_from_a_reminder() -> None:
    log = reminded(EXPIRY - 60)(asked_log())
    assert machine_reason(visit(), doorstep(log), link="happy", at=later(EXPIRY + 1), rules=RULES) == "expired"
