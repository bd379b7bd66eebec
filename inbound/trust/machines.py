"""May the machine that called send for the domain of its envelope? (SPF, RFC 7208, by pyspf)"""

from dataclasses import dataclass

import spf

from inbound.resolver import LookupLater, Resolver
from reviews.addresses import domain_of
from reviews.model import Envelope

PASS = "pass"  # noqa: S105 - a result of SPF
RECORD_BYTES_MAX = 4_096
"""Of an SPF record; RFC 7208 section 3.4 asks for 450. One of 56 kB of macros keeps pyspf busy for eight seconds."""
CHECK_SECONDS = 20  # RFC 7208 section 4.6.4: at least this for one check


@dataclass(frozen=True, slots=True)
class Machine:
    """The domain that vouches for the calling machine, '' for none."""

    domain: str


def check_machine(envelope: Envelope, resolver: Resolver) -> Machine:
    """Who vouches for the machine: the domain of MAIL FROM, of HELO for the null sender (RFC 7208 section 2.4).
    LookupLater when the DNS does not answer."""
    domain = domain_of(envelope.mail_from) if envelope.mail_from else envelope.helo.lower()
    if "." not in domain or not domain.isascii() or not envelope.peer:
        return Machine("")
    sender = envelope.mail_from or f"postmaster@{domain}"
    try:
        result, _, _ = _Query(envelope.peer, sender, envelope.helo or domain, resolver).check()
    except LookupLater:
        raise
    except Exception:  # noqa: BLE001 - somebody else's record read by somebody else's code: what it trips over proves nothing
        return Machine("")
    return Machine(domain if result == PASS else "")


class _Query(spf.query):  # type: ignore[misc]  # pyspf ships without types
    """pyspf's evaluation over our resolver: its own asks one that no test can replace."""

    def __init__(self, peer: str, sender: str, helo: str, resolver: Resolver) -> None:
        self._resolver = resolver
        super().__init__(i=peer.partition("%")[0], s=sender, h=helo, querytime=CHECK_SECONDS)

    def dns(
        self, name: object, qtype: str, cnames: object = None, ignore_void: bool = False
    ) -> list[str] | list[tuple[bytes]] | list[tuple[int, str]]:
        """The records as pyspf's own drivers give them, under its limit of empty answers (section 4.6.4)."""
        plain = str(name).rstrip(".").lower()
        if not all(0 < len(label) < 64 for label in plain.split(".")):
            return []
        found = self._resolver(plain, qtype)
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Void lookup limit exceeded")
        if qtype == "TXT":
            return [(text,) for text in found if len(text) <= RECORD_BYTES_MAX]
        if qtype == "MX":
            pairs = (text.decode("ascii", "replace").partition(" ") for text in found)
            return [(int(preference), host) for preference, _, host in pairs]
        return [text.decode("ascii", "replace") for text in found]
