"""Which votes are taken back, and since when? Only what proves a machine voids (click-protocol 3.5, V1 to V6).

Each rule says since when it speaks against a vote, None when it does not. They act backwards: a vote that counted is
taken back when it turns out what it was part of.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from reviews.clicks.case import Case, Cast, Span, Sweep


def proof(cast: Cast, case: Case) -> Span | None:
    """V1: its page said that it is driven, or its button that nobody can see was pressed."""
    found = case.proofs.get(cast.vote.hit)
    return Span(found.at, reason=found.machine) if found else None


def before_delivery(cast: Cast, case: Case) -> Span | None:
    """Section 3.3: its page was opened before the receiving server had the mail, as it turned out."""
    if case.delivered is None or cast.visit is None or cast.visit.at >= case.delivered.at:
        return None
    return Span(case.delivered.at)


def burst(cast: Cast, case: Case) -> Span | None:
    """V2: opened within a burst, by a client that is part of it or from a network of machines."""
    cluster = cast.cluster
    if cluster is None or cluster.burst is None:
        return None
    if cast.networked:
        return Span(cluster.burst)
    member = cluster.members.get(cast.client)
    return Span(max(member, cluster.burst)) if member else None


def hard_burst(cast: Cast, case: Case) -> Span | None:
    """V3: a touch does not clear a client that is part of a burst no person can make."""
    cluster = cast.cluster
    member = cluster.members.get(cast.client) if cluster else None
    if cluster is None or cluster.hard is None or member is None:
        return None
    return Span(max(member, cluster.hard))


def pressed_in_burst(cast: Cast, case: Case) -> Span | None:
    """V3: nor does a press, unless it comes after the burst is over."""
    known = hard_burst(cast, case)
    near = cast.cluster.visited_after(cast.at - case.rules.gap) if known and cast.cluster else None
    return Span(max(known.since, near)) if known and near else None


def honeypot(cast: Cast, case: Case) -> Span | None:
    """V4: the same client opened a link that nobody can see, shortly before or after."""
    if cast.visit is None:
        return None
    opened_at = cast.visit.at
    near = (at for at in case.decoys.get(cast.client, ()) if abs(at - opened_at) <= case.rules.decoy_window)
    first = min(near, default=None)
    return Span(first) if first else None


def sweep(cast: Cast, case: Case) -> Span | None:
    """V5: the same client opened every face within a day, one by one, and never touched anything."""
    found = swept(cast, case.swept_alone.get(cast.client, ()), case.rules.sweep)
    touched = case.inputs.get(cast.client)
    if found is None or touched is None:
        return found
    return Span(found.since, min(touched, found.until or touched)) if touched > found.since else None


def button_burst(cast: Cast, case: Case) -> Span | None:
    """V6: its page was pressed faster, or on more faces, than anybody means; what comes after that is not touched."""
    bursts = (span.until for span in case.press_bursts.get(cast.vote.hit, ()) if span.until and cast.at <= span.until)
    last = min(bursts, default=None)
    return Span(last) if last else None


def swept(cast: Cast, sweeps: Sequence[Sweep], within: timedelta) -> Span | None:
    """Since when a vote's visit is one of those by which every face was opened."""
    if cast.visit is None or not sweeps:
        return None
    at = cast.visit.at
    for found in sweeps[bisect_left(sweeps, at - within, key=_last) :]:
        if max(found.last, at) - min(found.first, at) <= within:
            return Span(found.last, found.until)
        if found.last - at > within:
            break
    return None


def _last(sweep: Sweep) -> datetime:
    return sweep.last
