"""What speaks for and against each vote of a review? The log, read once into what the rules ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from reviews.clicks.clusters import Cluster, Seen, clusters
from reviews.doorstep import doorstep
from reviews.facts import ClientSuspected, Delivered, Hit, Signal, StaffAction, Vote
from reviews.log import Log
from reviews.model import DECOY, RESTORE, SCALES, VOID, Evidence
from reviews.rules import Rules
from reviews.visits import DECOYED, expires_at


class Cast(NamedTuple):
    """One vote and where it came from: a page that was opened, or a mail, which has neither visit nor client."""

    vote: Vote
    at: datetime
    visit: Seen | None
    cluster: Cluster | None
    touched_at: datetime | None
    """When the page was touched: from then on a soft vote is passive."""

    client: str
    networked: bool
    """Whether the visit or the post came from a network of machines: both tell."""


class Span(NamedTuple):
    """Since when a rule speaks against a vote, until when, and its reason where the rule has several."""

    since: datetime
    until: datetime | None = None
    reason: str = ""


@dataclass(slots=True)
class Case:
    """One review as the rules see it. Everything is told with the instant since when it is known."""

    rules: Rules
    expires_at: datetime
    mailed_at: tuple[datetime, ...]
    """When an invitation went out or arrived: what comes soon after is early."""
    delivered: Delivered | None
    faces: int
    """How many answers its scale has."""
    casts: tuple[Cast, ...] = ()
    visits: Sequence[Seen] = ()
    clusters: Sequence[Cluster] = ()
    decoys: dict[str, list[datetime]] = field(default_factory=dict)
    """When each client opened a link that nobody can see."""
    proofs: dict[str, Vote] = field(default_factory=dict)
    """The first vote of each page that proves a machine."""
    inputs: dict[str, datetime] = field(default_factory=dict)
    """When each client first touched or pressed anything."""
    press_bursts: dict[str, list[Span]] = field(default_factory=dict)
    """By page: presses that come faster, or on more faces, than anybody means, from the first to the last of them."""
    suspicions: tuple[ClientSuspected, ...] = ()
    voids: tuple[StaffAction, ...] = ()
    restores: tuple[StaffAction, ...] = ()
    swept_alone: dict[str, list["Sweep"]] = field(default_factory=dict)
    """By client: every face opened by that client, outside bursts."""
    swept_by_any: list["Sweep"] = field(default_factory=list)


class Sweep(NamedTuple):
    """Every face was opened between two visits. It is known since the last of them, until they prove to be a burst."""

    first: datetime
    last: datetime
    until: datetime | None


def read_case(log: Log, rules: Rules) -> Case:
    """The case of a log; its votes oldest first."""
    votes = sorted(log.of(Vote), key=lambda vote: vote.at)
    delivered = next(iter(log.of(Delivered)), None)
    mailed_at = (*log.sends, delivered.at) if delivered else log.sends
    case = Case(rules, expires_at(doorstep(log), rules), mailed_at, delivered, len(SCALES[log.review.scale]))
    case.visits = _visits(log.of(Hit))
    case.clusters = tuple(clusters([visit for visit in case.visits if _counts(visit.hit)], rules, faces=case.faces))
    case.suspicions = log.of(ClientSuspected)
    actions = log.of(StaffAction)
    case.voids = tuple(action for action in actions if action.action == VOID)
    case.restores = tuple(action for action in actions if action.action == RESTORE)
    _cast(case, votes, log.of(Signal))
    _press_bursts(case)
    _sweeps(case)
    return case


def _visits(hits: Sequence[Hit]) -> list[Seen]:
    """The visits, oldest first, each with its client under one name: a new week brings a new key, and the old one
    along with it."""
    names: dict[str, str] = {}
    visits = []
    for hit in sorted(hits, key=lambda hit: hit.at):
        name = names.setdefault(hit.client, names.get(hit.before, hit.client) if hit.before else hit.client)
        visits.append(Seen(name, hit.at, hit.link, hit))
    return visits


def _counts(hit: Hit) -> bool:
    """Whether a visit is part of a pattern: machines that say what they are, are not."""
    return not hit.machine or hit.machine == DECOYED


def _cast(case: Case, votes: Sequence[Vote], signals: Sequence[Signal]) -> None:
    by_hit = {visit.hit.id: visit for visit in case.visits}
    cluster_of = {visit.hit.id: cluster for cluster in case.clusters for visit in cluster.visits}
    touched: dict[str, datetime] = {}
    for signal in signals:
        touched.setdefault(signal.hit, signal.at)
    for visit in case.visits:
        if visit.link == DECOY and visit.hit.machine == DECOYED:
            case.decoys.setdefault(visit.client, []).append(visit.at)
    casts = []
    for vote in votes:
        if vote.machine:
            case.proofs.setdefault(vote.hit, vote)
        visit_of = by_hit.get(vote.hit)
        client, network = (visit_of.client, visit_of.hit.network) if visit_of else ("", "")
        cluster, touched_at = cluster_of.get(vote.hit), touched.get(vote.hit)
        casts.append(Cast(vote, vote.at, visit_of, cluster, touched_at, client, bool(network or vote.network)))
    case.casts = tuple(casts)
    _inputs(case, touched, by_hit)


def _inputs(case: Case, touched: dict[str, datetime], by_hit: dict[str, Seen]) -> None:
    pressed = ((cast.vote.hit, cast.at) for cast in case.casts if cast.vote.evidence is Evidence.EXPLICIT)
    for hit, at in (*touched.items(), *pressed):
        visit = by_hit.get(hit)
        if visit:
            case.inputs[visit.client] = min(at, case.inputs.get(visit.client, at))


def _press_bursts(case: Case) -> None:
    """Two faces of a page at once, three of a page in a moment, three on three pages within a cluster's gap."""
    presses = [cast for cast in case.casts if cast.vote.evidence is Evidence.EXPLICIT and cast.vote.answer != DECOY]
    rules = case.rules
    for place, last in enumerate(presses):
        recent = [one for one in presses[:place] if last.at - one.at <= rules.gap]
        page = [one for one in recent if one.vote.hit == last.vote.hit]
        at_once = [one for one in page if last.at - one.at < rules.press_fast]
        moment = [one for one in page if last.at - one.at <= rules.press_burst]
        pages = list({one.vote.hit: one for one in (*recent, last)}.values())
        for together, least in (([*at_once, last], 2), ([*moment, last], 3), (pages, 3)):
            if len({one.vote.answer for one in together}) >= least:
                for one in together:
                    case.press_bursts.setdefault(one.vote.hit, []).append(Span(together[0].at, last.at))


