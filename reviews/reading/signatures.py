"""Where does a person's signature begin: under a delimiter, a ruled line, a closing formula, or his own name?"""

import re

from reviews.reading.endings import FOOTER
from reviews.reading.languages.closings import CLOSINGS
from reviews.reading.lines import Line, SegmentKind, mark_all

SIGNATURE_LINES_MAX = 15  # longer ones are text behind a line of dashes
BLANK_LINES_FACTOR = 4  # a block with more blank lines than that is none, and looking for its end has an end itself
SHORT_LINES_MAX = 7  # of a signature under a line made by hand, that line with it
LINE_CHARS_MAX = 90  # of a line of a signature: a name, a post, an address
LINE_WORDS_MAX = 9
NAME_WORDS_MAX = 5
CLOSING_CHARS_MAX = 60

_DELIMITER = re.compile(r"\s{0,2}(?:--|__|—)\s{0,3}")  # "-- " (RFC 3676 section 4.3); many programs lose the blank
_SHORT_RULE = re.compile(r"\s{0,2}(?:-{3,4}|_{3,4}|={2,4}|\+{2,4}|~{2,4}|\*{3,4})\s{0,3}")  # the same, made by hand
_RULER = re.compile(r"\s{0,3}[-_=*~–—]{5,120}\s{0,3}")
_NAME = re.compile(r"[^\W\d_]+\.?(?: [^\W\d_]+\.?){0,3}")
_PARTICLES = frozenset("von van de der den di da del della al bin ibn zu zur la le du dos das y e af av".split())
_PHONE = re.compile(r"\+?\(?\d[\d ()./-]{5,20}\d")
_REACHED = ("@", "http://", "https://", "www.", "skype", "tel", "fax", "mobil", "phone")
_CLOSING = re.compile(
    r"(?:" + "|".join(re.escape(words) for words in sorted(CLOSINGS, key=len, reverse=True)) + r")(?!\w)"
)


def mark_signatures(lines: list[Line], *, sender: str = "") -> None:
    """Claims the signature that ends each passage of open lines; `sender` is the name in From, "" where it has none."""
    names = _words(sender)
    for passage, footed in _passages(lines):
        found = _delimited(passage) or _ruled(passage, footed=footed) or _named(passage, names) or _closed(passage)
        if found:
            begin, rule = found
            mark_all(passage[begin:], SegmentKind.SIGNATURE, rule)


def is_delimiter(text: str) -> bool:
    """The line that parts a signature from the words above it."""
    return len(text) < 20 and _DELIMITER.fullmatch(text) is not None


def _passages(lines: list[Line]) -> list[tuple[list[Line], bool]]:
    """The runs of lines between what is quoted or otherwise claimed, and whether a program's footer stands below each;
    blank lines belong to the run they stand in."""
    passages: list[tuple[list[Line], bool]] = []
    passage: list[Line] = []
    for line in lines:
        if line.open or line.blank:
            passage.append(line)
        elif passage:
            passages.append((passage, line.rule == FOOTER))
            passage = []
    passages.append((passage, False))
    return [(passage, footed) for passage, footed in passages if any(line.open for line in passage)]


def _delimited(passage: list[Line]) -> tuple[int, str] | None:
    """From the first delimiter on under which stands no more than a signature, and that of a list."""
    tail = passage[-SIGNATURE_LINES_MAX * BLANK_LINES_FACTOR :]
    filled = sum(not line.blank for line in tail)
    for at, line in enumerate(tail):
        begin = len(passage) - len(tail) + at
        if filled <= SIGNATURE_LINES_MAX + 1 and is_delimiter(line.text):
            return begin, "signature delimiter"
        if filled <= SHORT_LINES_MAX and len(line.text) < 10 and _SHORT_RULE.fullmatch(line.text):
            below = [line for line in tail[at + 1 :] if not line.blank]
            if below and begin and _is_name(below[0].text) and _are_of_a_signature(below):
                return begin, "signature delimiter"
        filled -= not line.blank
    return None


