"""When is the next moment at which a mail may go out? In the hours and on the days of whoever reads it."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from reviews.manners import Hours, Manners

DAYS_AHEAD_MAX = 8
"""A week and the day that has begun: some weekday is always among them."""
ZONE_CHARS_MAX = 64
"""Of a zone's name; the longest of the IANA's has 32."""


def next_opening(at: datetime, *, manners: Manners, zone: str = "") -> datetime:
    """The first moment from `at` on within the brand's hours, read on the clock of `zone`, the contact's, where it is
    known, else on the brand's."""
    if manners.hours.always:
        return at
    return _opening(at, manners.hours, zone_of(zone) or zone_of(manners.timezone) or UTC)[0]


def after_working(since: datetime, within: timedelta, *, hours: Hours, timezone: str) -> datetime:
    """When so much time will have passed in which a house works that keeps these hours, on the clock of its zone."""
    if hours.always:
        return since + within
    place, at, left = zone_of(timezone) or UTC, since, within
    while True:
        opens, closes = _opening(at, hours, place)
        if left <= closes - opens:
            return opens + left
        at, left = closes, left - (closes - opens)


def _opening(at: datetime, hours: Hours, place: tzinfo) -> tuple[datetime, datetime]:
    """The first moment from `at` on within those hours, and when they end that day."""
    today = at.astimezone(place).date()
    for ahead in range(DAYS_AHEAD_MAX + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() in hours.days:
            midnight = datetime.combine(day, time())
            # Wall-clock arithmetic first, the zone after it: on the day the clocks change, eight is still eight.
            opens = (midnight + timedelta(minutes=hours.begins)).replace(tzinfo=place).astimezone(UTC)
            closes = (midnight + timedelta(minutes=hours.ends)).replace(tzinfo=place).astimezone(UTC)
            if at < closes:
                return max(at, opens), closes
    raise ValueError("hours without a day")


def zone_of(name: str) -> tzinfo | None:
    """The zone with that name; None where there is none, as helpdesks have names of their own for them. The table of
    zones comes with Python or the machine, and is the same for everybody."""
    if not name or len(name) > ZONE_CHARS_MAX:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known, not a name, a folder of the zone files
        return None
