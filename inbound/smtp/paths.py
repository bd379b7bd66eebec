"""Which address does a MAIL or RCPT command name? (RFC 5321 sections 4.1.1.2, 4.1.1.3 and 4.1.2, RFC 6531)"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from inbound.smtp.limits import ADDRESS_BYTES_MAX, DOMAIN_CHARS_MAX, LABEL_CHARS_MAX
from inbound.smtp.refusals import (
    BAD_BODY,
    BAD_PATH,
    BAD_RECIPIENT,
    BAD_SENDER,
    BAD_SIZE,
    PARAMETER_TWICE,
    TOO_BIG,
    UNKNOWN_PARAMETER,
    UTF8_UNASKED,
    Refusal,
)

# No class below overlaps the one beside it, so a line is read once, whatever it holds. U+FFFD was no UTF-8.
UNSEEN = r"\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd"  # no width, or they turn the others round
ATOMS = rf"[^\s\x00-\x20\x7f{UNSEEN}<>()\[\]\\,;:@\"]+"
QUOTED = rf'"(?:[^"\\\x00-\x1f\x7f-\x9f{UNSEEN}]|\\[\x20-\x7e])*"'
LITERAL = r"\[[0-9A-Za-z.:-]+\]"
ROUTE = r"(?:@[^\s<>:\"]+:)?"  # `@one,@two:` is accepted and forgotten (RFC 5321 appendix C)
MAILBOX = re.compile(rf"{ROUTE}((?:{ATOMS}|{QUOTED})@(?:{ATOMS}|{LITERAL}))")
PATH = re.compile(r'<((?:[^<>"]|"(?:[^"\\]|\\.)*+")*+)>(?: +(.*))?')  # `*+` never goes back
SIZE = re.compile(r"[0-9]{1,20}")  # RFC 1870 section 3


@dataclass(frozen=True, slots=True)
class Sender:
    """What MAIL said: the reverse-path ('' for the null one), and whether addresses may go beyond ASCII."""

    address: str
    utf8: bool


def read_sender(argument: str, *, size_bytes_max: int) -> Sender | Refusal:
    """Read what follows MAIL."""
    path = _path(argument, "FROM:")
    if isinstance(path, Refusal):
        return path
    written, parameters = path
    address = _mailbox(written) if written else ""
    if address is None:
        return BAD_SENDER
    utf8 = "SMTPUTF8" in parameters
    if not (utf8 or address.isascii()):
        return UTF8_UNASKED
    return _wrong_parameter(parameters, size_bytes_max) or Sender(address, utf8)


def read_recipient(argument: str, *, utf8: bool) -> str | Refusal:
    """Read what follows RCPT. `postmaster` may stand without a domain (RFC 5321 section 4.5.1)."""
    path = _path(argument, "TO:")
    if isinstance(path, Refusal):
        return path
    written, parameters = path
    address = written if written.lower() == "postmaster" else _mailbox(written)
    if address is None:
        return BAD_RECIPIENT
    if not (utf8 or address.isascii()):
        return UTF8_UNASKED
    return UNKNOWN_PARAMETER if parameters else address


def _path(argument: str, keyword: str) -> tuple[str, dict[str, str]] | Refusal:
    """What stands between < and >, and the parameters after it by name."""
    if argument[: len(keyword)].upper() != keyword:
        return BAD_PATH
    found = PATH.fullmatch(argument[len(keyword) :].strip(" "))  # many programs put a space after the colon
    if found is None:
        return BAD_PATH
    parameters = [_parameter(written) for written in (found[2] or "").split(" ") if written]
    told = dict(parameters)
    return (found[1], told) if len(told) == len(parameters) else PARAMETER_TWICE


def _parameter(written: str) -> tuple[str, str]:
    """Its name and value in capitals, where it is of ASCII: the capital of some other letters is, too."""
    name, _, value = (written.upper() if written.isascii() else written).partition("=")
    return name, value


def _mailbox(written: str) -> str | None:
    found = MAILBOX.fullmatch(written)
    if found is None or len(written.encode()) > ADDRESS_BYTES_MAX or not _is_domain(found[1].rpartition("@")[2]):
        return None
    return found[1]


def _is_domain(written: str) -> bool:
    """Whether it could be a domain at all: by its length and labels (RFC 1035 section 2.3.4), or an address in brackets
    (RFC 5321 section 4.1.3)."""
    if written.startswith("["):
        return _is_literal(written[1:-1])
    labels = written.removesuffix(".").split(".")
    return len(written) <= DOMAIN_CHARS_MAX and all(0 < len(label) <= LABEL_CHARS_MAX for label in labels)


def _is_literal(written: str) -> bool:
    tag, colon, six = written.partition(":")
    try:
        return bool(IPv6Address(six) if colon and tag.upper() == "IPV6" else IPv4Address(written))
    except ValueError:
        return False


def _wrong_parameter(parameters: dict[str, str], size_bytes_max: int) -> Refusal | None:
    if parameters.keys() - {"SIZE", "BODY", "SMTPUTF8"} or parameters.get("SMTPUTF8"):
        return UNKNOWN_PARAMETER
    if parameters.get("BODY", "7BIT") not in {"7BIT", "8BITMIME"}:
        return BAD_BODY
    size = parameters.get("SIZE", "0")
    if not SIZE.fullmatch(size):
        return BAD_SIZE
    return TOO_BIG if int(size) > size_bytes_max else None
