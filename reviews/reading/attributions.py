"""Does this line say who wrote what follows ("On 21 Nov, Sam <sam@acme.example> wrote:"), and where does that begin?"""

import re

from reviews.reading.headers import DATE_WITH_TIME
from reviews.reading.languages.attributions import COLONS, OPENINGS, QUOTING, WROTE, WROTE_ANYWHERE
from reviews.reading.lines import GAP_LINES_MAX, LINE_CHARS_MAX, Line, plain

ATTRIBUTION_LINES_MAX = 4  # Gmail and Geary break theirs over two, narrow telephones over four
BARE_CHARS_MAX = 150  # "On 21/11/2026 10:00, Sam Example wrote:" and its like
ENDING_CHARS = 30  # within which the verb stands where it ends the line
FIRST_CHARS_MAX = 80  # of a first line that is only a date

DATE = re.compile(r"\d{1,2}\s?[:.h時시点]\s?\d{2}|\d{4}|\d{1,2}[./-]\s?\d{1,2}[./-]|\d{1,2}\.?\s?[^\W\d]{3,}")
WROTE_WORDS = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(word) for word in sorted(WROTE, key=len, reverse=True)) + r")(?!\w)"
)
_HOUR_LAST = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[ap]m)?$")  # Nextcloud: "Sam" sam@acme.example - 21 November 2026 10:00
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_GMAIL_WITHOUT_VERB = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} (?:gmt|utc)[+-]\d{1,2}:\d{2}\s")
_BRACKETED = re.compile(r"<[^<>]{0,300}>")
_ADDRESS = re.compile(r"[^\s@]{1,100}@[^\s@]{1,200}")
_REST_OF_ADDRESS = ("<", ">", "(", "mailto:")


def attribution(lines: list[Line], at: int, *, quoted_below: bool) -> int | None:
    """The first line of an attribution that ends at this line, or None. `quoted_below`: marked quotation follows."""
    text = lines[at].plain
    if not _may_end(text):
        return None
    window = text
    named: int | None = None
    announces = text.rstrip("*_ >|").endswith(COLONS)
    for start in _upwards(lines, at):
        if start < at:
            window = f"{lines[start].plain} {window}"
        if len(window) > LINE_CHARS_MAX:
            break
        first = lines[start].plain
        if first.startswith(_REST_OF_ADDRESS):
            continue  # the address alone; its digits are no date
        begins = _begins(first)
        if (begins or (announces and _names(lines, start, at))) and _is_attribution(window, quoted_below=quoted_below):
            if begins:
                return start - 1 if start > 0 and _begins_above(lines[start - 1], window) else start
            named = start  # a date may stand on the line above
    return at if named is None and _is_attribution(text, quoted_below=quoted_below) else named


def end_of_attribution(lines: list[Line], at: int) -> int:
    """The line after an attribution that seems to end at this one: the hour or the verb may stand on the next."""
    if lines[at].plain.endswith(COLONS) or at + 1 >= len(lines) or not lines[at + 1].open:
        return at + 1
    rest = lines[at + 1].plain
    return at + 2 if rest.endswith(COLONS) and len(rest) <= ENDING_CHARS else at + 1


def is_rest_of_attribution(text: str) -> bool:
    """`> wrote:` on a line of its own is no quotation but the end of an address that was broken off; nor is the line
    that GroupWise writes above one."""
    if text.startswith(">>> ") and _is_groupwise(text.rstrip().lower()):
        return True
    if len(text) > ENDING_CHARS + 10:
        return False
    rest = plain(text.lstrip("> "))
    return rest.endswith(COLONS) and WROTE_WORDS.fullmatch(rest.rstrip(":：៖ ")) is not None


def _upwards(lines: list[Line], at: int) -> list[int]:
    """This line and those above it that may belong to the same attribution, nearest first."""
    found = [at]
    above = at - 1
    while above >= 0 and len(found) < ATTRIBUTION_LINES_MAX + 1:
        line = lines[above]
        if line.open:
            found.append(above)
        elif not line.blank or not _is_broken_off(lines, found[-1], above):
            break
        above -= 1
    return found


def _is_broken_off(lines: list[Line], below: int, gap: int) -> bool:
    """Some programs break an address into lines of its own, with blank ones round it."""
    return below - gap < GAP_LINES_MAX and lines[below].plain.startswith(_REST_OF_ADDRESS)


