"""What was opened together? Visits to one review's links with small gaps between them, and what pattern they show.

A cluster grows with time, and each pattern is told with the instant since when it shows: what was so at an earlier
moment is the same whatever came after.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from reviews.facts import Hit
from reviews.model import DECOY
from reviews.rules import Rules


class Seen(NamedTuple):
    """One visit that a person might have made: whose it was, when, and what it opened."""

    client: str
    at: datetime
    link: str
    hit: Hit


@dataclass(slots=True, eq=False)
class Cluster:
    """Visits with no gap longer than `Rules.gap`, oldest first. A pattern is None while it does not show."""

    visits: Sequence[Seen]
    hard: datetime | None = None
    """A decoy, or two faces opened faster than anybody does."""
    burst: datetime | None = None
    """No person opened all this: a decoy, two faces too fast, or every face."""
    conflict: datetime | None = None
    """Two faces and two clients."""
    members: dict[str, datetime] = field(default_factory=dict)
    """The clients that opened two faces, a decoy, or one of two faces opened too fast."""

    def visited_after(self, moment: datetime) -> datetime | None:
        """The first visit at or after that moment, or None."""
        place = bisect_left(self.visits, moment, key=_at)
        return self.visits[place].at if place < len(self.visits) else None


def clusters(visits: Sequence[Seen], rules: Rules, *, faces: int) -> Iterator[Cluster]:
    """The clusters of a review's visits, which are given oldest first; `faces` are the answers there are."""
    for together in _runs(visits, rules.gap):
        yield _read(together, rules, faces) if len(together) > 1 or together[0].link == DECOY else Cluster(together)


def _runs(visits: Iterable[Seen], gap: timedelta) -> Iterator[list[Seen]]:
    run: list[Seen] = []
    for visit in visits:
        if run and visit.at - run[-1].at > gap:
            yield run
            run = []
        run.append(visit)
    if run:
        yield run


def _read(visits: Sequence[Seen], rules: Rules, faces: int) -> Cluster:
    cluster = Cluster(visits)
    opened: dict[str, set[str]] = {}
    opened_faces: set[str] = set()
    pairs = _Pairs(rules.fast)
    for visit in visits:
        if visit.link == DECOY:
            _since(cluster, visit, [visit.client])
            continue
        _since(cluster, visit, pairs.joined(visit))
        opened_faces.add(visit.link)
        own = opened.setdefault(visit.client, set())
        own.add(visit.link)
        if len(own) > 1:
            cluster.members.setdefault(visit.client, visit.at)
        if len(opened_faces) == faces:
            cluster.burst = cluster.burst or visit.at
        if len(opened_faces) > 1 and len(opened) > 1:
            cluster.conflict = cluster.conflict or visit.at
    return cluster


def _since(cluster: Cluster, visit: Seen, clients: Sequence[str]) -> None:
    """From this visit on those clients are known to do what nobody does."""
    if clients:
        cluster.hard = cluster.hard or visit.at
        cluster.burst = cluster.burst or visit.at
    for client in clients:
        cluster.members.setdefault(client, visit.at)


class _Pairs:
    """Two different faces faster than `fast` apart: whose visits those are. Each visit is looked at twice at most."""

    def __init__(self, fast: timedelta) -> None:
        self._fast = fast
        self._latest: dict[str, datetime] = {}
        self._alone: dict[str, list[Seen]] = {}

    def joined(self, visit: Seen) -> list[str]:
        """The clients of all pairs that this visit makes, its own among them; none when it makes no pair."""
        found: list[str] = []
        for face, at in self._latest.items():
            if face != visit.link and visit.at - at < self._fast:
                found.append(visit.client)
                found += [one.client for one in self._alone.pop(face, ()) if visit.at - one.at < self._fast]
        self._latest[visit.link] = visit.at
        if not found:
            self._alone.setdefault(visit.link, []).append(visit)
        return found


def _at(visit: Seen) -> datetime:
    return visit.at
