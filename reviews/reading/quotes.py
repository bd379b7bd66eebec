"""Which lines are quotations?

Line by line and in windows of a few lines, without nested quantifiers: other people's mail must not be able to make
this slow.
"""

import re
from dataclasses import dataclass

from reviews.reading.attributions import (
    BARE_CHARS_MAX,
    DATE,
    ENDING_CHARS,
    WROTE_WORDS,
    attribution,
    end_of_attribution,
    is_rest_of_attribution,
)
from reviews.reading.elements import PLAIN_BLOCKQUOTE
from reviews.reading.headers import header_block
from reviews.reading.languages.attributions import COLONS
from reviews.reading.languages.separators import MAILS, SEPARATORS, SEPARATORS_ALONE
from reviews.reading.lines import LINE_CHARS_MAX, Line, SegmentKind, mark_all, next_filled
from reviews.reading.marker import is_marker

# The rules of lines that announce a quotation.
ANNOUNCEMENTS = frozenset({"attribution", "header block", "separator", "our marker"})
SEPARATOR_CHARS_MAX = 120
BARE_SEPARATOR_CHARS_MAX = 60  # without its dashes
GREETING_LINES_MAX = 8  # said between an attribution and the first line it quotes
BROKEN_LINK_CHARS_MAX = 300
BELOW = "below "  # begins the rule of lines that nothing marks but the announcement above them
MARK = "quotation mark"  # the rule of lines that begin with one

# As a set of signs; Proton draws its lines with U+2010, Evolution in Vietnamese with U+2501.
_DASHES = "-_=~*\u2010-\u2015\u2500\u2501"
_RULER = re.compile(rf"[\s>*]{{0,4}}[{_DASHES}]{{3,200}}\s*")
_UNDERLINED = re.compile(rf"[{_DASHES}]{{3}}")
_LINK_ALONE = re.compile(r"\s{0,4}[(<]\s{0,4}(?:https?|mailto):[^\s()<>]{1,250}\s{0,4}[)>]\s{0,4}>?\s{0,4}")


@dataclass(frozen=True, slots=True)
class Announcement:
    """The lines [start, end) announce a quotation, by this rule."""

    start: int
    end: int
    rule: str


def mark_quotes(lines: list[Line]) -> None:
    """Claims the quoted lines: marked ones, and what stands under an attribution, a header block or a separator."""
    _mark_marked(lines)
    at, first_said = 0, len(lines)
    while at < len(lines):
        found = _announcement(lines, at) if lines[at].open else None
        if found is None:
            if lines[at].open:
                first_said = min(first_said, at)
            at += 1
            continue
        mark_all(lines[_with_ruler_above(lines, found.start) : found.end], SegmentKind.QUOTED, found.rule)
        # A marked quotation has an end of its own, and answers may stand below it. Under nothing said at all, what is
        # announced without a mark is all there is: a forwarded mail, or an answer below a quotation nobody marked.
        if first_said >= found.start:
            first_said = len(lines)
        elif not _is_marked_below(lines, found):
            mark_all(lines[found.end :], SegmentKind.QUOTED, f"{BELOW}{found.rule}")
            break
        at = found.end
    _show_what_nobody_announced(lines)


def _mark_marked(lines: list[Line]) -> None:
    for at, line in enumerate(lines):
        if not line.open:
            continue
        if line.text.lstrip(" \t\xa0|").startswith(">") and not _is_drawn(line.text):
            if not is_rest_of_attribution(line.text):
                line.mark(SegmentKind.QUOTED, MARK, sure=True)
        elif at and lines[at - 1].rule == MARK and _is_broken_link(lines[at - 1].text, line.text):
            line.mark(SegmentKind.QUOTED, MARK, sure=True)


def _is_drawn(text: str) -> bool:
    """`>>> >>> www.shop.example <<<` and `>:(` are drawings, not quotations."""
    return "<<" in text[-LINE_CHARS_MAX:] or text.strip()[1:2] in {":", ";", "_", "."}


def _is_broken_link(above: str, text: str) -> bool:
    """A long link of a quoted line, wrapped by a program that forgot the mark: alone on its line, or the end of one."""
    if len(text) > BROKEN_LINK_CHARS_MAX:
        return False
    above = above[-LINE_CHARS_MAX:]
    opened = above.count("(") > above.count(")") and " " not in text.strip() and text.count(")") > text.count("(")
    return opened or _LINK_ALONE.fullmatch(text) is not None


