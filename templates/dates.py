"""How an instant is said to a person: in the brand's time zone, in words that no country reads the other way round."""

from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def said(at: datetime, timezone: str) -> str:
    """An instant (aware) as `21 November 2026, 14:05` in the named time zone."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
