"""Which codec does a charset label mean, as browsers read it?"""

# Python's codec <- the labels of the WHATWG Encoding Standard and of mail programs, without their punctuation. Anything
# else is not a charset to us: Python knows codecs (idna, punycode, zlib, unicode_escape) that have no business in
# somebody else's mail.
# fmt: off
_CODECS = {
    "utf-8": "utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8sig cp65001 unicode utf8mb4 utf",
    "cp1252": "usascii ascii iso88591 latin1 l1 windows1252 cp1252 xcp1252 ansi ansix341968 cp819 csisolatin1 ibm819 "
    "isoir100 8bit 7bit binary",
    "iso8859-2": "iso88592 latin2 l2 csisolatin2 isoir101",
    "iso8859-3": "iso88593 latin3 l3 csisolatin3 isoir109",
    "iso8859-4": "iso88594 latin4 l4 csisolatin4 isoir110",
    "iso8859-5": "iso88595 cyrillic csisolatincyrillic isoir144",
    "iso8859-6": "iso88596 iso88596i iso88596e arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 "
    "isoir127",
    "iso8859-7": "iso88597 greek greek8 csisolatingreek ecma118 elot928 isoir126 suneugreek",
    "iso8859-8": "iso88598 iso88598i iso88598e hebrew logical visual csiso88598e csiso88598i csisolatinhebrew isoir138",
    "cp1254": "iso88599 latin5 l5 windows1254 cp1254 xcp1254 csisolatin5 isoir148",
    "iso8859-10": "iso885910 latin6 l6 csisolatin6 isoir157",
    "iso8859-13": "iso885913",
    "iso8859-14": "iso885914",
    "iso8859-15": "iso885915 latin9 l9 csisolatin9",
    "iso8859-16": "iso885916",
    "cp1250": "windows1250 cp1250 xcp1250",
    "cp1251": "windows1251 cp1251 xcp1251 win1251",
    "cp1253": "windows1253 cp1253 xcp1253",
    "cp1255": "windows1255 cp1255 xcp1255",
    "cp1256": "windows1256 cp1256 xcp1256",
    "cp1257": "windows1257 cp1257 xcp1257",
    "cp1258": "windows1258 cp1258 xcp1258",
    "cp874": "windows874 tis620 iso885911 cp874 dos874",
    "cp437": "ibm437 cp437 437",
    "cp850": "ibm850 cp850 850",
    "cp852": "ibm852 cp852 852",
    "cp866": "ibm866 cp866 866 csibm866",
    "koi8-r": "koi8r koi8 koi cskoi8r",
    "koi8-u": "koi8u koi8ru",
    "mac-roman": "macintosh xmacroman mac csmacintosh",
    "mac-cyrillic": "xmaccyrillic xmacukrainian",
    "gb18030": "gb18030 gb2312 gbk gb231280 xgbk cp936 ms936 csgb2312 euccn chinese csiso58gb231280 isoir58 windows936",
    "hz": "hzgb2312 hz",
    "big5hkscs": "big5 big5hkscs cnbig5 xxbig5 cp950 csbig5 windows950",
    "cp932": "shiftjis sjis xsjis mskanji windows31j cp932 ms932 csshiftjis windows932",
    "euc_jp": "eucjp xeucjp cseucpkdfmtjapanese",
    "iso2022_jp": "iso2022jp iso2022jpms iso2022jp1 iso2022jpext cp50220 cp50221 cp50222 csiso2022jp iso2022jp2",
    "iso2022_kr": "iso2022kr csiso2022kr",
    "cp949": "euckr ksc56011987 ksc56011989 ksc5601 korean windows949 cp949 uhc cseuckr csksc56011987 isoir149",
    "utf-16-le": "utf16le ucs2 iso10646ucs2 unicodefeff csunicode",
    "utf-16": "utf16",
    "utf-16-be": "utf16be unicodefffe",
    "utf-7": "utf7 unicode11utf7 csunicode11utf7",
}
# fmt: on
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
LABEL_CHARS_MAX = 60  # the longest there are have 19


def codec_of(label: str) -> str:
    """Python's codec for a charset label in whatever spelling (`ISO_8859-1:1987`), "" where it is none."""
    bare = label[:LABEL_CHARS_MAX].lower().partition(":")[0]
    return _BY_LABEL.get("".join(char for char in bare if char.isascii() and char.isalnum()), "")