def _begins_above(line: Line, window: str) -> bool:
    """Does it begin on the line above already? That one opens as attributions do and the second line, too ("at 10:00,
    Sam wrote:"), or it holds the address that this one lacks."""
    text = line.plain
    if not line.open or text.endswith((".", "!", "?", ":")) or len(text) > BARE_CHARS_MAX:
        return False
    if _has_hour(text):
        return True
    if "@" not in window and "<" in text and "@" in text:
        return True
    return len(text) < FIRST_CHARS_MAX and text.split(" ", 1)[0] in OPENINGS and bool(DATE.search(text))


def _may_end(text: str) -> bool:
    end = text.rstrip("*_ >|")
    return (
        text.endswith((*COLONS, ">"))
        or end.endswith(COLONS)
        or bool(WROTE_WORDS.search(end[-ENDING_CHARS:]))
        or bool(_GMAIL_WITHOUT_VERB.match(end))
        or end.startswith(QUOTING)
        or _HOUR_LAST.search(end[-ENDING_CHARS:]) is not None
    )


def _begins(text: str) -> bool:
    """Does an attribution begin so: with a word, a number or an address, and a date? Digits of an address are none."""
    bare = _BRACKETED.sub("", text) if "<" in text else text
    bare = _ADDRESS.sub("", bare) if "@" in bare else bare  # a line without one would be gone through a hundred times
    dated = DATE.search(bare) is not None
    return dated and (_opens(text) or ("<" in text and "@" in text) or WROTE_WORDS.search(text) is not None)


def _names(lines: list[Line], start: int, at: int) -> bool:
    """Does it begin with whoever wrote, where a narrow window left the date or the verb to the lines below?"""
    first = lines[start].plain
    if first.endswith((".", "!", "?")) or len(first) > BARE_CHARS_MAX:
        return False
    if ("<" in first and "@" in first) or first.startswith(QUOTING):
        return True
    address_below = start < at and lines[start + 1].plain.startswith(("<", "("))
    alone = start == 0 or lines[start - 1].blank  # else it may be the last line of what somebody says
    return address_below and (alone or _has_hour(first))


def _opens(text: str) -> bool:
    first = text[:40].lstrip("\"'([-–> ").split(" ", 1)[0].strip(",.:")
    return first in OPENINGS or any(char.isdigit() for char in text[:16])


def _is_attribution(text: str, *, quoted_below: bool) -> bool:
    end = text.rstrip("*_ >|")
    colon = end.endswith(COLONS)
    dated, addressed = bool(DATE.search(end)), "@" in end
    if colon and (quoted_below or addressed or _is_exact(end)) and _says_wrote(end):
        return True
    if quoted_below and len(end) < BARE_CHARS_MAX:
        if end.startswith(QUOTING) or (_has_hour(end) and (colon or (addressed and _HOUR_LAST.search(end)))):
            return True
        if _has_hour(end) and WROTE_WORDS.search(end[-ENDING_CHARS:]):  # Slovenian and Malay write no colon
            return True
    if _is_groupwise(text):
        return True
    if dated and addressed and (colon or (quoted_below and text.endswith(">") and len(end) < BARE_CHARS_MAX)):
        return True
    if dated and addressed and WROTE_WORDS.search(end[-ENDING_CHARS:]):
        return True
    return bool(_GMAIL_WITHOUT_VERB.match(end)) and len(end) < BARE_CHARS_MAX


def _says_wrote(text: str) -> bool:
    return WROTE_WORDS.search(text) is not None or any(word in text for word in WROTE_ANYWHERE)


def _is_groupwise(text: str) -> bool:
    """`>>> Sam Example <sam@acme.example> 11/21/2026 10:00 AM >>>`, above a quotation that bears no mark."""
    return text.startswith(">>> ") and text.endswith(" >>>") and len(text) <= BARE_CHARS_MAX and _has_hour(text)


def _has_hour(text: str) -> bool:
    """People name the day they were written to, programs the hour as well: that needs no verb, in no language."""
    return DATE_WITH_TIME.search(text) is not None


def _is_exact(text: str) -> bool:
    """Without address and quotation people tell stories in these words too: it takes the hour, or the verb last."""
    if len(text) > BARE_CHARS_MAX:
        return False
    return bool(_has_hour(text) or (_YEAR.search(text) and WROTE_WORDS.search(text[-ENDING_CHARS:])))
