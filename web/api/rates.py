"""Does a key ask too much? The store keeps count for all processes; each takes out of it what it will need in a second,
so that not every request is a write."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import ceil

from store import Store, StoreUnavailableError, rates

KEYS_MAX = 1_000
"""Keys of which something is kept: more than any installation has; the one that waited longest makes room."""
MINUTE = timedelta(minutes=1)
SECONDS_IN_A_MINUTE = 60


@dataclass(slots=True)
class _Taken:
    """What a process took out, good for the minute in which the store's count refills."""

    left: int
    at: datetime


@dataclass(slots=True)
class Rates:
    """So many requests of each key a minute, all of them at once if need be; 0 for any number. `of` is what they ask
    for: each kind of request has a count of its own."""

    of: str
    per_minute: int = 0
    _taken: dict[str, _Taken] = field(default_factory=dict)

    async def wait_seconds(self, store: Store, key: str, *, now: datetime) -> int:
        """Take one request of a key; how many seconds to wait where there is none left, else 0. What the store cannot
        count just now is let through: nothing of it is kept, either."""
        if not self.per_minute:
            return 0
        taken = self._taken.get(key)
        if taken and taken.left and abs(now - taken.at) < MINUTE:
            taken.left -= 1
            return 0
        most = max(1, self.per_minute // SECONDS_IN_A_MINUTE)
        take = partial(rates.take, name=f"{self.of} {key}", per_minute=self.per_minute, most=most, now=now)
        try:
            number, seconds = await store.write(take)
        except StoreUnavailableError:
            return 0
        if not number:
            return max(1, ceil(seconds))
        self._keep(key, _Taken(number - 1, now))
        return 0

    def _keep(self, key: str, taken: _Taken) -> None:
        self._taken.pop(key, None)
        self._taken[key] = taken
        while len(self._taken) > KEYS_MAX:
            del self._taken[next(iter(self._taken))]
