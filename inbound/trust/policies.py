"""What does a domain ask to be done with mail that is not its own? (DMARC, RFC 7489, its record read by `dmarc`)"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import dmarc

from inbound.resolver import Resolver
from inbound.trust.domains import organisation

ENFORCED = (dmarc.DMARCDisposition.REJECT, dmarc.DMARCDisposition.QUARANTINE)
VERSION = b"v=DMARC1"
RECORD_BYTES_MAX = 4_096
FOR_NONE = re.compile(r";[ \t]{0,9}np[ \t]{0,9}=[ \t]{0,9}(none|quarantine|reject)[ \t]{0,9}(?:;|$)", re.I)
"""What is asked for below that does not exist (RFC 9091 section 3); `dmarc` does not know it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain asks for. `enforced` is `reject`, `quarantine` or ''; strict ones align by equality alone."""

    enforced: str = ""
    strict_signatures: bool = False
    strict_machines: bool = False


def read_policy(domain: str, resolver: Resolver) -> Policy:
    """The policy for mail from that domain (section 6.6.3); the plain one where none is published. LookupLater when the
    DNS does not answer."""
    above = organisation(domain)
    record = _record(domain, resolver)
    if record is not None or above == domain:
        return _read(record, domain, "") if record is not None else Policy()
    record = _record(above, resolver)
    return _read(record, domain, above, there=lambda: _exists(domain, resolver)) if record is not None else Policy()


def _record(domain: str, resolver: Resolver) -> str | None:
    """The one record; several are none (section 6.6.3)."""
    found = [text for text in resolver(f"_dmarc.{domain}", "TXT") if text.lstrip().startswith(VERSION)]
    return found[0][:RECORD_BYTES_MAX].decode("ascii", "replace") if len(found) == 1 else None


def _exists(domain: str, resolver: Resolver) -> bool:
    """Whether there is anything at that name where mail could come from or go to (RFC 9091 section 2.7)."""
    return any(resolver(domain, kind) for kind in ("A", "AAAA", "MX"))


def _read(record: str, domain: str, above: str, there: Callable[[], bool] = lambda: True) -> Policy:
    try:
        told = dmarc.DMARC().parse_record(record.strip(), domain, above or None, strict=False)
    except dmarc.Error:
        return Policy()
    below = above and told.sp is not dmarc.DMARCDisposition.UNSPECIFIED
    asked = told.sp if below else told.p
    for_none = FOR_NONE.search(record) if above else None
    if for_none and not there():
        asked = dmarc.DMARCDisposition(for_none[1].lower())
    enforced = asked in ENFORCED and told.pct > 0  # none of a hundred, or `t=y`: it is only being tried out
    return Policy(
        enforced=str(asked.value) if enforced else "",
        strict_signatures=told.adkim is dmarc.DMARCAlignment.STRICT,
        strict_machines=told.aspf is dmarc.DMARCAlignment.STRICT,
    )
