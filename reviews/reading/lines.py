"""What is one line of a mail, and whose is it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LINE_CHARS_MAX = 600  # a line is compared with patterns up to here; attributions and labels are far shorter
GAP_LINES_MAX = 3  # blank lines within which what stands above and below still belongs together

# Signs nobody sees, a blank that does not break, and the Turkish capital whose small letter is two signs.
_COMPARED: dict[int, str | None] = {
    **dict.fromkeys(
        map(
            ord,
            "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        )
    ),
    0xA0: " ",
    0x130: "i",
}


class SegmentKind(StrEnum):
    """What a passage of a mail is."""

    SAID = "said"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    BOILERPLATE = "boilerplate"


@dataclass(slots=True)
class Line:
    """One line, what it is taken for, and the step that decided.

    `sure`: a quotation mark or a quoting element says so. `known`: it stands in the mail that is being answered.
    """

    text: str
    kind: SegmentKind = SegmentKind.SAID
    rule: str = ""
    sure: bool = False
    known: bool = False
    labels: tuple[str, ...] | None = None  # headers whose label it may begin with; None until somebody asked
    compared: str | None = None  # see `plain`; None until somebody asked

    @property
    def open(self) -> bool:
        """Nobody has claimed it yet, and there is something on it."""
        return self.kind is SegmentKind.SAID and not self.blank

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()

    @property
    def plain(self) -> str:
        """The text as it is compared with what programs write."""
        if self.compared is None:
            self.compared = plain(self.text)
        return self.compared

    def mark(self, kind: SegmentKind, rule: str, *, sure: bool = False) -> None:
        self.kind, self.rule, self.sure = kind, rule, sure


def mark_all(lines: Sequence[Line], kind: SegmentKind, rule: str) -> None:
    """Claims the lines that nobody has claimed."""
    for line in lines:
        if line.kind is SegmentKind.SAID:
            line.mark(kind, rule)


def plain(text: str) -> str:
    """The text as it is compared: lower case, without invisible signs, emphasis and blanks at its ends."""
    text = text[:LINE_CHARS_MAX]
    if "&nbsp;" in text:  # QQ writes it into its plain text
        text = text.replace("&nbsp;", " ")
    if not text.isascii():
        text = text.translate(_COMPARED)
    return text.strip(" \t*_|").lower()


def next_filled(lines: Sequence[Line], at: int) -> int:
    """The next line that is not blank, a few lines further at most; else this one."""
    return next((ahead for ahead in range(at, min(at + GAP_LINES_MAX, len(lines))) if not lines[ahead].blank), at)
