"""What did a program or a lawyer put under a person's words: a telephone's footer, a scanner's lines, a disclaimer?"""

import re

from reviews.reading.languages.boilerplate import BOILERPLATE, EVIDENCE
from reviews.reading.languages.footers import (
    DEVICES,
    FOOTER_ENDS,
    FOOTERS,
    FOOTERS_ALONE,
    GERMAN_BEGINNINGS,
    GERMAN_ENDS,
)
from reviews.reading.lines import Line, SegmentKind, mark_all

FOOTER = "mobile footer"  # the rule of lines that a program put under what is written
FOOTER_CHARS_MAX = 90
DEVICE_CHARS_MAX = 44  # within which a footer names its device; further on it is a sentence
BEGINNING_CHARS_MAX = 300
LIST_FOOTER_LINES_MAX = 15
LEGAL_LINES_MAX, LEGAL_CHARS_MAX = 20, 1_000  # of a disclaimer that is searched

_LIST_RULER = re.compile(r"[_-]{20,100}\s*")
_LIST_WORDS = ("mailing list", "http://", "https://", "unsubscribe", "@")
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,2}")
_BRACKETS = {ord("["): None, ord("]"): None}
_OUTLOOK_LINK = "//aka.ms/"
_POSTSCRIPT = ("ps", "p.s", "p. s")


def mark_endings(lines: list[Line]) -> None:
    """Claims footers and boilerplate among the lines that are still open."""
    end = _ends_of_passages(lines)
    said = False  # anything in this passage yet
    for at, line in enumerate(lines):
        if not line.open:
            said = said and (line.blank or line.kind is not SegmentKind.QUOTED)
            continue
        beginning = _beginning(line.text)
        if _LIST_RULER.fullmatch(line.text[:120]) and _is_list_footer(lines, at, end[at]):
            mark_all(lines[at : end[at]], SegmentKind.BOILERPLATE, "list footer")
        elif _is_footer(beginning) or beginning in FOOTERS_ALONE:
            if beginning in FOOTERS_ALONE and said:
                _mark_name_above(lines, at)
            line.mark(SegmentKind.SIGNATURE, FOOTER)
            if said:
                _mark_below_footer(lines[at + 1 : end[at]])
        elif said and beginning.startswith(BOILERPLATE) and _is_legal(lines[at : min(end[at], at + LEGAL_LINES_MAX)]):
            mark_all(lines[at : end[at]], SegmentKind.BOILERPLATE, "boilerplate")
        else:
            said = True


def _ends_of_passages(lines: list[Line]) -> list[int]:
    """For each line where its passage ends: at the next quotation, or with the mail."""
    ends = [len(lines)] * len(lines)
    end = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].kind is SegmentKind.QUOTED and not lines[at].blank:
            end = at
        ends[at] = end
    return ends


def _mark_below_footer(lines: list[Line]) -> None:
    """A program puts its footer at the end of what is written: what stands below, and is no postscript, was not."""
    first = next((line for line in lines if line.open), None)
    if first is not None and not _beginning(first.text).startswith(_POSTSCRIPT):
        mark_all(lines, SegmentKind.SIGNATURE, "below mobile footer")


def _mark_name_above(lines: list[Line], at: int) -> None:
    """`Ada Example` right above `via mobile`: the two lines of a signature somebody made himself."""
    above = lines[at - 1]
    alone = at > 1 and lines[at - 2].blank and above.open
    if alone and len(above.text) <= FOOTER_CHARS_MAX and _NAME.fullmatch(above.text.strip()) and above.text.istitle():
        above.mark(SegmentKind.SIGNATURE, "name above a footer")


def _is_list_footer(lines: list[Line], at: int, end: int) -> bool:
    if end - at > LIST_FOOTER_LINES_MAX * 4 or sum(not line.blank for line in lines[at:end]) > LIST_FOOTER_LINES_MAX:
        return False
    return any(word in line.text.lower() for line in lines[at + 1 : at + 4] for word in _LIST_WORDS)


def _is_legal(lines: list[Line]) -> bool:
    text = "\n".join(line.text[:LEGAL_CHARS_MAX] for line in lines).lower()
    return any(word in text for word in EVIDENCE)


def _is_footer(beginning: str) -> bool:
    line = beginning.partition("<http")[0].partition("(http")[0].translate(_BRACKETS).strip()
    if len(line) > FOOTER_CHARS_MAX:
        return False
    if "outlook" in line and _OUTLOOK_LINK in beginning:  # in whatever language
        return True
    sentence = line.partition(". ")[0].rstrip(".。")
    ends = len(sentence) <= DEVICE_CHARS_MAX and sentence.endswith(FOOTER_ENDS)
    german = line.startswith(GERMAN_BEGINNINGS) and sentence.endswith(GERMAN_ENDS)
    if not (ends or german or line.startswith(FOOTERS)):
        return False
    claimed = _claimed(sentence)
    return any(device in claimed for device in DEVICES)


def _claimed(sentence: str) -> str:
    """Where a footer names its device: at once. Further on, or behind a comma, it is a sentence of somebody's."""
    beginning, comma, rest = sentence.partition(",")
    excused = comma and "excuse" in beginning
    return (rest if excused else beginning)[:DEVICE_CHARS_MAX]


def _beginning(text: str) -> str:
    text = text[:BEGINNING_CHARS_MAX].replace("\xa0", " ")
    return text.strip(" \t-–—_*<[(>.。\u200e\u200f\u202a\u202b\u202c").lower()