def _sweeps(case: Case) -> None:
    """Every face opened within a while: by one client, and by any."""
    if len({visit.link for visit in case.visits} - {DECOY}) < case.faces:
        return
    placed = [(visit, cluster) for cluster in case.clusters for visit in cluster.visits]
    case.swept_by_any = list(_swept(placed, case.rules.sweep_any, case.faces))
    by_client: dict[str, list[tuple[Seen, Cluster]]] = {}
    for visit, cluster in placed:
        by_client.setdefault(visit.client, []).append((visit, cluster))
    for client, own in by_client.items():
        if len(own) >= case.faces:
            case.swept_alone[client] = list(_swept(own, case.rules.sweep, case.faces))


def _swept(placed: Sequence[tuple[Seen, Cluster]], within: timedelta, faces: int) -> Iterator[Sweep]:
    """The spans that end at a visit and hold every face within that time. A burst is known for what it is: once it
    shows, none of its visits is part of a sweep."""
    settled: dict[str, datetime] = {}
    for cluster, visits in groupby(placed, key=itemgetter(1)):
        latest = dict(settled)
        for visit, _ in visits:
            if cluster.burst and visit.at >= cluster.burst:
                break
            latest[visit.link] = visit.at
            if len(latest) < faces:
                continue
            first = min(latest.values())
            if visit.at - first <= within:
                yield Sweep(first, visit.at, cluster.burst)
        if not cluster.burst:
            settled = latest
