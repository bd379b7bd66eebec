"""What does a rating rest on? Every visit, vote and touch of a review in order, with what the rules made of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import Standing, Step, decide, standings
from reviews.clicks.case import Case, read_case
from reviews.facts import (
    Arrived,
    ClientSuspected,
    Delivered,
    Hit,
    RatingSealed,
    Settled,
    Signal,
    StaffAction,
    Vote,
)
from reviews.log import Log
from reviews.model import DECOY, RESTORE, VOID, DeliveryKind, Outcome
from reviews.rules import Rules

Told = Hit | Vote | Signal | Settled | Delivered | ClientSuspected | StaffAction | RatingSealed
"""The facts that say something of a rating."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What was opened together with a visit: how many faces and hidden links, by how many clients, within how long."""

    faces: int
    decoys: int
    clients: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `client` is `c1`, `c2` and so on, in the order in which they came, '' for none;
    `standing` how a vote fares at the moment of asking; `pattern` what a vote's page was opened together with."""

    at: datetime
    fact: Told
    client: str = ""
    standing: Standing | None = None
    pattern: Pattern | None = None
    after_mail: timedelta | None = None
    """How long after the last invitation it happened."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rating at a moment, and all that it rests on, oldest first."""

    step: Step
    entries: tuple[Entry, ...]
    rules: Rules

    @property
    def visits(self) -> list[Hit]:
        return [entry.fact for entry in self.entries if isinstance(entry.fact, Hit)]

    @property
    def votes(self) -> list[Entry]:
        return [entry for entry in self.entries if isinstance(entry.fact, Vote)]


def evidence(log: Log, rules: Rules, *, now: datetime) -> Evidence:
    """The evidence of a review as it is known at `now`."""
    case = read_case(log, rules)
    entries = sorted(_entries(log, case, rules, now), key=lambda entry: entry.at)
    return Evidence(decide(log, rules).at(now), tuple(entries), rules)


def _entries(log: Log, case: Case, rules: Rules, now: datetime) -> Iterator[Entry]:
    names = _names(case)
    client_of = {visit.hit.id: names[visit.client] for visit in case.visits}
    patterns = _patterns(case)
    fares = {one.vote.id: one for one in standings(log, rules, at=now)}
    for fact in log.facts:
        if not _tells(fact) or fact.at > now:
            continue
        hit = fact.id if isinstance(fact, Hit) else fact.hit if isinstance(fact, Vote | Signal) else ""
        standing = fares.get(fact.id) if isinstance(fact, Vote) else None
        sends = [at for at in log.sends if at <= fact.at]
        after = fact.at - sends[-1] if sends and hit else None
        yield Entry(fact.at, fact, client_of.get(hit, ""), standing, patterns.get(hit), after)  # type: ignore[arg-type]


def _tells(fact: object) -> bool:
    match fact:
        case Settled():
            return fact.purpose is DeliveryKind.INVITATION and fact.outcome is Outcome.SENT
        case StaffAction():
            return fact.action in (VOID, RESTORE)
        case Arrived():
            return False
    return isinstance(fact, Told)


def _names(case: Case) -> dict[str, str]:
    names: dict[str, str] = {}
    for visit in case.visits:
        names.setdefault(visit.client, f"c{len(names) + 1}")
    return names


def _patterns(case: Case) -> dict[str, Pattern]:
    """By visit, what it was opened together with; a visit by itself makes none."""
    found: dict[str, Pattern] = {}
    for cluster in case.clusters:
        if len(cluster.visits) < 2:
            continue
        links = [visit.link for visit in cluster.visits]
        pattern = Pattern(
            faces=len(set(links) - {DECOY}),
            decoys=links.count(DECOY),
            clients=len({visit.client for visit in cluster.visits}),
            within=cluster.visits[-1].at - cluster.visits[0].at,
        )
        found |= {visit.hit.id: pattern for visit in cluster.visits}
    return found
