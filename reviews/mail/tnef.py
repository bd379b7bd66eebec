"""What does a winmail.dat hold? Outlook's own wrapping of text and files (MS-OXTNEF), read as far as people need it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviews.mail.charsets import decode

ATTRIBUTES_MAX = 2_000  # of one TNEF stream; a mail with ten files has some 60
PROPERTIES_MAX = 500  # of one MAPI block

_SIGNATURE = 0x223E9F78
_BODY, _CODE_PAGE, _MAPI = 0x0002800C, 0x00069007, 0x00069003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA = 0x00069002, 0x00018010, 0x0006800F
_PLAIN, _PAGE = 0x1000, 0x1013  # PidTagBody, PidTagHtml
_SIZES = {
    2: 4,
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}  # of the types of fixed size
_STRING, _UNICODE, _BINARY, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D


@dataclass(slots=True)
class Wrapped:
    """The text, the page and the files (name, content) in a TNEF stream."""

    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def read_tnef(data: bytes) -> Wrapped:
    """What this stream holds, as far as it can be followed; never raises."""
    found = Wrapped()
    name, label = "", ""
    for attribute, value in _attributes(data):
        if attribute == _CODE_PAGE and len(value) >= 4:
            label = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _BODY:
            found.text = decode(value.rstrip(b"\0"), label)
        elif attribute == _MAPI:
            _read_properties(value, label, found)
        elif attribute == _FILE_BEGINS:
            name = ""
        elif attribute == _FILE_TITLE:
            name = decode(value.rstrip(b"\0"), label)
        elif attribute == _FILE_DATA:
            found.files.append((name, value))
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    at = 6
    for _ in range(ATTRIBUTES_MAX):
        if at + 9 > len(data):
            return
        attribute, length = struct.unpack_from("<II", data, at + 1)
        yield attribute, data[at + 9 : at + 9 + length]
        at += 9 + length + 2  # a checksum follows each


def _read_properties(block: bytes, label: str, found: Wrapped) -> None:
    """The body and the page among the MAPI properties (MS-OXTNEF section 2.1.3.4)."""
    try:
        count = struct.unpack_from("<I", block)[0]
        at = 4
        for _ in range(min(count, PROPERTIES_MAX)):
            kind, number = struct.unpack_from("<HH", block, at)
            at += 4 + (_name_bytes(block, at + 4) if number >= 0x8000 else 0)
            value, at = _value(block, at, kind & 0x0FFF, several=bool(kind & 0x1000))
            if number == _PLAIN and not found.text:
                found.text = _string(value, kind, label)
            elif number == _PAGE:
                found.html = decode(value, label)
    except (struct.error, ValueError):
        return  # what was read until here stands


def _value(block: bytes, at: int, kind: int, *, several: bool) -> tuple[bytes, int]:
    """(the first value's bytes, where the next property begins); ValueError for a type nobody knows."""
    if kind in _SIZES:
        count = 1
        if several:
            count = struct.unpack_from("<I", block, at)[0]
            at += 4
        return block[at : at + _SIZES[kind]], at + _SIZES[kind] * min(count, len(block))
    if kind not in {_STRING, _UNICODE, _BINARY, _OBJECT}:
        raise ValueError(kind)
    count = min(struct.unpack_from("<I", block, at)[0], PROPERTIES_MAX)
    at += 4
    first = b""
    for number in range(count):
        length = struct.unpack_from("<I", block, at)[0]
        first = block[at + 4 : at + 4 + length] if number == 0 else first
        at += 4 + length + -length % 4
    return first, at


def _name_bytes(block: bytes, at: int) -> int:
    """How long the name of a named property is: a GUID, and a number or a string."""
    kind, length = struct.unpack_from("<II", block, at + 16)
    return 24 if kind == 0 else 24 + length + -length % 4


def _string(value: bytes, kind: int, label: str) -> str:
    if kind & 0x0FFF == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0").replace("\0", "\ufffd")
    return decode(value.rstrip(b"\0"), label)
