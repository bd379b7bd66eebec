"""What of a customer's words must staff not be able to press? Their signed links and addresses, however they are
wrapped: whoever opens one acts as the customer. They stand in every reply that quotes the question."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

LINK_OUT, ADDRESS_OUT = "[link taken out]", "[address taken out]"
RUN_CHARS_MAX = 8_000
"""Of one run without a blank: the longest rewritten links have some 2,000; what is longer is cut into such pieces."""
UNWRAPPINGS = 3
"""How often an address may be wrapped in another's: a filter behind a filter behind a filter."""
_RUN = re.compile(rf"""[^\s<>"'`|{{}}]{{1,{RUN_CHARS_MAX}}}""")
_ENCODED_HYPHEN = "-2d"
"""As one large filter writes a hyphen; slashes it writes as `_`, and percent signs as `-`."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Where our links lead and our signed addresses are."""

    host: str
    """Of the base URL, without port."""
    reply_domain: str

    @classmethod
    def at(cls, base_url: str, reply_domain: str) -> "Ours":
        """Those of an installation that is reached there."""
        return cls(urlsplit(base_url).hostname or "", reply_domain)


def without_ours(text: str, ours: Ours) -> str:
    """The text, and a word in the place of each signed link or address of ours."""
    host, domain = ours.host.lower(), ours.reply_domain.lower()
    plain = text.lower()
    if not any(name and name in _unhyphened(plain) for name in (host, domain)):
        return text
    return _RUN.sub(lambda run: _taken_out(run[0], host, domain), text)


def leads_to_us(address: str, ours: Ours) -> bool:
    """Whether an address of the web or of mail is a signed one of ours, wrapped or not."""
    return without_ours(address, ours) != address


def _taken_out(run: str, host: str, domain: str) -> str:
    for plain in _unwrapped(run):
        if host and _is_link(plain, host):
            return LINK_OUT
        if domain and _is_address(plain, domain):
            return ADDRESS_OUT
    return run


def _unwrapped(run: str) -> list[str]:
    """A run as it stands, and as it reads with its encodings undone."""
    forms, plain = [run.lower()], run
    for _ in range(UNWRAPPINGS):
        plain = unquote(plain)
        forms.append(plain.lower())
    return [*forms, _unhyphened(forms[-1]).replace("_", "/")]


def _unhyphened(text: str) -> str:
    return text.replace(_ENCODED_HYPHEN, "-") if _ENCODED_HYPHEN in text else text


def _is_link(plain: str, host: str) -> bool:
    _, found, rest = plain.partition(host)
    return bool(found) and _SIGNED_PATH.search(rest) is not None


def _is_address(plain: str, domain: str) -> bool:
    return any(_SIGNED_LOCAL.search(part[-_LOCAL_CHARS:]) for part in plain.split(f"@{domain}")[:-1])


_SIGNED_PATH = re.compile(r"/(?:r|m|v|u|f|s|c|in)/")
_SIGNED_LOCAL = re.compile(r"[a-z]\+[a-z0-9]{16,62}$")
_LOCAL_CHARS = 64  # RFC 5321 section 4.5.3.1.1