def _announcement(lines: list[Line], at: int) -> Announcement | None:
    """What announces a quotation, if it ends or stands at this line."""
    text = lines[at].plain
    if is_marker(text):
        return Announcement(_announced(lines, at), at + 1, "our marker")
    framed = _is_framed(text)
    if framed or text.startswith(SEPARATORS):
        below = next_filled(lines, at + 1)
        block = header_block(lines, below) if below < len(lines) else 0
        # Above a header block any words between dashes part two mails, in whatever language, and some without dashes.
        if _is_separator(text) or (block and len(text) <= SEPARATOR_CHARS_MAX):
            return Announcement(at, block or at + 1, "separator")
    end = header_block(lines, at)
    if end:
        return Announcement(at, end, "header block")
    begun = attribution(lines, at, quoted_below=_quoted_at(lines, at + 1))
    return None if begun is None else Announcement(begun, end_of_attribution(lines, at), "attribution")


def _announced(lines: list[Line], at: int) -> int:
    """Above our own marker any line that ends like an announcement is one, in whatever language."""
    above = next((before for before in range(at - 1, max(-1, at - 3), -1) if not lines[before].blank), at)
    text = lines[above].plain
    announces = text.endswith(COLONS) and ("@" in text or DATE.search(text)) and len(text) <= BARE_CHARS_MAX
    return above if announces and lines[above].open else at


def _is_framed(text: str) -> bool:
    """Do dashes stand before these words? Behind them too, mostly."""
    return len(text) <= SEPARATOR_CHARS_MAX and (_UNDERLINED.match(text) is not None or text in SEPARATORS_ALONE)


def _is_separator(text: str) -> bool:
    if text in SEPARATORS_ALONE:
        return True
    bare = text.strip("-_=~*\u2010\u2011\u2012\u2013\u2014\u2015\u2500\u2501> \t:.")
    if bare == text or not _is_framed(text):
        return False
    if _UNDERLINED.match(text[::-1]) is None:
        return len(bare) <= BARE_SEPARATOR_CHARS_MAX and bare.startswith(SEPARATORS)
    wrote = WROTE_WORDS.search(bare[-ENDING_CHARS:]) is not None  # "---- Sam wrote ----"
    names_mail = len(bare) <= BARE_SEPARATOR_CHARS_MAX and any(word in bare for word in MAILS)
    return wrote or names_mail or bare.startswith(SEPARATORS)


def _is_marked_below(lines: list[Line], found: Announcement) -> bool:
    """Is what is announced marked line by line? A greeting may stand above it, where the answers stand between."""
    if _quoted_at(lines, found.end):
        return True
    if found.rule != "attribution":
        return False
    filled = [at for at in range(found.end, min(found.end + GREETING_LINES_MAX * 2, len(lines))) if not lines[at].blank]
    for at in filled[:GREETING_LINES_MAX]:
        if lines[at].sure:
            return lines[at].rule == MARK
        if lines[at].open and _announcement(lines, at):
            return False
    return False


def _quoted_at(lines: list[Line], at: int) -> bool:
    ahead = next_filled(lines, at)
    return ahead < len(lines) and lines[ahead].sure


def _with_ruler_above(lines: list[Line], start: int) -> int:
    """Takes the line of dashes above an announcement with it, and the blank lines between."""
    above = start
    while above > 0 and start - above < 3 and lines[above - 1].blank:
        above -= 1
    return above - 1 if above > 0 and _RULER.fullmatch(lines[above - 1].text[:SEPARATOR_CHARS_MAX]) else start


def _show_what_nobody_announced(lines: list[Line]) -> None:
    """A quotation that opens the mail, or stands in a page as a bare <blockquote>, with words below it and nothing that
    announces it: no program writes so. Somebody put it there, to be read with his words."""
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].open), -1)
    by_hand: list[Line] = []
    leading = True
    for line in lines[: last + 1]:
        leading = leading and (line.blank or line.rule == MARK)
        if line.rule == PLAIN_BLOCKQUOTE or (leading and line.rule == MARK):
            by_hand.append(line)
        elif line.kind is SegmentKind.QUOTED:
            break
    if any(is_marker(line.text) or _says_who_wrote(line) for line in by_hand):
        return
    for line in by_hand:
        line.mark(SegmentKind.SAID, "quoted by hand")


def _says_who_wrote(line: Line) -> bool:
    """`>>>>> "Sam" == Sam Example <sam@acme.example> writes:`: an announcement behind quotation marks of its own."""
    return "@" in line.plain and line.plain.endswith(COLONS) and WROTE_WORDS.search(line.plain) is not None
