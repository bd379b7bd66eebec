"""Which lines belong to a PGP signature round the words (RFC 9580 section 7)?"""

from reviews.reading.lines import Line, SegmentKind

_SIGNED, _SIGNATURE, _END = (
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----",
    "-----END PGP SIGNATURE-----",
)
ARMOUR_HEADERS_MAX = 8  # `Hash: SHA512`, `Charset: utf-8`
_RULE = "pgp armour"


def mark_armour(lines: list[Line]) -> None:
    """Claims the lines of the signature, and takes the dashes back that it put before lines of dashes."""
    begun, inside, headers = False, False, 0
    for line in lines:
        text = line.text.strip() if line.text.startswith("-----") else ""
        if text == _SIGNED:
            begun, headers = True, ARMOUR_HEADERS_MAX
            line.mark(SegmentKind.BOILERPLATE, _RULE)
        elif headers:
            headers = 0 if line.blank else headers - 1
            line.mark(SegmentKind.BOILERPLATE, _RULE)
        elif begun and text == _SIGNATURE:
            inside = True
        elif begun and line.text.startswith("- -"):
            line.text, line.compared = line.text[2:], None
        if inside:
            line.mark(SegmentKind.BOILERPLATE, _RULE)
            inside = text != _END
