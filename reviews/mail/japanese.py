"""Which letters does ISO-2022-JP stand for, as mail programs write it?

By the tables of cp932: Python's own codecs refuse the rows that Windows added ("①", "㈱"), which Japanese mail is full
of, and one such letter must not turn the whole mail into signs.
"""

import re

_ESCAPE = re.compile(rb"\x1b(\([BJI]|\$[@B]|\$\(D)")
_ROW_OF_KATAKANA = b"(I"
_HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
ODD_BYTES_MAX = 1_000_000  # of a text with such rows; behind them its odd letters are signs
PIECE_BYTES_MAX = 65_536  # between two escapes, taken byte by byte; a line has under 100


def from_iso2022_jp(data: bytes) -> str:
    """The text of these bytes (RFC 1468, with JIS X 0201 katakana and Windows' rows); never raises."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeError:
        pieces = _ESCAPE.split(data[:ODD_BYTES_MAX])
    shown = [pieces[0].decode("latin-1")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        shown.append(_decoded(escape, piece))
    return "".join(shown) + data[ODD_BYTES_MAX:].decode("iso2022_jp_ext", "replace")


def _decoded(escape: bytes, piece: bytes) -> str:
    if escape in {b"$@", b"$B"}:
        return _decoded_pairs(piece)
    if escape == b"$(D":  # JIS X 0212, of which EUC-JP is the only form that Python reads
        high = piece.translate(_HIGH)
        pairs = (high[at : at + 2] for at in range(0, len(high), 2))
        return b"".join(b"\x8f" + pair for pair in pairs).decode("euc_jp", "replace")
    if escape == _ROW_OF_KATAKANA:
        return piece.translate(_HIGH).decode("cp932", "replace")
    return piece.decode("latin-1")


def _decoded_pairs(piece: bytes) -> str:
    try:
        return piece.translate(_HIGH).decode("euc_jp")
    except UnicodeError:  # one of Windows' rows
        if len(piece) > PIECE_BYTES_MAX:
            return piece.translate(_HIGH).decode("euc_jis_2004", "replace")
        return _as_shift_jis(piece).decode("cp932", "replace")


def _as_shift_jis(piece: bytes) -> bytes:
    """Pairs of JIS X 0208 as Shift_JIS; what stands between them stays, where a program forgot to shift back."""
    out = bytearray()
    at = 0
    while at < len(piece):
        first = piece[at]
        second = piece[at + 1] if at + 1 < len(piece) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first)
            at += 1
            continue
        row = (first + 1) // 2 + (0x70 if first <= 0x5E else 0xB0)
        column = second + (0x1F if second < 0x60 else 0x20) if first % 2 else second + 0x7E
        out += bytes((row, column))
        at += 2
    return bytes(out)
