"""Does a key ask too much? A bucket for each, which refills by itself; of this process alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

KEYS_MAX = 1_000
"""Buckets kept: more keys than any installation has; the one that waited longest makes room."""
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


@dataclass(slots=True)
class Rates:
    """So many requests of each key a minute, all of them at once if need be; 0 for any number."""

    per_minute: int = 0
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def wait_seconds(self, key: str, *, now: datetime) -> int:
        """Take one request of a key; how many seconds to wait where there is none left, else 0."""
        if not self.per_minute:
            return 0
        bucket = self._buckets.pop(key, None) or _Bucket(self.per_minute, now)
        gained = max(now - bucket.at, timedelta()) / MINUTE * self.per_minute
        bucket.left, bucket.at = min(bucket.left + gained, self.per_minute), now
        self._buckets[key] = bucket
        while len(self._buckets) > KEYS_MAX:
            del self._buckets[next(iter(self._buckets))]
        if bucket.left < 1:
            return max(1, round((1 - bucket.left) * 60 / self.per_minute))
        bucket.left -= 1
        return 0
