"""Which clients do what people do not, across reviews? Forged links beside true ones, and more reviews at once than an
office has (click-protocol 3.5, N6 and N7).

A table of the last minute, in the memory of one process, bounded; nobody is asked. What it shows is written as a fact
into each review it touches, so no decision ever depends on the table.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reviews.clicks.doubts import BAD_TOKEN, FLEET
from reviews.rules import Rules

CLIENTS_MAX = 5_000
"""Clients remembered, the latest: a wave of requests has few, and each takes some hundred bytes."""
VISITS_MAX = 100
"""Visits remembered of one client; a fleet shows long before."""


TOLD_MAX = 5_000
"""Reviews of one client that need not be told again; the oldest may be."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A client, what it did, and which of its visits to that review are in doubt."""

    review: str
    client: str
    why: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class _Trail:
    """One client's last minute: its visits, when it tried a forged link, and what was told of it already."""

    visits: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=VISITS_MAX))
    forged_at: datetime | None = None
    told: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict)


class Suspects:
    """The clients of the last minute."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._trails: OrderedDict[str, _Trail] = OrderedDict()
        self._kept_for = max(rules.fleet_window, rules.bad_token_window)

    def visited(self, client: str, review: str, *, at: datetime) -> list[Suspicion]:
        """A client opened a link of a review: what that shows, of this review and of others."""
        trail = self._trail(client, at)
        trail.visits.append((at, review))
        found: list[Suspicion] = []
        if trail.forged_at and at - trail.forged_at <= self._rules.bad_token_window:
            found += self._new(trail, client, [review], BAD_TOKEN, self._rules.bad_token_window, at)
        window = self._rules.fleet_window
        if len(trail.visits) >= self._rules.fleet:
            reviews = {review for seen_at, review in trail.visits if at - seen_at <= window}
            if len(reviews) >= self._rules.fleet:
                found += self._new(trail, client, sorted(reviews), FLEET, window, at)
        return found

    def forged(self, client: str, *, at: datetime) -> list[Suspicion]:
        """A client tried a link that we did not sign: what that shows of the reviews it opened just before."""
        trail = self._trail(client, at)
        trail.forged_at = at
        window = self._rules.bad_token_window
        reviews = sorted({review for seen_at, review in trail.visits if at - seen_at <= window})
        return self._new(trail, client, reviews, BAD_TOKEN, window, at)

    def _trail(self, client: str, at: datetime) -> _Trail:
        trail = self._trails.pop(client, None) or _Trail()
        self._trails[client] = trail
        if len(self._trails) > CLIENTS_MAX:
            self._trails.popitem(last=False)
        while trail.visits and at - trail.visits[0][0] > self._kept_for:
            trail.visits.popleft()
        return trail

    def _new(
        self, trail: _Trail, client: str, reviews: list[str], why: str, window: timedelta, at: datetime
    ) -> list[Suspicion]:
        """A suspicion of each review that has not been told of it within the window."""
        while trail.told and (at - next(iter(trail.told.values())) > window or len(trail.told) > TOLD_MAX):
            trail.told.popitem(last=False)
        new = [review for review in reviews if (review, why) not in trail.told]
        trail.told.update({(review, why): at for review in new})
        return [Suspicion(review, client, why, at - window, at + window) for review in new]
