"""Which clients do what people do not, across reviews? Forged links beside true ones, and more reviews at once than an
office has (click-protocol 3.5, N6 and N7).

A client's trail is what it did in the last minute, whichever process it came to: the store keeps it, so that a fleet
whose visits are divided over many machines is one. What a trail shows is written as a fact into each review it touches,
so no decision ever depends on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reviews.clicks.doubts import BAD_TOKEN, FLEET
from reviews.rules import Rules

REVIEWS_MAX = 100
"""Reviews remembered of one client, those opened last; a fleet shows long before."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A client, what it did, and which of its visits to that review are in doubt."""

    review: str
    client: str
    why: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Trace:
    """When a client last opened a link of a review, and when that review was last told what of it."""

    at: datetime
    told: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Trail:
    """One client's last minute: the reviews it opened, the last one last, and when it tried a forged link."""

    client: str
    reviews: dict[str, Trace] = field(default_factory=dict)
    forged_at: datetime | None = None

    def visited(self, review: str, *, at: datetime, rules: Rules) -> list[Suspicion]:
        """The client opened a link of a review: what that shows, of this review and of others."""
        known = self.reviews.pop(review, None)
        self.reviews[review] = Trace(at, known.told if known else {})
        self._forget(at, rules)
        found: list[Suspicion] = []
        if self.forged_at and at - self.forged_at <= rules.bad_token_window:
            found += self._new([review], BAD_TOKEN, rules.bad_token_window, at)
        if len(self.reviews) >= rules.fleet:
            opened = self._opened(rules.fleet_window, at)
            if len(opened) >= rules.fleet:
                found += self._new(opened, FLEET, rules.fleet_window, at)
        return found

    def forged(self, *, at: datetime, rules: Rules) -> list[Suspicion]:
        """It tried a link that we did not sign: what that shows of the reviews it opened just before."""
        self.forged_at = at
        window = rules.bad_token_window
        return self._new(self._opened(window, at), BAD_TOKEN, window, at)

    def _opened(self, window: timedelta, at: datetime) -> list[str]:
        return [review for review, trace in self.reviews.items() if at - trace.at <= window]

    def _forget(self, at: datetime, rules: Rules) -> None:
        kept_for = max(rules.fleet_window, rules.bad_token_window)
        stale = [review for review, trace in self.reviews.items() if at - trace.at > kept_for]
        for review in (*stale, *list(self.reviews)[:-REVIEWS_MAX]):
            self.reviews.pop(review, None)

    def _new(self, reviews: Iterable[str], why: str, window: timedelta, at: datetime) -> list[Suspicion]:
        """A suspicion of each review that was not told of it within the window."""
        new = [review for review in reviews if not self._told(review, why, window, at)]
        for review in new:
            self.reviews[review].told[why] = at
        return [Suspicion(review, self.client, why, at - window, at + window) for review in new]

    def _told(self, review: str, why: str, window: timedelta, at: datetime) -> bool:
        told_at = self.reviews[review].told.get(why)
        return told_at is not None and at - told_at <= window
