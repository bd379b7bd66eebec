"""How do still PNGs become one that moves? An animated PNG (PNG, third edition, 11.3.6), which every browser shows."""

import struct
import zlib
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def joined(pictures: Sequence[bytes], *, each_ms: int) -> bytes:
    """One PNG that shows these in turn, for ever. They must be of one size and kind, as screenshots of one page are."""
    heads = {dict(_chunks(picture))[b"IHDR"] for picture in pictures}
    if len(heads) != 1:
        raise ValueError("the pictures are not of one size and kind")
    head = heads.pop()
    width, height = struct.unpack(">II", head[:8])
    parts = [SIGNATURE, _chunk(b"IHDR", head), _chunk(b"acTL", struct.pack(">II", len(pictures), 0))]
    number = 0
    for place, picture in enumerate(pictures):
        frame = struct.pack(">IIIIIHHBB", number, width, height, 0, 0, each_ms, 1_000, 0, 0)
        parts.append(_chunk(b"fcTL", frame))
        number += 1
        for kind, data in _chunks(picture):
            if kind == b"IDAT" and place == 0:
                parts.append(_chunk(b"IDAT", data))
            elif kind == b"IDAT":
                parts.append(_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the data of each chunk."""
    place = len(SIGNATURE)
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        yield kind, picture[place + 8 : place + 8 + length]
        place += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
