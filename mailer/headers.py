"""How does a header field stand on the wire? In ASCII, folded, no line break but ours (RFC 5322, RFC 2047)."""

import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from reviews.addresses import ADDRESS_CHARS_MAX, parse_address

LINE_MAX = 900
"""Characters of a field left on one line; with its name that keeps below the 998 of RFC 5322 section 2.1.1."""
QUOTED = re.compile(r'"[ !#-\[\]-~]*"@[A-Za-z0-9.-]+')
WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
"""A display name that needs no quotation marks (RFC 5322 section 3.2.3)."""
MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")
"""Without its brackets; what else somebody wrote there is no use to a mail program."""
NAMES_KNOWN = 1_024
DATES_KNOWN = 8


class NotAnAddress(ValueError):
    """What stands where an address should is none, and no waiting makes it one."""


def text(name: str, value: str) -> bytes:
    """Free text, as a subject: in encoded words where it is not plain ASCII."""
    _refuse_breaks(name, value)
    if _is_plain(value) and len(value) <= LINE_MAX:
        return value.encode()
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n").encode("ascii")


def mailbox(name: str, display_name: str, address: str) -> bytes:
    """A person: `Ada Lovelace <ada@customer.example>`. In UTF-8 where the address is (RFC 6532)."""
    _refuse_breaks(name, display_name)
    wanted = mail_address(address)
    return f"{_phrase(name, display_name)} <{wanted}>".encode() if display_name else wanted.encode()


@lru_cache(NAMES_KNOWN)
def mail_address(address: str) -> str:
    """An address as it may stand in a header and in the envelope, its domain in ASCII (RFC 5890). NotAnAddress when it
    could be taken for anything else."""
    if QUOTED.fullmatch(address) and len(address) <= ADDRESS_CHARS_MAX:
        return address
    parsed = None if "<" in address else parse_address(address)
    if parsed is None:
        raise NotAnAddress("not a mail address")
    return parsed.address


def message_ids(ids: list[str]) -> bytes:
    """Message-IDs, each in brackets on a line of its own. ValueError when one is none."""
    if not all(map(MESSAGE_ID.fullmatch, ids)):
        raise ValueError("not a Message-ID")
    return "\r\n ".join(f"<{id}>" for id in ids).encode()


def plain(name: str, value: str) -> bytes:
    """A value of our own making, which is plain already. ValueError when it is not."""
    _refuse_breaks(name, value)
    if not _is_plain(value) or len(value) > LINE_MAX:
        raise ValueError(f"{name} is not plain")
    return value.encode()


@lru_cache(DATES_KNOWN)
def date(now: datetime) -> bytes:
    """A date (RFC 5322 section 3.3), of an instant cut to the second."""
    return format_datetime(now).encode()


@lru_cache(NAMES_KNOWN)
def _phrase(name: str, display_name: str) -> str:
    if not _is_plain(display_name) or len(display_name) > LINE_MAX // 2:
        return Header(display_name, "utf-8", header_name=name).encode(linesep="\r\n")
    if WORDS.fullmatch(display_name):
        return display_name
    return '"' + display_name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and "=?" not in value


def _refuse_breaks(name: str, value: str) -> None:
    if "\r" in value or "\n" in value:  # CVE-2024-6923: Python's own check is not to be relied upon
        raise ValueError(f"a line break in {name}")
