"""Which bytes is the body of a mail? Two alternatives in quoted-printable (RFC 2046, RFC 2045), the text and the page.

The frame is fixed, and so is most of the page: its template's own pieces are the same in every mail, so each is encoded
once, and a mail is pieces put together. Every piece but the last of a line ends in a soft line break: so it begins a
line, and can be encoded, and made ready for signing, by itself.
"""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dkim.canonicalization import compress_whitespace

BOUNDARY = "=_afterword"
"""RFC 2045 section 6.7, note: `=_` cannot come up in quoted-printable text."""
CONTENT_TYPE = f'multipart/alternative; boundary="{BOUNDARY}"'.encode()
PART = (
    "--" + BOUNDARY + '\r\nContent-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
BEGIN, BETWEEN = PART.format("plain").encode(), b"\r\n" + PART.format("html").encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()
SOFT = b"=\r\n"
PIECE_MIN = 200
"""Characters from which a piece is remembered: people's names and links are shorter, what a template says is longer."""
PIECES_KNOWN = 1_024
"""Brands have some 50 such pieces each; somebody's long words are pushed out by what is used again."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body: as it is sent, and in relaxed form as it is signed (RFC 6376 section 3.4.4)."""

    wire: bytes
    relaxed: bytes


def alternatives(text: str, html: Iterable[str]) -> Body:
    """The body of a mail with those words, the page given in pieces."""
    words, page = encoded(text), [_known(piece) if len(piece) > PIECE_MIN else encoded(piece) for piece in html]
    return Body(
        _framed(words.wire, b"".join([piece.wire for piece in page])),
        _framed(words.relaxed, b"".join([piece.relaxed for piece in page])),
    )


def encoded(piece: str) -> Body:
    """A piece of text in quoted-printable, beginning at a line's beginning, and leaving one behind."""
    if "\r" in piece:
        piece = piece.replace("\r\n", "\n").replace("\r", "\n")
    wire = binascii.b2a_qp(piece.encode(), istext=True).replace(b"\n", b"\r\n")
    if wire and not wire.endswith(b"\r\n"):
        wire += SOFT
    return Body(wire, compress_whitespace(wire) if b"  " in wire or b"\t" in wire else wire)


def _framed(words: bytes, page: bytes) -> bytes:
    """RFC 2045 section 6.7: the last line of a part must not end in a soft line break."""
    return b"".join([BEGIN, words.removesuffix(SOFT), BETWEEN, page.removesuffix(SOFT), END])


_known = lru_cache(PIECES_KNOWN)(encoded)
