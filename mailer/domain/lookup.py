"""What does the DNS say under a name? Bounded in time; tests bring a table instead."""

from collections.abc import Callable

import dns.exception
import dns.resolver
import dns.reversename

LOOKUP_SECONDS = 5.0

Lookup = Callable[[str, str], tuple[str, ...]]
"""All records of a type ("MX", "TXT", "A", "AAAA", "PTR") at a name, none when there are none; NoAnswer when the DNS
did not answer."""


class NoAnswer(Exception):
    """The DNS did not answer: the question is open."""


def look_up(name: str, type: str) -> tuple[str, ...]:
    """The records at a name: of MX the hosts, best first; of TXT the texts, their strings joined; of A and AAAA the
    addresses; of PTR the names, at the name that `reverse_name` gives."""
    try:
        answer = dns.resolver.resolve(name, type, lifetime=LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException as error:
        raise NoAnswer(f"the DNS did not answer about {name}") from error
    if type == "MX":
        hosts = (record.exchange.to_text().rstrip(".") for record in sorted(answer, key=lambda mx: mx.preference))
        return tuple(host for host in hosts if host)  # a lone dot says "no mail here" (RFC 7505)
    if type != "TXT":
        return tuple(record.to_text().rstrip(".").lower() for record in answer)
    return tuple(b"".join(record.strings).decode("ascii", "replace") for record in answer)


def reverse_name(address: str) -> str:
    """Where the name of an IP address stands (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    return dns.reversename.from_address(address).to_text().rstrip(".")
