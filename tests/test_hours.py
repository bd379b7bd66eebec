"""When is the next moment at which a brand asks? On the clock of whoever reads the mail."""

from datetime import UTC, datetime

import pytest

from reviews.hours import next_opening, zone_of
from reviews.manners import Hours, Manners

OFFICE = Hours(8 * 60, 18 * 60, frozenset(range(5)))
NIGHT_OWLS = Hours(12 * 60, 24 * 60)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "brand", "contact", "at", "opens"),
    [
        (Hours(), "Europe/Berlin", "Asia/Tokyo", "2026-11-21T03:00", "2026-11-21T03:00"),
        (OFFICE, "UTC", "", "2026-11-20T07:59", "2026-11-20T08:00"),
        (OFFICE, "UTC", "", "2026-11-20T08:00", "2026-11-20T08:00"),
        (OFFICE, "UTC", "", "2026-11-20T17:59:59", "2026-11-20T17:59:59"),
        (OFFICE, "UTC", "", "2026-11-20T18:00", "2026-11-23T08:00"),  # Friday evening: Monday
        (OFFICE, "UTC", "", "2026-11-21T12:00", "2026-11-23T08:00"),
        (OFFICE, "Europe/Berlin", "", "2026-11-23T06:30", "2026-11-23T07:00"),
        (OFFICE, "Europe/Berlin", "America/New_York", "2026-11-23T07:00", "2026-11-23T13:00"),
        (OFFICE, "UTC", "Asia/Tokyo", "2026-11-22T23:30", "2026-11-22T23:30"),  # Monday morning there
        (OFFICE, "Europe/Berlin", "Pacific Time (US & Canada)", "2026-11-23T06:30", "2026-11-23T07:00"),
        (OFFICE, "Nowhere/At all", "", "2026-11-23T06:30", "2026-11-23T08:00"),
        (OFFICE, "Europe/Berlin", "", "2026-03-27T19:00", "2026-03-30T06:00"),  # summer time began on Sunday
        (OFFICE, "Europe/Berlin", "", "2026-10-23T19:00", "2026-10-26T07:00"),  # and ended
        (Hours(150, 160), "Europe/Berlin", "", "2026-03-29T00:00", "2026-03-29T01:30"),  # 02:30 is not on that clock
        (NIGHT_OWLS, "UTC", "", "2026-11-23T23:59:59", "2026-11-23T23:59:59"),
        (NIGHT_OWLS, "UTC", "", "2026-11-24T00:00", "2026-11-24T12:00"),
        (Hours(0, 60, frozenset({6})), "UTC", "", "2026-11-22T01:00", "2026-11-29T00:00"),  # one hour a week
    ],
)
def test_when_the_next_moment_is(hours: Hours, brand: str, contact: str, at: str, opens: str) -> None:
    manners = Manners(hours=hours, timezone=brand)
    assert next_opening(utc(at), manners=manners, zone=contact) == utc(opens)


@pytest.mark.parametrize("name", ["", "UTC+25", "../etc/passwd", "/etc/passwd", "Europe", "x" * 100, "a\0b"])
def test_a_name_that_is_no_zone_is_not_understood(name: str) -> None:
    assert zone_of(name) is None
