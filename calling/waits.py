"""How did a call end, and when is it made again? Growing waits over three days, as Standard Webhooks asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from calling.guard import Answer
from store.calls import DONE, DUE, FAILED, Fate

WAITS = tuple(
    timedelta(**{unit: number})
    for number, unit in (
        (5, "seconds"),
        (5, "minutes"),
        (30, "minutes"),
        (2, "hours"),
        (5, "hours"),
        (10, "hours"),
        (14, "hours"),
        (20, "hours"),
        (24, "hours"),
    )
)
"""Before each further attempt: ten in three days and four hours. The spread below adds at most a tenth."""
SPREAD = 0.1
ASKED_FOR_MAX = timedelta(days=1)
"""How long a `Retry-After` is heeded."""
GONE = 410
"""RFC 9110 section 15.5.11: it is not there any more, and will not be again."""
MOVED = range(300, 400)
PASSING = (408, 425, 429)


def judged(answer: Answer, *, attempt: int, now: datetime, chance: float) -> Fate:
    """What an answer means for the `attempt`-th attempt. `chance` is between 0 and 1, so that what failed together
    does not come again together."""
    if 200 <= answer.status < 300:
        return Fate(DONE, f"{answer.status}")
    if answer.status == GONE:
        return Fate(FAILED, "410: it is gone, and is told nothing any more")
    moved = " (redirects are not followed)" if answer.status in MOVED else ""
    return again(
        f"{answer.status}{moved}", attempt=attempt, now=now, chance=chance, at_least=_asked_for(answer, now=now)
    )


def again(reason: str, *, attempt: int, now: datetime, chance: float, at_least: timedelta = timedelta()) -> Fate:
    """Another attempt after a while, or none after the last."""
    if attempt > len(WAITS):
        return Fate(FAILED, f"{reason}; given up after {attempt} attempts")
    wait = max(WAITS[attempt - 1] * (1 + SPREAD * chance), at_least)
    return Fate(DUE, reason, now + wait)


def _asked_for(answer: Answer, *, now: datetime) -> timedelta:
    """What `Retry-After` asks for, in either of its forms (RFC 9110 section 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    try:
        if told.isdecimal():
            return min(timedelta(seconds=int(told[:9])), ASKED_FOR_MAX)
        until = parsedate_to_datetime(told) if told else now
    except ValueError:
        return timedelta()
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), ASKED_FOR_MAX)
