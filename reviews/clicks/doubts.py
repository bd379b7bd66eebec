"""Which votes wait for one more tap, and since when? What speaks against a vote without proving anything
(click-protocol 3.5, N1 to N10); N9 depends on what else counts, and stands with that in `standing.py`.
"""

from reviews.clicks.case import Case, Cast, Span
from reviews.clicks.voids import swept
from reviews.model import Mode

BAD_TOKEN, FLEET = "bad_token", "fleet"
"""Why a client is suspected."""


def early(cast: Cast, case: Case) -> Span | None:
    """N1: soon after a mail, when its links are looked at by filters."""
    window = case.rules.early
    return Span(cast.at) if any(at <= cast.at < at + window for at in case.mailed_at) else None


def network(cast: Cast, case: Case) -> Span | None:
    """N2: from a network of machines, though people are behind those too."""
    return Span(cast.at) if cast.networked else None


def conflict(cast: Cast, case: Case) -> Span | None:
    """N3: two clients opened two faces at about the same time, and one of them may be a person."""
    if cast.cluster is None or cast.cluster.conflict is None:
        return None
    return Span(cast.cluster.conflict, cast.cluster.burst)


def burst_neighbour(cast: Cast, case: Case) -> Span | None:
    """N4: a person who clicked while a machine was at work."""
    if cast.cluster is None or cast.cluster.burst is None:
        return None
    return Span(cast.cluster.burst, cast.cluster.members.get(cast.client))


def sweep_any(cast: Cast, case: Case) -> Span | None:
    """N5: every face was opened within an hour, whoever it was."""
    return swept(cast, case.swept_by_any, case.rules.sweep_any)


def bad_token(cast: Cast, case: Case) -> Span | None:
    """N6: the same client tried forged links beside the true one."""
    return _suspected(cast, case, BAD_TOKEN)


def fleet(cast: Cast, case: Case) -> Span | None:
    """N7: the same client opened the links of more reviews at once than one office has."""
    return _suspected(cast, case, FLEET)


def contradiction(cast: Cast, case: Case) -> Span | None:
    """N8: what the browser says of itself does not agree, or it says nothing."""
    return Span(cast.at, reason=cast.visit.hit.odd) if cast.visit and cast.visit.hit.odd else None


def early_network(cast: Cast, case: Case) -> Span | None:
    """N10: a touch clears a vote of one of the two, not of both."""
    return Span(cast.at) if early(cast, case) and network(cast, case) else None


def unproven_sender(cast: Cast, case: Case) -> Span | None:
    """A mail that nothing proves to be the customer's."""
    return Span(cast.at) if cast.vote.mode in (Mode.MAIL, Mode.REPLY) else None


def _suspected(cast: Cast, case: Case, why: str) -> Span | None:
    if cast.visit is None or not case.suspicions:
        return None
    hit = cast.visit.hit
    about = (
        fact.at
        for fact in case.suspicions
        if fact.why == why and fact.client in (hit.client, hit.before) and fact.since <= hit.at <= fact.until
    )
    first = min(about, default=None)
    return Span(first) if first else None
