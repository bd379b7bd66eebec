"""Which letters do these bytes stand for?"""

import re

from reviews.mail.japanese import from_iso2022_jp
from reviews.mail.labels import codec_of

_SHIFTING = frozenset({"hz", "iso2022_jp", "iso2022_kr", "utf-7", "utf-16", "utf-16-le", "utf-16-be"})
_DOUBLE_BYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"})

# A mark at the beginning is right whatever the label says (WHATWG Encoding Standard section 6, "decode").
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SHIFTS_TO_JAPANESE = b"\x1b$"  # no other ASCII text holds this escape, whatever its label

PADDINGS_MAX = 1_000  # pieces of base64 with a padding of their own, run together by careless programs

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_META_BYTES_MAX = 1_024  # how far browsers look (HTML Standard, "prescan a byte stream")
# RFC 2047 section 2; lenient in what is encoded (blanks occur), bounded in each piece so that one pass is enough.
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_:.-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_BASE64_ALIEN = bytes(byte for byte in range(256) if not (chr(byte).isalnum() and byte < 128) and byte not in b"+/=")
_HEX_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode(data: bytes, *labels: str) -> str:
    """The text of these bytes: by their byte order mark, as UTF-8 where they are that, by the first label that fits
    (the mail's own, the page's), else as windows-1252; never raises."""
    codecs = [codec for codec in map(codec_of, labels) if codec]
    mark = next((codec for beginning, codec in _BYTE_ORDER_MARKS if data.startswith(beginning)), "")
    if mark:
        return _clean(data.decode(mark, "replace").removeprefix("\ufeff"))
    if data.isascii() and not _SHIFTING.intersection(codecs):
        return _clean(from_iso2022_jp(data) if _SHIFTS_TO_JAPANESE in data else data.decode("ascii"))
    for attempt in dict.fromkeys(attempt for codec in [*codecs, ""] for attempt in _attempts(data, codec)):
        if attempt == "iso2022_jp":
            if data.isascii():
                return _clean(from_iso2022_jp(data))
            continue  # eight bits are another encoding under a wrong label
        try:
            text = data.decode(attempt)
        except (UnicodeError, LookupError):
            continue
        return _clean(text)
    return _clean(_decode_damaged(data, codecs[0] if codecs else ""))


def decode_words(value: str) -> str:
    """A header value with its encoded words decoded (RFC 2047), also where one letter is split between two of them."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run: list[bytes] = []
    label, at = "", 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[at : word.start()]
        if run and (between.strip() or word[1].lower() != label):
            pieces.append(decode(b"".join(run), label))
            run = []
        if between.strip() or at == 0:  # white space between two encoded words is not part of the text (section 6.2)
            pieces.append(between)
        label, at = word[1].lower(), word.end()
        run.append(_word_bytes(word[2], word[3]))
    if run:
        pieces.append(decode(b"".join(run), label))
    return "".join(pieces) + value[at:]


def from_base64(data: bytes) -> bytes:
    """What these bytes mean as base64 (RFC 4648), padding and foreign characters forgiven; never raises."""
    from binascii import a2b_base64

    letters = data.translate(None, _BASE64_ALIEN)
    if letters.count(b"=") > PADDINGS_MAX:
        letters = letters.replace(b"=", b"")
    pieces = [piece for piece in letters.split(b"=") if piece]
    whole = (piece[:-1] if len(piece) % 4 == 1 else piece for piece in pieces)  # one character alone is no byte
    return b"".join(a2b_base64(piece + b"=" * (-len(piece) % 4)) for piece in whole)


def label_in_html(data: bytes) -> str:
    """The charset an HTML page gives itself in a <meta>, "" where it gives none."""
    found = _META.search(data[:_META_BYTES_MAX])
    return found[1].decode("ascii") if found else ""


def _attempts(data: bytes, codec: str) -> tuple[str, ...]:
    """Codecs to try strictly, best first."""
    if codec in _SHIFTING:
        return (codec, "utf-8", "cp932") if codec == "iso2022_jp" else (codec, "utf-8")
    if codec in _DOUBLE_BYTE and not _surely_utf8(data):
        return (codec, "utf-8")
    return ("utf-8", codec) if codec else ("utf-8",)


def _surely_utf8(data: bytes) -> bool:
    # Two letters of GBK or EUC-KR can be valid UTF-8 by accident, but then for letters of two bytes only.
    try:
        return _THREE_BYTES.search(data.decode("utf-8")) is not None
    except UnicodeError:
        return False


def _decode_damaged(data: bytes, codec: str) -> str:
    """No codec fits strictly: the label's own with few gaps, else windows-1252, which makes a letter of any byte."""
    if codec and codec not in {"cp1252", "iso2022_jp"}:
        text = data.decode(codec, "replace")
        foreign = sum(byte > 127 for byte in data[:4096])
        if text[:4096].count("\ufffd") * 4 <= foreign:
            return text
    return data.decode("cp1252", "replace")


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(data)
    return _HEX_ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), data.replace(b"_", b" "))


def _clean(text: str) -> str:
    """No lone surrogates (no database takes them) and no NUL (PostgreSQL refuses it)."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)
