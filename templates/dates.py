"""How is an instant said to a person? In the brand's time zone, in words that no country reads the other way round."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from templates.languages import languages


def said(at: datetime, timezone: str, language: str = "en") -> str:
    """An instant (aware) as `21 November 2026, 14:05` in the named time zone and in a language there is."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{format_date(local, 'long', locale=languages()[language].locale)}, {local:%H:%M}"


def date_said(at: datetime, timezone: str, language: str = "en") -> str:
    """The day of an instant, as `21 November 2026`."""
    return str(format_date(at.astimezone(ZoneInfo(timezone)), "long", locale=languages()[language].locale))
