"""Do two domains belong to the same owner? By the public suffix list (RFC 7489 section 3.2)."""

from functools import cache

from publicsuffixlist import PublicSuffixList


def organisation(domain: str) -> str:
    """The organisational domain: `acme.example` of `mail.acme.example`; a public suffix stands for itself."""
    plain = domain.lower().rstrip(".")
    return _suffixes().privatesuffix(plain) or plain


def aligned(one: str, other: str, *, strict: bool = False) -> bool:
    """Whether a domain that was proven speaks for the one in From (RFC 7489 section 3.1). The library `dmarc` has this
    too, but takes `co.uk` to speak for everybody below it."""
    first, second = one.lower().rstrip("."), other.lower().rstrip(".")
    if not first or not second:
        return False
    return first == second if strict else organisation(first) == organisation(second)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
