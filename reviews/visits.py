"""Can a person be behind this request for a rating link? What a request says of itself (click-protocol 3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.agents import AGENT, CLIENT_HINTS, declares_itself
from reviews.doorstep import Doorstep
from reviews.model import DECOY
from reviews.networks import ELSEWHERE, SCANNER, Network
from reviews.rules import Rules

SPECULATION_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")
SPECULATING = frozenset(SPECULATION_HEADERS)
SPECULATION = ("prefetch", "prerender", "preview", "instant")
FETCH_DESTINATION = "sec-fetch-dest"
HEADERS_WEIGHED = (AGENT, FETCH_DESTINATION, *SPECULATION_HEADERS, *CLIENT_HINTS)
"""What a door needs to tell of a request."""
AGENT_LENGTH_MAX = 300
METHOD, PREFETCH, FETCH_DEST, DECLARED, FILTER, EXPIRED, NOT_SENT, TOO_SOON, DECOYED, FLOOD = (
    "method",
    "prefetch",
    "fetch_dest",
    "declared_agent",
    "scanner_network",
    "expired",
    "before_delivery",
    "min_age",
    "decoy",
    "flood",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the door saw it: header names in lower case, at least those of HEADERS_WEIGHED."""

    method: str
    client: str
    headers: Mapping[str, str]
    before: str = ""
    """The client under last week's salt."""
    network: Network = ELSEWHERE


def machine_reason(visit: Visit, seen: Doorstep, *, link: str, at: datetime, rules: Rules) -> str:
    """Why this visit gets no page that can vote, or '' for one that does."""
    if visit.method != "GET":
        return METHOD
    told = visit.headers
    if any(told[name].lower().startswith(SPECULATION) for name in told.keys() & SPECULATING):
        return PREFETCH
    if told.get(FETCH_DESTINATION, "document") != "document":
        return FETCH_DEST
    if declares_itself(told.get(AGENT, "")):
        return DECLARED
    if visit.network.kind == SCANNER:
        return FILTER
    return _when(seen, link=link, at=at, rules=rules)


def expires_at(seen: Doorstep, rules: Rules) -> datetime:
    """Until when a rating can be given or changed: counted from the asking, not from a reminder."""
    return (seen.sends[0] if seen.sends else seen.at) + rules.expiry


def _when(seen: Doorstep, *, link: str, at: datetime, rules: Rules) -> str:
    if at > expires_at(seen, rules):
        return EXPIRED
    if link == DECOY:
        return DECOYED
    if not seen.sends and seen.asks_at is not None:
        return NOT_SENT
    if seen.sends and seen.sends[-1] - rules.skew <= at < seen.sends[-1] + rules.min_age:
        return TOO_SOON  # long before it was sent nobody can hold the link: our clock was set back, and says nothing
    return ""
