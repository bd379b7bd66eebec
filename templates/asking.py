"""How does a brand ask? The table `[asking]` of its file, checked."""

import re
from datetime import timedelta

from reviews.manners import DAY_MINUTES, EVERY_DAY, REMINDERS_MAX, Hours, Manners, Skip
from templates.brand_file import Table

WEEK_MINUTES = 7 * DAY_MINUTES
DAYS_MAX = 365
"""Of a rest: longer ones are a brand that should not ask."""
ONE_IN_MAX = 1_000
NAMES_MAX = 500
"""In one list of what is skipped; the file has its own limit as well."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


def read_manners(table: Table, *, timezone: str) -> Manners:
    """How the brand asks; `BrandError` says what is wrong and what was expected. `timezone` is the brand's own."""
    usual = Manners()
    manners = Manners(
        delay=_delay(table),
        hours=read_hours(table),
        timezone=timezone,
        reminders=table.number("reminders", low=0, high=REMINDERS_MAX, default=usual.reminders),
        reminder_after=_days(table, "reminder_days", low=1, default=usual.reminder_after.days),
        thanks=table.yes_or_no("thanks", default=usual.thanks),
        one_in=table.number("one_in", low=1, high=ONE_IN_MAX, default=usual.one_in),
        rest=_days(table, "rest_days"),
        company_rest=_days(table, "company_rest_days"),
        trouble_tags=_names(table, "trouble_tags", default=usual.trouble_tags),
        skip=_skip(table.table("skip")),
    )
    table.nothing_else()
    return manners


def _delay(table: Table) -> timedelta | None:
    minutes = table.number("after_minutes", low=0, high=WEEK_MINUTES - 1, default=0)
    return timedelta(minutes=minutes) if "after_minutes" in table.entries else None


def _days(table: Table, key: str, *, low: int = 0, default: int = 0) -> timedelta:
    return timedelta(days=table.number(key, low=low, high=DAYS_MAX, default=default))


def read_hours(table: Table) -> Hours:
    """The hours and days in a table, every one where it says nothing."""
    span = table.text("hours", _is_span, "hours such as 08:00-18:00, the second later than the first", "00:00-24:00")
    days = table.names("days", most=len(WEEKDAYS)) or WEEKDAYS
    wrong = [day for day in days if day not in WEEKDAYS]
    if wrong:
        raise table.wrong("days", wrong[0], f"days out of {', '.join(WEEKDAYS)}")
    begins, ends = _minutes(span)
    chosen = frozenset(WEEKDAYS.index(day) for day in days)
    return Hours(begins, ends, EVERY_DAY if len(chosen) == len(WEEKDAYS) else chosen)


def _skip(table: Table) -> Skip:
    usual = Skip()
    skip = Skip(
        tags=_names(table, "tags"),
        sources=_names(table, "sources"),
        agents=_names(table, "agents"),
        companies=_names(table, "companies"),
        domains=_names(table, "domains"),
        automatic=table.yes_or_no("automatic", default=usual.automatic),
        staff=table.yes_or_no("staff", default=usual.staff),
    )
    table.nothing_else()
    return skip


def _names(table: Table, key: str, *, default: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names without regard to case; the default where the key is not there."""
    names = frozenset(name.casefold() for name in table.names(key, most=NAMES_MAX))
    return names if key in table.entries else default


def is_clock(value: str) -> bool:
    """Whether this is a time of the day as a clock shows it: `08:00`."""
    return _CLOCK.fullmatch(value) is not None and minutes_of(value) < DAY_MINUTES


def minutes_of(clock: str) -> int:
    """Such a time in minutes since midnight."""
    return 60 * int(clock[:2]) + int(clock[3:])


def said_as(minutes: int) -> str:
    """Minutes since midnight as such a time."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _is_span(value: str) -> bool:
    begins, dash, ends = value.partition("-")
    if not dash or not _CLOCK.fullmatch(begins) or not _CLOCK.fullmatch(ends):
        return False
    first, last = _minutes(value)
    return first < last <= DAY_MINUTES


def _minutes(span: str) -> tuple[int, int]:
    """Both ends of a span in minutes since midnight."""
    first, _, last = span.partition("-")
    return minutes_of(first), minutes_of(last)
