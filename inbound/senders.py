"""How far is the sender of a mail trusted? As far as a DKIM signature aligned with the From address goes (RFC 7489)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import dkim
from publicsuffixlist import PublicSuffixList

from inbound.resolver import LookupLater, Resolver
from reviews.addresses import domain_of
from reviews.mail import Mail

SIGNATURES_MAX = 5
"""Signatures looked at: each costs a look-up, and a sender of good faith adds one or two."""
KEY_BITS_MIN = 1024
FROM_LINE = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Trust(StrEnum):
    """What is known of a sender."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    UNCHECKED = "unchecked"
    LATER = "later"
    """The DNS did not answer: ask again."""


@dataclass(frozen=True, slots=True)
class SenderVerdict:
    """How far a sender is trusted, and why."""

    trust: Trust
    reason: str


def judge_sender(raw: bytes, mail: Mail, resolver: Resolver | None) -> SenderVerdict:
    """The verdict on a mail's From address. Blocks on the DNS: call it in a thread."""
    if resolver is None:
        return SenderVerdict(Trust.UNCHECKED, "no resolver was given")
    domain = domain_of(mail.sender.address)
    if not domain or len(FROM_LINE.findall(_head(raw))) != 1:
        return SenderVerdict(Trust.UNVERIFIED, "it does not name one sender")
    verdicts = [_signature(raw, number, domain, resolver) for number in range(_signatures(raw))]
    for trust in (Trust.VERIFIED, Trust.LATER):
        found = next((verdict for verdict in verdicts if verdict.trust is trust), None)
        if found:
            return found
    return verdicts[0] if verdicts else SenderVerdict(Trust.UNVERIFIED, "it carries no DKIM signature")


def _signature(raw: bytes, number: int, domain: str, resolver: Resolver) -> SenderVerdict:
    """What one signature shows."""

    def ask(name: bytes, timeout: float = 0) -> bytes | None:  # dkimpy's signature; the resolver bounds the time itself
        return resolver(name.decode("ascii", "replace").rstrip("."))

    checked = dkim.DKIM(raw, minkey=KEY_BITS_MIN)
    try:
        holds = checked.verify(idx=number, dnsfunc=ask)
    except LookupLater as error:
        return SenderVerdict(Trust.LATER, str(error))
    except Exception as error:  # noqa: BLE001 - dkimpy raises a dozen kinds on hostile signatures; none of them proves anything
        return SenderVerdict(Trust.UNVERIFIED, f"its DKIM signature cannot be read ({type(error).__name__})")
    signer = (checked.domain or b"").decode("ascii", "replace").lower()
    fields = checked.signature_fields
    if (
        not holds or fields.get(b"a", b"").endswith(b"sha1") or b"l" in fields
    ):  # sha1 is forgeable, l= leaves room below
        return SenderVerdict(Trust.UNVERIFIED, f"the DKIM signature of {signer} does not hold")
    if organisation(signer) != organisation(domain):
        return SenderVerdict(Trust.UNVERIFIED, f"it is signed by {signer}, which is not {domain}")
    return SenderVerdict(Trust.VERIFIED, f"signed by {signer}")


def organisation(domain: str) -> str:
    """The organisational domain (RFC 7489 section 3.2), by the public suffix list."""
    return _suffixes().privatesuffix(domain.lower().rstrip(".")) or domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _head(raw: bytes) -> bytes:
    return raw.split(b"\r\n\r\n", 1)[0]


def _signatures(raw: bytes) -> int:
    lines = (line.lower() for line in _head(raw).split(b"\r\n"))
    return min(sum(line.startswith(b"dkim-signature:") for line in lines), SIGNATURES_MAX)
