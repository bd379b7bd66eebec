"""What stands inside an S/MIME part that signs by wrapping? The signed mail itself, without asking who signed it."""

PIECES_MAX = 20_000  # of a string in pieces: OpenSSL cuts every 4 kB, some programs every 1,000 bytes

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # RFC 5652 section 5.1
_DATA = bytes.fromhex("06092a864886f70d010701")  # section 4
_ENVELOPED = (bytes.fromhex("06092a864886f70d010703"), bytes.fromhex("060b2a864886f70d0109100117"))
_OCTETS, _OCTETS_IN_PIECES, _CONTENT = 0x04, 0x24, 0xA0
_BEGINNING = 200  # bytes within which the type of the whole stands


def signed_content(data: bytes) -> bytes:
    """The mail in this SignedData (RFC 5652 section 5.2), b"" where it holds none; never raises."""
    start = data.find(_SIGNED_DATA, 0, _BEGINNING)
    found = data.find(_DATA, start + 1, start + _BEGINNING * 3) if start >= 0 else -1
    if found < 0:
        return b""
    tag, begin, end = _element(data, found + len(_DATA))
    return _octets(data, begin, end) if tag == _CONTENT else b""


def is_encrypted(data: bytes) -> bool:
    """Is this EnvelopedData or its authenticated form (RFC 5652 section 6, RFC 5083)?"""
    return any(kind in data[:_BEGINNING] for kind in _ENVELOPED)


def _octets(data: bytes, at: int, end: int) -> bytes:
    """The bytes of an OCTET STRING, whole or in pieces (BER allows both)."""
    tag, begin, stop = _element(data, at)
    if tag == _OCTETS:
        return data[begin:stop]
    pieces: list[bytes] = []
    at = begin
    while tag == _OCTETS_IN_PIECES and at < min(stop, end) and len(pieces) < PIECES_MAX:
        inner, first, last = _element(data, at)
        if inner != _OCTETS:
            break
        pieces.append(data[first:last])
        at = last
    return b"".join(pieces)


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """(tag, begin, end) of the element at this offset; one of indefinite length ends with the data."""
    if at + 2 > len(data):
        return 0, len(data), len(data)
    tag, length = data[at], data[at + 1]
    begin = at + 2
    if length == 0x80:
        return tag, begin, len(data)
    if length > 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[begin : begin + min(count, 8)])
        begin += count
    return tag, begin, min(begin + length, len(data))
