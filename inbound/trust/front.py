"""What did the mail server in front of us find out? Its Authentication-Results (RFC 8601), and nobody else's.

Such a field is a line of text that anybody can write. It is believed only when the operator has named the server
(`AFTERWORD_AUTHSERV_ID`) and the mail came from one of its addresses; every other is as if it were not there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from inbound.smtp.callers import SOCKET, within
from reviews.addresses import domain_of

RESULTS_MAX = 50
"""Results read of all fields: one mail has some five."""
FIELD = "authentication-results"


@dataclass(frozen=True, slots=True)
class Front:
    """The mail servers that stand before us. `authserv_id` is the name their findings carry, '' when none is believed;
    `networks` are their addresses: the machine that calls from there is not the sender's."""

    authserv_id: str = ""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    sealers: frozenset[str] = frozenset()
    """Domains whose seals (ARC) are believed."""

    def stands_at(self, peer: str) -> bool:
        """Whether the caller is one of them, or came by a socket that only they may use."""
        return peer == SOCKET or within(peer, self.networks)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: the method (dkim, spf, dmarc), how it ended, and the domain it is about."""

    method: str
    result: str
    domain: str


PARTING = "; \t=/"
PROPERTIES = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.helo"), "dmarc": ("header.from",)}


def read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks in a comma-separated text; ValueError when one is none."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def findings(headers: Sequence[tuple[str, str]], authserv_id: str) -> tuple[Finding, ...]:
    """What the server of that name found, from the fields above the second Received: those below were there before the
    mail came to it."""
    found: list[Finding] = []
    hops = 0
    for name, value in headers:
        hops += name.lower() == "received"
        if hops > 1 or len(found) >= RESULTS_MAX:
            break
        if name.lower() == FIELD:
            found += _read(value, authserv_id.lower())
    return tuple(found[:RESULTS_MAX])


def sealed_findings(value: str) -> tuple[Finding, ...]:
    """What a server found that sealed it (RFC 8617 section 4.1.1): its number stands before the name."""
    _, _, rest = value.partition(";")
    return tuple(_results(_without_comments(rest).lower().split(";")[1:]))[:RESULTS_MAX]


def _read(value: str, authserv_id: str) -> Iterator[Finding]:
    server, *results = _without_comments(value).lower().split(";")
    if server.split()[:1] == [authserv_id]:
        yield from _results(results)


def _results(results: Sequence[str]) -> Iterator[Finding]:
    for result in results:
        method, _, rest = result.strip().partition("=")
        words = rest.split()
        name = method.partition("/")[0].strip()
        if words and name in PROPERTIES:
            yield Finding(name, words[0], _domain(words[1:], PROPERTIES[name]))


def _domain(words: Sequence[str], properties: Sequence[str]) -> str:
    told = dict(word.split("=", 1) for word in reversed(words) if "=" in word)
    value = next((told[name].strip('"<>') for name in properties if name in told), "")
    return domain_of(value) if "@" in value else value


def _without_comments(value: str) -> str:
    """The value without what stands in brackets (RFC 5322 section 3.2.2), in one pass. Quoted brackets are text, and no
    sign of a quoted text parts anything: the server in front quotes what strangers say (`"x; dkim=pass"@evil.example`).
    """
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped or (char == "\\" and (quoted or depth)):
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            kept.append("_" if char in PARTING else char)
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif not depth:
            kept.append(char)
    return "".join(kept)
