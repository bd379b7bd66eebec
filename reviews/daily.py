"""When is the daily mail to staff put together? Once a day, on the brand's clock."""

from datetime import UTC, datetime, timedelta

from reviews.hours import zone_of

USUAL_MINUTES = 8 * 60
"""Eight in the morning: before the work, so that the day can begin with an answer."""


def last_time(now: datetime, *, minutes: int, timezone: str) -> datetime:
    """The latest moment up to `now` at which a daily mail was to go out: so many minutes after midnight there."""
    local = now.astimezone(zone_of(timezone) or UTC)
    today = local.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
    return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)
