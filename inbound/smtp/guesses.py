"""Who asks for addresses that do not exist, and how long is such a caller kept waiting?"""

from collections import Counter
from collections.abc import Callable

from inbound.smtp.limits import Limits

CALLERS_MAX = 10_000
"""Networks that are remembered: beyond, all begin anew. An attacker who has so many finds nothing either way."""
PERIOD_SECONDS = 3600.0


class Guesses:
    """Counts wrong addresses of each network by the hour. A signed address has 128 bits, so nobody finds one; but who
    tries keeps the door busy, and after the first few each answer comes later than the one before."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._since = now()
        self._counts: Counter[str] = Counter()

    def wait_seconds(self, caller: str) -> float:
        """How long the answer to one more wrong address of this network is held back."""
        if self._now() - self._since > PERIOD_SECONDS or len(self._counts) >= CALLERS_MAX:
            self._counts.clear()
            self._since = self._now()
        self._counts[caller] += 1
        beyond = self._counts[caller] - self._limits.guesses
        return min(self._limits.guess_seconds, max(0, beyond) * self._limits.guess_seconds / self._limits.guesses)
