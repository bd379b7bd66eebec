"""Does a quoted header block (From, Sent, To, Subject, in any language) begin at this line?"""

import re

from reviews.reading.languages.labels import LABEL_ROLES
from reviews.reading.lines import LINE_CHARS_MAX, Line, SegmentKind, plain

HEADER_LINES_MAX = 14  # of a quoted header block, with folded To lists
LABEL_CHARS_MAX = 32
LABELLED_CHARS = 96  # of a line, within which the label with its emphasis and blanks ends
DATE_WITH_TIME = re.compile(r"\d{2,4}\D{1,12}\d{1,2}[:.h]\d{2}")

UNKNOWN_LABELS_MIN = 4  # lines of a block in a language whose labels nobody listed

_LABELLED = re.compile(r"[\s>*]{0,6}[^\W\d_][^:：<>@]{0,30}[:：][\s*]{0,4}\S")
_NAMED_ADDRESS = re.compile(r"[<\[][^<>\[\]\s]{1,200}@[^<>\[\]\s]{1,200}[>\]]")
_ROLES = ("from", "sent", "to", "subject", "other")
_TOLD = frozenset({"from", "sent", "to", "subject"})


def header_block(lines: list[Line], at: int) -> int:
    """The line after a quoted header block that begins here, 0 for none."""
    if not _labels_of(lines[at]):
        return _block_of_any_language(lines, at)
    roles: list[str] = []
    end, blanks, addressed = 0, 0, False
    for ahead in range(at, min(at + HEADER_LINES_MAX, len(lines))):
        line = lines[ahead]
        if line.blank:
            blanks += 1
            if blanks > max(1, len(roles) - 1):  # some programs put a blank line under each label
                break
            continue
        role = _role(line, roles)
        if role:
            roles.append(role)
            addressed = addressed or "@" in line.text
            end, blanks = ahead + 1, 0
        elif blanks or not _continues(lines, ahead, roles[-1]):
            break
    return end if _is_enough(roles, lines[at:end], addressed=addressed) else _block_of_any_language(lines, at)


def _block_of_any_language(lines: list[Line], at: int) -> int:
    """The same by its shape alone: four lines or more with a label each, the first of which holds somebody's name and
    address, another a date and hour. People's lists of such lines do not begin with an address in brackets."""
    first = lines[at].text[:LINE_CHARS_MAX]
    if not _LABELLED.match(first) or not _NAMED_ADDRESS.search(first):
        return 0
    if at and _LABELLED.match(lines[at - 1].text[:LINE_CHARS_MAX]):  # in the midst of such lines
        return 0
    end = at
    while end < min(at + HEADER_LINES_MAX, len(lines)) and _LABELLED.match(lines[end].text[:LINE_CHARS_MAX]):
        end += 1
    return end if end - at >= UNKNOWN_LABELS_MIN and _dated(lines[at + 1 : end]) else 0


def _continues(lines: list[Line], at: int, role: str) -> bool:
    """Is this the rest of the label's value above: more addresses, a folded line, a subject too long for one?"""
    line = lines[at]
    if line.kind is not SegmentKind.SAID or len(line.text) > LINE_CHARS_MAX:
        return False
    if "@" in line.text or line.text[:1] in {" ", "\t"} or line.text.rstrip().endswith((",", ";", ">")):
        return True
    return role == "subject" and at + 1 < len(lines) and bool(_labels_of(lines[at + 1]))


def _is_enough(roles: list[str], block: list[Line], *, addressed: bool) -> bool:
    told = _TOLD.intersection(roles)
    if roles[:3] == ["from", "sent", "to"] and _dated(block):  # Windows Mail leaves an empty subject out
        return True
    # A journey has From, To and Date as well: only a subject or an address makes it a mail.
    return "from" in told and (len(told) >= 3 or (len(told) >= 2 and addressed)) and ("subject" in told or addressed)


def _dated(block: list[Line]) -> bool:
    return DATE_WITH_TIME.search(" ".join(line.plain for line in block)) is not None


def _role(line: Line, taken: list[str]) -> str:
    """Which header this line is a quoted one of, "" for none."""
    labels = _labels_of(line)
    return next((role for role in labels if role not in taken), "other" if labels else "")


def _labels_of(line: Line) -> tuple[str, ...]:
    if line.labels is None:
        line.labels = _labels(line.text)
    return line.labels


def _labels(text: str) -> tuple[str, ...]:
    if ":" not in text and "：" not in text:
        return ()
    beginning = plain(text.lstrip("> ")[:LABELLED_CHARS])
    colon = min((found for found in (beginning.find(":"), beginning.find("：")) if found > 0), default=0)
    roles = LABEL_ROLES.get(beginning[:colon].strip(" *_"), set()) if 0 < colon <= LABEL_CHARS_MAX else set()
    return tuple(role for role in _ROLES if role in roles)
