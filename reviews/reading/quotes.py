"""Where does a quotation begin in plain lines?

Line by line and in windows of a few lines, without nested quantifiers: other people's mail must not be able to make
this slow.
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
BARE_ATTRIBUTION_CHARS_MAX = 150  # "On 21/11/2026 10:00, Sam Example wrote:" and its like
ENDING_CHARS = 30  # within which the verb stands where it ends the line
ANNOUNCEMENTS = frozenset({"attribution", "header block", "separator"})  # rules that claim what announces a quotation
SEPARATOR_CHARS_MAX = 120

_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    None,
)
_DATE = re.compile(r"\d{1,2}\s?[:.h時시点]\s?\d{2}|\d{4}|\d{1,2}[./-]\s?\d{1,2}[./-]|\d{1,2}\.?\s?[^\W\d]{3,}")
_DATE_WITH_TIME = re.compile(r"\d{2,4}\D{1,12}\d{1,2}[:.h]\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_WROTE = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(word) for word in sorted(WROTE, key=len, reverse=True)) + r")(?!\w)"
)
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
        if not _quoted_at(lines, end):  # a marked quotation has an end of its own, and answers may stand below
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
        start = _announced(lines, at) if _OUR_MARKER.fullmatch(text) else at
        return start, _header_block(lines, _next_open(lines, at + 1)) or at + 1, "separator"
    end = _header_block(lines, at)
    if end:
        return at, end, "header block"
    begun = _attribution(lines, at, text)
    return None if begun is None else (begun, at + 1, "attribution")


def _announced(lines: list[Line], at: int) -> int:
    """Above our own marker any line that ends like an announcement is one, in whatever language."""
    above = next((before for before in range(at - 1, max(-1, at - 3), -1) if not lines[before].blank), at)
    text = _plain(lines[above].text)
    announces = (
        text.endswith((":", "：")) and ("@" in text or _DATE.search(text)) and len(text) <= BARE_ATTRIBUTION_CHARS_MAX
    )
    return above if announces and lines[above].open else at


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
    wrote = (
        _WROTE.search(bare[-ENDING_CHARS:]) is not None and _UNDERLINED.match(text[::-1]) is not None
    )  # "---- Sam wrote ----"
    return bare.startswith(SEPARATORS) or wrote


def _next_open(lines: list[Line], at: int) -> int:
    """The next line that is not blank, at most two further; else this one."""
    return next((ahead for ahead in range(at, min(at + 3, len(lines))) if not lines[ahead].blank), at)


def _header_block(lines: list[Line], at: int) -> int:
    """The line after a quoted header block (From, Sent, To, Subject in any language) that begins here, 0 for none."""
    roles: list[str] = []
    seen, blanks, end, addressed = 0, 0, 0, False
    for ahead in range(at, min(at + HEADER_LINES_MAX, len(lines))):
        line = lines[ahead]
        if line.blank:
            blanks += 1
            if blanks > max(1, seen - 1):  # some programs put a blank line under each label
                break
            continue
        role = _role(line, roles)
        if not role:
            if seen == 0 or blanks or line.kind is not SegmentKind.SAID or len(line.text) > LINE_CHARS_MAX:
                break
            if not ("@" in line.text or line.text[:1] in {" ", "\t"} or line.text.rstrip().endswith((",", ";", ">"))):
                break
            continue
        roles.append(role)
        addressed = addressed or "@" in line.text
        seen, end = seen + 1, ahead + 1
        blanks = 0
    told = {"from", "sent", "to", "subject"}.intersection(roles)
    if roles[:3] == ["from", "sent", "to"] and _dated(lines[at:end]):  # Windows Mail leaves an empty subject out
        return end
    # A journey has From, To and Date as well: only a subject or an address makes it a mail.
    enough = "from" in told and (len(told) >= 3 or (len(told) >= 2 and addressed)) and ("subject" in told or addressed)
    return end if enough else 0


def _dated(block: list[Line]) -> bool:
    text = " ".join(line.text[:LINE_CHARS_MAX] for line in block).translate(_INVISIBLE)
    return _DATE_WITH_TIME.search(text) is not None


def _role(line: Line, taken: list[str]) -> str:
    """Which header this line is a quoted one of, "" for none."""
    if line.labels is None:
        line.labels = _labels(line.text)
    free = (role for role in line.labels if role not in taken)
    return next(free, "other" if line.labels else "")


def _labels(text: str) -> tuple[str, ...]:
    plain = _plain(text.lstrip("> ")[: LABEL_CHARS_MAX * 3])
    colon = min((found for found in (plain.find(":"), plain.find("：")) if found > 0), default=0)
    roles = LABEL_ROLES.get(plain[:colon].strip(" *_"), set()) if 0 < colon <= LABEL_CHARS_MAX else set()
    return tuple(role for role in ("from", "sent", "to", "subject", "other") if role in roles)


def _attribution(lines: list[Line], at: int, text: str) -> int | None:
    """The first line of an attribution that ends at this line ("On 21 Nov, Sam <sam@acme.example> wrote:"), or None."""
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
    """Does the attribution begin here already, because its second line opens like one, too ("at 10:00, Sam wrote:")?"""
    text = _plain(line.text)
    first = text.split(" ", 1)[0]
    return (
        line.open
        and len(text) < 80
        and first in OPENINGS
        and bool(_DATE.search(text))
        and not text.endswith((".", "!", "?", ":"))
    )


def _may_end(text: str) -> bool:
    end = text.rstrip("*_ >|")
    return (
        text.endswith((":", "：", ">"))
        or end.endswith((":", "："))
        or bool(_WROTE.search(end[-ENDING_CHARS:]))
        or bool(_GMAIL_WITHOUT_VERB.match(end))
    )


def _opens(text: str) -> bool:
    first = text[:40].lstrip("\"'([-– ").split(" ", 1)[0].strip(",.:")
    return first in OPENINGS or any(char.isdigit() for char in text[:16])


def _is_attribution(text: str, *, quoted_below: bool) -> bool:
    end = text.rstrip("*_ >|")
    colon = end.endswith((":", "："))
    wrote = bool(_WROTE.search(end)) or any(word in end for word in WROTE_ANYWHERE)
    dated, addressed = bool(_DATE.search(end)), "@" in end
    if colon and wrote:
        return quoted_below or addressed or _is_exact(end)
    if dated and addressed and (colon or (quoted_below and text.endswith(">") and len(end) < 150)):
        return True
    if wrote and dated and addressed:
        return bool(_WROTE.search(end[-ENDING_CHARS:]))
    return bool(_GMAIL_WITHOUT_VERB.match(end)) and len(end) < 150


def _is_exact(text: str) -> bool:
    """Without address and quotation people tell stories in these words too: it takes the hour, or the verb last."""
    if len(text) > BARE_ATTRIBUTION_CHARS_MAX:
        return False
    return bool(_DATE_WITH_TIME.search(text) or (_YEAR.search(text) and _WROTE.search(text[-ENDING_CHARS:])))


def _quoted_at(lines: list[Line], at: int) -> bool:
    ahead = _next_open(lines, at)
    return ahead < len(lines) and lines[ahead].sure


def _with_ruler_above(lines: list[Line], start: int) -> int:
    """Takes the line of dashes above an announcement with it, and the blank lines between."""
    above = start
    while above > 0 and start - above < 3 and lines[above - 1].blank:
        above -= 1
    return above - 1 if above > 0 and _RULER.fullmatch(lines[above - 1].text[:SEPARATOR_CHARS_MAX]) else start
