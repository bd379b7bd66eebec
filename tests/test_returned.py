"""What is told of a mail that came back, or is late."""

import pytest

from reviews.facts import Bounce
from reviews.returned import returned, why_returned
from tests.story import asked_log, bounce_of, later

FULL = "552 5.2.2 over quota"


@pytest.mark.parametrize(
    ("permanent", "status", "reason", "told"),
    [
        (True, "5.1.1", "550 5.1.1 no such user", "for good: there is no such address; 550 5.1.1 no such user"),
        (False, "5.2.2", FULL, f"for now: the mailbox is full; {FULL}"),
        (False, "4.4.7", "", "for now: it took too long"),
    ],
)
def test_it_is_told_for_how_long_what_that_means_and_what_the_server_said(
    permanent: bool, status: str, reason: str, told: str
) -> None:
    bounce = Bounce("review", later(1), "delivery", "mail", permanent=permanent, status=status, reason=reason)
    assert why_returned(bounce) == told


def test_a_bounce_for_good_is_told_before_a_later_one_for_now() -> None:
    log = asked_log()
    gone = bounce_of(log, permanent=True)
    late = Bounce(gone.review, later(90), gone.delivery, "another", permanent=False, status="4.4.7", reason="late")
    assert returned(log.plus(late)) == {gone.delivery: late}
    assert returned(log.plus(gone, late)) == {gone.delivery: gone}
