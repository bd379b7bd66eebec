"""Is a way out worth a try? Closed while mails go through, open after some failures in a row: then one mail tries it
now and then, after waits that grow. Told the time and the chance; opens nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES = 5
"""So many connections in a row that came to nothing are no accident."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)
SPREAD = 0.2
TRYING = timedelta(minutes=1)
"""So long others wait for what the one who tries it finds; should its process be gone, another tries."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """One route's, as all mailers know it. `until` None: it is closed, and all mails may go."""

    failures: int = 0
    until: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Whether a mail may try."""
        return self.until is None or now >= self.until

    def failed(self, now: datetime, *, chance: float, trying: bool = False) -> "Breaker":
        """The route could not be used. What was under way when it was given up counts no more, but for the mail that
        was to try it."""
        if not (trying or self.allows(now)):
            return self
        failures = self.failures + 1
        if failures < FAILURES:
            return Breaker(failures)
        wait = min(FIRST_WAIT * 2 ** min(failures - FAILURES, 10), LONGEST_WAIT)
        return Breaker(failures, now + wait * (1 - SPREAD + 2 * SPREAD * chance))

    def hoped(self, now: datetime) -> "Breaker":
        """Something may be better now, as another address in the settings: it is tried at once."""
        return self if self.allows(now) else Breaker(self.failures, now)

    def tried(self, now: datetime) -> "Breaker":
        """One mail finds out whether it is back; others wait for that. Unchanged where another does already."""
        return Breaker(self.failures, now + TRYING) if self.until and self.allows(now) else self