def _ruled(passage: list[Line], *, footed: bool) -> tuple[int, str] | None:
    """Under a ruled line, with words above it and a way to reach somebody below, or a telephone's footer."""
    tail = passage[-SIGNATURE_LINES_MAX * BLANK_LINES_FACTOR :]
    begin = len(passage) - len(tail)
    for at, line in enumerate(tail):
        if line.blank or not _RULER.fullmatch(line.text[:130]):
            continue
        below = [line for line in tail[at + 1 :] if not line.blank]
        said = any(line.open for line in passage[: begin + at])
        if (
            said
            and 0 < len(below) <= SIGNATURE_LINES_MAX
            and _are_of_a_signature(below)
            and (footed or _reaches(below))
        ):
            return begin + at, "signature under a line"
    return None


def _named(passage: list[Line], names: frozenset[str]) -> tuple[int, str] | None:
    """From the sender's own name on, where a way to reach him stands under it."""
    if not names:
        return None
    for at, below in _endings(passage):
        words = _words(passage[at].text)
        if words and words <= names and below and _reaches(below) and any(line.open for line in passage[:at]):
            return _with_closing(passage, at), "signature under a name"
    return None


def _closed(passage: list[Line]) -> tuple[int, str] | None:
    """Under a closing formula. The formula itself belongs to it where it goes on into the name ("Regards, Ada"), or
    where more than a name follows: such a block is put there by a program."""
    for at, below in _endings(passage):
        text = passage[at].text.strip()
        if not below or not is_closing(text) or not _may_be_name(below[0].text):
            continue
        whole = len(below) > 1 or text.endswith((",", "，", "、"))
        return (at if whole else at + 1), "closing formula"
    return None


def is_closing(text: str) -> bool:
    """A line that says goodbye and nothing else."""
    if len(text) > CLOSING_CHARS_MAX:
        return False
    return _CLOSING.fullmatch(text.lower().strip(" \t*_,.!;:-–—，、。！\xa0")) is not None


def _endings(passage: list[Line]) -> list[tuple[int, list[Line]]]:
    """(line, the filled lines below it) for each of the last lines, the highest first, as far up as all below look like
    lines of a signature."""
    found: list[tuple[int, list[Line]]] = []
    below: list[Line] = []
    for at in range(len(passage) - 1, max(-1, len(passage) - SIGNATURE_LINES_MAX * BLANK_LINES_FACTOR), -1):
        if passage[at].blank:
            continue
        found.append((at, below[::-1]))
        below.append(passage[at])
        if len(below) > SIGNATURE_LINES_MAX or not _is_of_a_signature(passage[at].text):
            break
    return found[::-1]


def _with_closing(passage: list[Line], at: int) -> int:
    above = next((before for before in range(at - 1, max(-1, at - 4), -1) if not passage[before].blank), at)
    return above if is_closing(passage[above].text) else at


def _may_be_name(text: str) -> bool:
    """Under a closing formula a name may be written anyhow: in one small word, with particles, in any script."""
    words = text.split()
    if not words or len(words) > NAME_WORDS_MAX or any(char.isdigit() for char in text):
        return False
    return len(words) == 1 or not any(word[0].islower() and word.lower() not in _PARTICLES for word in words)


def _is_name(text: str) -> bool:
    text = text.strip()
    return text.istitle() and _NAME.fullmatch(text[:LINE_CHARS_MAX]) is not None


def _are_of_a_signature(lines: list[Line]) -> bool:
    return all(_is_of_a_signature(line.text) for line in lines)


def _is_of_a_signature(text: str) -> bool:
    """Short, and neither a sentence nor a question."""
    text = text.strip()
    if len(text) > LINE_CHARS_MAX or len(text.split()) > LINE_WORDS_MAX:
        return False
    return not text.endswith(("?", "？", ":", "…")) and not text.lower().startswith(("ps:", "p.s.", "ps ", "ps."))


def _reaches(lines: list[Line]) -> bool:
    """Does one of them hold a telephone number, a mail address or a link?"""
    texts = [line.text[:LINE_CHARS_MAX].lower() for line in lines]
    return any(_PHONE.search(text) or any(sign in text for sign in _REACHED) for text in texts)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{2,}", text[: LINE_CHARS_MAX * 2].lower()))
