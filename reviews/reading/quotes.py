"""Where does a quotation begin in plain lines?

Line by line and in windows of a few lines, without nested quantifiers: other people's mail must not be able to make this slow.
"""

import re

from reviews.reading.languages import (
    LABEL_ROLES,
    OPENINGS,
    SEPARATORS,
    SEPARATORS_ALONE,
    WROTE,
    WROTE_ANYWHERE,
)
from reviews.reading.lines import LINE_CHARS_MAX, Line, SegmentKind, mark_all

ATTRIBUTION_LINES_MAX = 4  # Gmail and Geary break theirs over two, narrow telephones over four
HEADER_LINES_MAX = 14  # of a quoted header block, with folded To lists
LABEL_CHARS_MAX = 32
SEPARATOR_CHARS_MAX = 120

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), None)
_DATE = re.compile(r"\d{1,2}\s?[:.h時시点]\s?\d{2}|\d{4}|\d{1,2}[./-]\s?\d{1,2}[./-]|\d{1,2}\.?\s?[^\W\d]{3,}")
_DATE_WITH_TIME = re.compile(r"\d{4}\D{1,12}\d{1,2}[:.]\d{2}")
_WROTE = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in sorted(WROTE, key=len, reverse=True)) + r")(?!\w)")
_GMAIL_WITHOUT_VERB = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} (?:gmt|utc)[+-]\d{1,2}:\d{2}\s")
_OUR_MARKER = re.compile(r"\W{0,4}##.{5,80}##\W{0,4}")
_RULER = re.compile(r"[\s>*]{0,4}[-_=~*–—]{3,200}\s*")
_UNDERLINED = re.compile(r"[-_=~*–—]{3}")


def mark_quotes(lines: list[Line]) -> None:
    """Claims the quoted lines: marked ones, and what stands under an attribution, a header block or a separator."""
    for line in lines:
        if line.open and line.text.lstrip(" \t\xa0|").startswith(">") and not _is_drawn(line.text):
            line.mark(SegmentKind.QUOTED, "quotation mark", sure=True)
    at = 0
    while at < len(lines):
        found = _beginning(lines, at) if lines[at].open else None
        if found is None:
            at += 1
            continue
        start, end, rule = found
        start = _with_ruler_above(lines, start)
        mark_all(lines[start:end], SegmentKind.QUOTED, rule)
        if not _marked_below(lines, end):
            mark_all(lines[end:], SegmentKind.QUOTED, f"below {rule}")
            return
        at = end


def _is_drawn(text: str) -> bool:
    """`>>> >>> www.shop.example <<<` and `>:(` are drawings, not quotations."""
    return "<<" in text[-LINE_CHARS_MAX:] or text.strip()[1:2] in {":", ";", "_", "."}


def _beginning(lines: list[Line], at: int) -> tuple[int, int, str] | None:
    """(first line, line after the last, rule) of what announces a quotation, if it ends or stands at this line."""
    text = _plain(lines[at].text)
    if _is_separator(text):
        return at, _header_block(lines, _next_open(lines, at + 1)) or at + 1, "separator"
    end = _header_block(lines, at)
    if end:
        return at, end, "header block"
    start = _attribution(lines, at, text)
    return None if start is None else (start, at + 1, "attribution")


def _plain(text: str) -> str:
    return text[:LINE_CHARS_MAX].translate(_INVISIBLE).replace("\xa0", " ").strip(" \t*_|").lower()


def _is_separator(text: str) -> bool:
    if len(text) > SEPARATOR_CHARS_MAX:
        return False
    if text in SEPARATORS_ALONE or _OUR_MARKER.fullmatch(text):
        return True
    bare = text.strip("-_=~*–—> \t:.")
    if bare == text or len(bare) > 60 or not _UNDERLINED.match(text):
        return False
    wrote = _WROTE.search(bare[-30:]) is not None and _UNDERLINED.match(text[::-1]) is not None  # "---- Sam wrote ----"
    return bare.startswith(SEPARATORS) or wrote


def _next_open(lines: list[Line], at: int) -> int:
    """The next line that is not blank, at most two further; else this one."""
    return next((ahead for ahead in range(at, min(at + 3, len(lines))) if not lines[ahead].blank), at)


