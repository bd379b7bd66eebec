"""Which bytes is the body of a mail? Two alternatives in quoted-printable (RFC 2046, RFC 2045), the text and the page.

The frame is fixed, and so is most of the page: its template's own pieces are the same in every mail, so each is encoded
once, and a mail is pieces put together. Every piece but the last of a line ends in a soft line break: so it begins a
line, and can be encoded, and made ready for signing, by itself.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

BOUNDARY = "=_afterword"
"""RFC 2045 section 6.7, note: `=_` cannot come up in quoted-printable text."""
CONTENT_TYPE = f'multipart/alternative; boundary="{BOUNDARY}"'.encode()
PART = (
    "--"
    + BOUNDARY
    + '\r\nContent-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
BEGIN, BETWEEN = PART.format("plain").encode(), b"\r\n" + PART.format("html").encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()
Piece = tuple[bytes, bytes]
"""Some lines as they are sent, and the same in relaxed form."""
SOFT = b"=\r\n"
BLANKS = re.compile(rb"[\t ]+")
LINE_MAX = 76
PIECE_MIN = 200
"""Characters from which a piece is remembered: people's names and links are shorter, what a template says is longer."""
PIECES_KNOWN = 1_024
"""Brands have some 50 such pieces each; somebody's long words are pushed out by what is used again."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body, in pieces: as it is sent, and in relaxed form as it is signed (RFC 6376 section 3.4.4)."""

    words: Piece
    page: Sequence[Piece]

    @property
    def wire(self) -> bytes:
        return _framed(self.words[0], b"".join([wire for wire, _ in self.page]))

    @property
    def relaxed(self) -> bytes:
        return _framed(self.words[1], b"".join([relaxed for _, relaxed in self.page]))


def alternatives(text: str, html: Iterable[str]) -> Body:
    """The body of a mail with those words, the page given in pieces. What is short is joined to its neighbours."""
    page: list[Piece] = []
    short: list[str] = []
    for piece in html:
        if len(piece) < PIECE_MIN:
            short.append(piece)
            continue
        if short:
            page.append(encoded("".join(short)))
            short.clear()
        page.append(_known(piece))
    return Body(encoded(text), [*page, encoded("".join(short))])


def encoded(piece: str) -> Piece:
    """A piece of text in quoted-printable, beginning at a line's beginning, and leaving one behind."""
    if "\r" in piece:
        piece = piece.replace("\r\n", "\n").replace("\r", "\n")
    wire = binascii.b2a_qp(piece.encode(), istext=True).replace(b"\n", b"\r\n")
    if wire and not wire.endswith(b"\r\n"):
        wire = _with_soft_break(wire)
    return wire, compressed(wire) if b"  " in wire or b"\t" in wire else wire


def compressed(text: bytes) -> bytes:
    """Each run of blanks and tabs as one blank, as the relaxed forms have it (RFC 6376 sections 3.4.2 and 3.4.4)."""
    return BLANKS.sub(b" ", text)


def _with_soft_break(wire: bytes) -> bytes:
    """The break's sign counts to the line (RFC 2045 section 6.7, rule 5): a full one hands its last character on."""
    if len(wire) - wire.rfind(b"\n") - 1 < LINE_MAX:
        return wire + SOFT
    last = -3 if wire[-3:-2] == b"=" else -1
    return wire[:last] + SOFT + wire[last:] + SOFT


def _framed(words: bytes, page: bytes) -> bytes:
    """RFC 2045 section 6.7: the last line of a part must not end in a soft line break."""
    return b"".join([BEGIN, words.removesuffix(SOFT), BETWEEN, page.removesuffix(SOFT), END])


_known = lru_cache(PIECES_KNOWN)(encoded)
