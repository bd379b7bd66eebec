"""Is a way out worth a try? Closed while mails go through, open after some failures in a row: then one mail tries it
now and then, after waits that grow. Told the time and the chance; opens nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES = 5
"""So many connections in a row that came to nothing are no accident."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)
SPREAD = 0.2


@dataclass
class Breaker:
    """One route's. `until` None: it is closed, and all mails may go."""

    failures: int = 0
    until: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Whether a mail may try."""
        return self.until is None or now >= self.until

    def failed(self, now: datetime, *, chance: float) -> bool:
        """The route could not be used; whether it is left alone from now on. What was under way when it was given up
        counts no more."""
        if not self.allows(now):
            return False
        self.failures += 1
        if self.failures < FAILURES:
            return False
        wait = min(FIRST_WAIT * 2 ** min(self.failures - FAILURES, 10), LONGEST_WAIT)
        self.until = now + wait * (1 - SPREAD + 2 * SPREAD * chance)
        return True

    def worked(self) -> bool:
        """The route took a mail, or said no to one; whether it had been given up."""
        was_open, self.failures, self.until = self.until is not None, 0, None
        return was_open
