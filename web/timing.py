"""How long did requests take, by who answered and how? Counted by the event loop's thread alone: no lock."""

from collections.abc import Iterator

from store.figures import Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A rating takes some 2 ms, and nobody waits for more than ten seconds."""
NOBODY = "nobody"
"""Who answers where there is no such page."""


class Timing:
    """The requests of one process since its start."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[object, int], Histogram] = {}

    def add(self, handler: object, status: int, seconds: float) -> None:
        """One request was answered; status 0 when it was not."""
        histogram = self._seconds.get((handler, status))
        if histogram is None:
            histogram = self._seconds[handler, status] = Histogram(SECONDS)
        histogram.add(seconds)

    def told(self) -> Iterator[tuple[str, int, Histogram]]:
        """Each handler by its name, `rating.page.opened`, with each status it gave."""
        for (handler, status), histogram in list(self._seconds.items()):
            yield _name(handler), status, histogram


def _name(handler: object) -> str:
    name = getattr(handler, "__name__", "")
    return f"{getattr(handler, '__module__', '').removeprefix('web.')}.{name}" if name else NOBODY
