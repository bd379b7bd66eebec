"""Until when is the person away whose program answered?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from reviews.classify.phrases import MONTHS, UNTIL, UNTIL_AFTER

TEXT_CHARS_MAX = 4_000  # an absence notice says it in its first lines
WINDOW_CHARS = 60  # within which a date stands after "until", or before its like in languages that put it last
AWAY_DAYS_MAX = 400  # a sabbatical; what lies further ahead is a misread year


def _numbers() -> dict[str, frozenset[int]]:
    """The months a name can mean (listopad is October or November), by the name and by its first three letters."""
    found: dict[str, set[int]] = {}
    for number, row in enumerate(MONTHS, 1):
        for name in row.split():
            found.setdefault(name, set()).add(number)
    short: dict[str, set[int]] = {}
    for name, numbers in found.items():
        if len(name) > 4:
            short.setdefault(name[:3], set()).update(numbers)
    return {name: frozenset(numbers) for name, numbers in (short | found).items()}


_NUMBERS = _numbers()
_SAID = re.compile("|".join(rf"(?<!\w){re.escape(words)}" for words in sorted(set(UNTIL), key=len, reverse=True)))
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})(?!\d)")
_CJK = re.compile(r"(?:(20\d\d)[年년]\s?)?(?<!\d)(\d{1,2})[月월]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-]\s?(\d{1,2})(?:[./-]\s?(20\d\d|\d\d)?)?(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|ο|η)?\s{1,2}(?:de |of |d')?([^\W\d_]{3,14})\.?,?"
    r"(?:\s{1,2}(?:de )?(20\d\d))?"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,14})\.?\s{1,2}(\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s{1,2}(20\d\d))?")
# With the orders in which their parts can be read.
_PATTERNS = (
    (_ISO, ("ymd",)),
    (_CJK, ("ymd",)),
    (_DAY_FIRST, ("dmy",)),
    (_MONTH_FIRST, ("mdy",)),
    (_NUMERIC, ("dmy", "mdy")),
)


def away_until(text: str, *, sent: date) -> date | None:
    """The day an absence notice names as its last or as that of the return: the latest it names, None where none.

    A day without a year is the next one after `sent`; of 03/04 the reading that lies nearer ahead is taken.
    """
    text = text[:TEXT_CHARS_MAX].lower().replace("\xa0", " ")
    windows = [text[found.end() : found.end() + WINDOW_CHARS] for found in _SAID.finditer(text)]
    for words in UNTIL_AFTER:
        at = text.find(words)
        if at > 0:
            windows.append(text[max(0, at - WINDOW_CHARS) : at])
    found = {day for window in windows for day in _first_day(window, sent)}
    return max(found, default=None)


def _first_day(window: str, sent: date) -> Iterator[date]:
    """The first date that this piece of text names, as far as it lies ahead."""
    candidates: list[tuple[int, date]] = []
    for pattern, orders in _PATTERNS:
        match = pattern.search(window)
        if match:
            ahead = [day for order in orders for day in _days(dict(zip(order, match.groups(), strict=True)), sent)]
            candidates += [(match.start(), min(ahead))] if ahead else []
    if candidates:
        yield min(candidates)[1]


def _days(parts: dict[str, str | None], sent: date) -> Iterator[date]:
    """Each day that lies ahead and that year, month and day can mean."""
    month, year = parts["m"] or "", parts["y"]
    months = [int(month)] if month.isdigit() else sorted(_NUMBERS.get(month, _NUMBERS.get(month[:3], ())))
    years = [int(year) % 2000 + 2000] if year else [sent.year, sent.year + 1]
    for each, number in product(years, months):
        try:
            named = date(each, number, int(parts["d"] or 0))
        except ValueError:
            continue
        if timedelta(0) <= named - sent <= timedelta(days=AWAY_DAYS_MAX):
            yield named
