"""What does a process count of itself? Plain numbers that one thread adds to and any may read: no lock on the way."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence


class Histogram:
    """How many values fell up to each bound, how many beyond the last, and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """One more value. For one thread alone."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, int]]:
        """Each bound as text, with how many values were not above it; `+Inf` last, as Prometheus tells them."""
        summed, told = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            summed += count
            told.append((bound, summed))
        return told


def together(bounds: Sequence[float], several: Iterable[Histogram]) -> Histogram:
    """Those of several threads, as one."""
    summed = Histogram(bounds)
    for one in several:
        summed.counts = [ours + theirs for ours, theirs in zip(summed.counts, one.counts, strict=True)]
        summed.total += one.total
    return summed
