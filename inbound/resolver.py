"""How is the DNS asked? Text records alone, bounded in time; tests and the demo hand in their own."""

from collections.abc import Callable

import dns.exception
import dns.resolver

LOOKUP_SECONDS = 5.0

Resolver = Callable[[str], bytes | None]
"""The text record at a name, None when there is none; LookupLater when the DNS did not answer."""


class LookupLater(Exception):
    """The DNS did not answer: the question is open."""


def text_record(name: str) -> bytes | None:
    """The first TXT record at a name, its strings joined (RFC 6376 section 3.6.2.2)."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as error:
        raise LookupLater(f"no answer for {name}") from error
    return b"".join(answer[0].strings)
