"""Which letters do these bytes stand for?"""

import re

# Python's codec <- the labels of the WHATWG Encoding Standard, as mail uses them. Anything else is not a charset to us:
# Python knows codecs (idna, punycode, zlib, unicode_escape) that have no business in somebody else's mail.
_CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 x-unicode20utf8 utf-8-sig cp65001 unicode",
    "cp1252": "us-ascii ascii iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 windows-1252 cp1252 x-cp1252 ansi",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 latin3",
    "iso8859-4": "iso-8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso-8859-6-i iso-8859-6-e arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i iso-8859-8-e iso8859-8 hebrew logical visual",
    "cp1254": "iso-8859-9 iso8859-9 latin5 l5 windows-1254 cp1254",
    "iso8859-10": "iso-8859-10 latin6",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin-9 latin9 l9",
    "iso8859-16": "iso-8859-16",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1253": "windows-1253 cp1253",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "cp874": "windows-874 tis-620 tis620 iso-8859-11 iso8859-11 cp874 dos-874",
    "cp437": "ibm437 cp437 437",
    "cp850": "ibm850 cp850 850",
    "cp852": "ibm852 cp852 852",
    "cp866": "ibm866 cp866 866",
    "koi8-r": "koi8-r koi8 koi koi8_r",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh x-mac-roman mac",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gb2312 gbk gb_2312-80 gb_2312 x-gbk cp936 ms936 csgb2312 euc-cn",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 big-5 cp950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932 ms932",
    "euc_jis_2004": "euc-jp x-euc-jp eucjp",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-ms iso-2022-jp-1 iso-2022-jp-ext cp50220 cp50221",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_kr": "iso-2022-kr",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cp949 uhc",
    "utf-16-le": "utf-16le ucs-2 iso-10646-ucs-2 unicodefffe",
    "utf-16": "utf-16",
    "utf-16-be": "utf-16be",
    "utf-7": "utf-7 utf7 unicode-1-1-utf-7",
}
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
_SHIFTING = frozenset(
    {"hz", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_kr", "utf-7", "utf-16", "utf-16-le", "utf-16-be"}
)
_DOUBLE_BYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949"})

PADDINGS_MAX = 1_000  # pieces of base64 with a padding of their own, run together by careless programs

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_META_BYTES_MAX = 1_024  # how far browsers look (HTML Standard, "prescan a byte stream")
# RFC 2047 section 2; lenient in what is encoded (blanks occur), bounded in each piece so that one pass is enough.
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_:.-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_BASE64_ALIEN = bytes(byte for byte in range(256) if not (chr(byte).isalnum() and byte < 128) and byte not in b"+/=")
_HEX_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode(data: bytes, label: str = "") -> str:
    """The text of these bytes: UTF-8 where they are that, else what the label says, else windows-1252; never raises."""
    codec = _BY_LABEL.get(label.strip(" \t\"'").lower(), "")
    if data.isascii() and codec not in _SHIFTING:
        return _clean(data.decode("ascii"))
    for attempt in _attempts(data, codec):
        try:
            text = data.decode(attempt)
        except (UnicodeError, LookupError):
            continue
        return _clean(text)
    return _clean(_decode_damaged(data, codec))


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
        return (codec, "utf-8")
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
    if codec and codec != "cp1252":
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
