"""What stands under a person's words: his signature, his telephone's footer, a scanner's or a lawyer's lines?"""

import re

from reviews.reading.languages import BOILERPLATE, DEVICES, FOOTERS
from reviews.reading.lines import Line, SegmentKind, mark_all

SIGNATURE_LINES_MAX = 15  # longer ones are text behind a line of dashes
FOOTER_CHARS_MAX = 90
DEVICE_CHARS_MAX = 36  # within which a footer names its device; further on it is a sentence
RULED_LINES_MAX = 8  # under a line of underscores a signature is short
BLANK_LINES_FACTOR = 4  # a block with more blank lines than that is none, and looking for its end has an end itself
_DELIMITER = re.compile(r"\s{0,2}(?:--|__)\s{0,3}")  # "-- " (RFC 3676 section 4.3); many programs lose the blank
_LIST_RULER = re.compile(r"[_-]{20,100}\s*")
_LIST_WORDS = ("mailing list", "http://", "https://", "unsubscribe", "@")


def mark_endings(lines: list[Line]) -> None:
    """Claims signatures, footers and boilerplate among the lines that are still open."""
    first = next((at for at, line in enumerate(lines) if line.open), len(lines))
    for at, line in enumerate(lines):
        if not line.open:
            continue
        if _DELIMITER.fullmatch(line.text[:20]) and len(line.text) < 20:
            _claim(lines, at, SegmentKind.SIGNATURE, "signature delimiter", limit=SIGNATURE_LINES_MAX)
        elif _LIST_RULER.fullmatch(line.text[:120]) and _is_list_footer(lines, at):
            _claim(lines, at, SegmentKind.BOILERPLATE, "list footer", limit=SIGNATURE_LINES_MAX)
        elif at > first and line.text.strip().strip("_") == "" and len(line.text) >= 20:
            _claim(lines, at, SegmentKind.SIGNATURE, "signature under a line", limit=RULED_LINES_MAX)
        elif _is_footer(line.text):
            line.mark(SegmentKind.SIGNATURE, "mobile footer")
        elif at > first and _beginning(line.text).startswith(BOILERPLATE):
            _claim(lines, at, SegmentKind.BOILERPLATE, "boilerplate", limit=len(lines))


def _claim(lines: list[Line], at: int, kind: SegmentKind, rule: str, *, limit: int) -> None:
    """Claims the open lines from here to the next quotation or the end, if they are no more than `limit`."""
    found = 0
    for end in range(at, len(lines)):
        line = lines[end]
        if line.kind is SegmentKind.QUOTED and not line.blank:
            break
        found += line.open
        if found > limit or end - at > limit * BLANK_LINES_FACTOR:
            return
    else:
        end = len(lines)
    mark_all(lines[at:end], kind, rule)


def _is_list_footer(lines: list[Line], at: int) -> bool:
    return any(word in line.text.lower() for line in lines[at + 1 : at + 4] for word in _LIST_WORDS)


def _is_footer(text: str) -> bool:
    if len(text) > FOOTER_CHARS_MAX * 3:
        return False
    line = _beginning(text).partition("<http")[0].partition("(http")[0].strip()
    return (
        len(line) <= FOOTER_CHARS_MAX
        and line.startswith(FOOTERS)
        and any(device in line[:DEVICE_CHARS_MAX] for device in DEVICES)
    )


def _beginning(text: str) -> str:
    return text[:300].replace("\xa0", " ").strip(" \t-–—_*<[(>\u200e\u200f\u202a\u202b\u202c").lower()