def _header_block(lines: list[Line], at: int) -> int:
    """The line after a quoted header block (From, Sent, To, Subject in any language) that begins here, 0 if none does."""
    roles: set[str] = set()
    seen, blanks, end, addressed = 0, 0, 0, False
    for ahead in range(at, min(at + HEADER_LINES_MAX, len(lines))):
        line = lines[ahead]
        if line.blank:
            blanks += 1
            if blanks > max(1, seen - 1):  # some programs put a blank line under each label
                break
            continue
        role = _role(line.text, roles)
        if not role:
            if seen == 0 or blanks or line.kind is not SegmentKind.SAID or len(line.text) > LINE_CHARS_MAX:
                break
            if not ("@" in line.text or line.text[:1] in {" ", "\t"} or line.text.rstrip().endswith((",", ";", ">"))):
                break
            continue
        roles.add(role)
        addressed = addressed or "@" in line.text
        seen, end = seen + 1, ahead + 1
        blanks = 0
    told = {"from", "sent", "to", "subject"} & roles
    # A journey has From, To and Date as well: only a subject or an address makes it a mail.
    dated = _DATE_WITH_TIME.search(" ".join(line.text[:LINE_CHARS_MAX] for line in lines[at:end]).translate(_INVISIBLE)) is not None
    if {"from", "sent", "to"} <= told and dated:
        return end
    enough = "from" in told and (len(told) >= 3 or (len(told) >= 2 and addressed)) and ("subject" in told or addressed)
    return end if enough else 0


def _role(text: str, taken: set[str]) -> str:
    """Which header this line is a quoted one of, "" for none."""
    plain = _plain(text.lstrip("> ")[: LABEL_CHARS_MAX * 3])
    colon = min((found for found in (plain.find(":"), plain.find("：")) if found > 0), default=0)
    if not 0 < colon <= LABEL_CHARS_MAX:
        return ""
    roles = LABEL_ROLES.get(plain[:colon].strip(" *_"), set())
    return next((role for role in ("from", "sent", "to", "subject", "other") if role in roles and role not in taken), "other" if roles else "")


def _attribution(lines: list[Line], at: int, text: str) -> int | None:
    """The first line of an attribution that ends at this line ("On Monday, Sam <sam@acme.example> wrote:"), else None."""
    if not _may_end(text):
        return None
    quoted_below = _quoted_at(lines, at + 1)
    window = text
    for start in range(at, max(-1, at - ATTRIBUTION_LINES_MAX), -1):
        if start < at:
            if not lines[start].open:
                break
            window = f"{_plain(lines[start].text)} {window}"
        if len(window) > LINE_CHARS_MAX:
            break
        first = _plain(lines[start].text)
        if _opens(first) and _DATE.search(first) and _is_attribution(window, quoted_below=quoted_below):
            return start - 1 if start > 0 and _goes_on(lines[start - 1]) else start
    return at if _is_attribution(text, quoted_below=quoted_below) else None


def _goes_on(line: Line) -> bool:
    """The first line of an attribution whose second begins like one, too ("On 21 Nov 2026," / "at 10:00, Sam wrote:")."""
    text = _plain(line.text)
    first = text.split(" ", 1)[0]
    return line.open and len(text) < 80 and first in OPENINGS and bool(_DATE.search(text)) and not text.endswith((".", "!", "?", ":"))


def _may_end(text: str) -> bool:
    end = text.rstrip("*_ >|")
    return text.endswith((":", "：", ">")) or end.endswith((":", "：")) or bool(_WROTE.search(end[-30:])) or bool(_GMAIL_WITHOUT_VERB.match(end))


def _opens(text: str) -> bool:
    first = text[:40].lstrip("\"'([-– ").split(" ", 1)[0].strip(",.:")
    return first in OPENINGS or any(char.isdigit() for char in text[:16])


def _is_attribution(text: str, *, quoted_below: bool) -> bool:
    end = text.rstrip("*_ >|")
    colon = end.endswith((":", "："))
    wrote = bool(_WROTE.search(end)) or any(word in end for word in WROTE_ANYWHERE)
    dated, addressed = bool(_DATE.search(end)), "@" in end
    if colon and wrote:
        return quoted_below or addressed or (dated and len(end) < 300)
    if dated and addressed and (colon or (quoted_below and text.endswith(">") and len(end) < 150)):
        return True
    if wrote and dated and addressed:
        return bool(_WROTE.search(end[-30:]))
    return bool(_GMAIL_WITHOUT_VERB.match(end)) and len(end) < 150


def _quoted_at(lines: list[Line], at: int) -> bool:
    ahead = _next_open(lines, at)
    return ahead < len(lines) and lines[ahead].sure


def _marked_below(lines: list[Line], at: int) -> bool:
    """Does a marked quotation follow at once? Then it has an end of its own, and answers may stand below."""
    return _quoted_at(lines, at)


def _with_ruler_above(lines: list[Line], start: int) -> int:
    """Takes the line of dashes above an announcement with it, and the blank lines between."""
    above = start
    while above > 0 and start - above < 3 and lines[above - 1].blank:
        above -= 1
    return above - 1 if above > 0 and _RULER.fullmatch(lines[above - 1].text[:SEPARATOR_CHARS_MAX]) else start
