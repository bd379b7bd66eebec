"""How does a mail say which way it came, and did it come through us before? (RFC 5321 section 4.4)

The bytes of a mail are kept as they came, and beside them the envelope, which holds all that a line of trace says. When
a mail is passed on it is written from there, on top of the lines that were there: so every server on a circle counts.
"""

import re
from collections.abc import Sequence
from email.utils import format_datetime

from reviews.model import Envelope

FIELD = "Received"
OWN_HOPS_MAX = 3
"""So often may a mail have come through us: a circle ends there. A mail server in front may bear our name as well."""
LINE_CHARS_MAX = 900
_NAME = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)
_BY = re.compile(rb"\bby\s+([\w.-]{1,255})")
_UNREADABLE = "from unknown by unknown"


def received(envelope: Envelope, *, by: str, id: str) -> str:
    """The value of our own line. It names no recipient: a signed address is a secret."""
    helo, peer = _name(envelope.helo), _name(envelope.peer.partition("%")[0])
    peer = f"IPv6:{peer}" if ":" in peer else peer
    with_ = "ESMTPS" if envelope.tls else "ESMTP"
    return f"from {helo} ([{peer}]) by {by} with {with_} id {id}; {format_datetime(envelope.at.replace(microsecond=0))}"


def carried(headers: Sequence[tuple[str, str]]) -> list[str]:
    """The values of the lines that a mail bears already, each in one plain line; what is none stays counted."""
    told = [" ".join(value.split()) for name, value in headers if name.lower() == FIELD.lower()]
    return [one if _plain(one) else _UNREADABLE for one in told]


def own_hops(head: bytes, *, by: str) -> int:
    """How many lines of trace in this header block, in small letters, say that a server of that name wrote them."""
    ours = by.lower().encode()
    if ours not in head:
        return 0
    unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    fields = (line for line in unfolded.split(b"\r\n") if line.startswith(b"received:"))
    found = (_BY.search(field) for field in fields)
    return sum(one is not None and one[1].rstrip(b".") == ours for one in found)


def _name(said: str) -> str:
    """What a client called itself, or its address; nothing else that a line of trace could be taken apart by."""
    return said if _NAME.fullmatch(said) else "unknown"


def _plain(value: str) -> bool:
    fits = value.isascii() and value.isprintable() and len(value) <= LINE_CHARS_MAX
    return bool(value) and fits and "=?" not in value  # an encoded word has no place in it
