"""What is one line of a mail, and whose is it?"""

from dataclasses import dataclass
from enum import StrEnum

LINE_CHARS_MAX = 600  # a line is compared with patterns up to here; attributions and labels are far shorter


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

    @property
    def open(self) -> bool:
        """Nobody has claimed it yet, and there is something on it."""
        return self.kind is SegmentKind.SAID and not self.blank

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()

    def mark(self, kind: SegmentKind, rule: str, *, sure: bool = False) -> None:
        self.kind, self.rule, self.sure = kind, rule, sure


def mark_all(lines: list[Line], kind: SegmentKind, rule: str) -> None:
    """Claims the lines that nobody has claimed."""
    for line in lines:
        if line.kind is SegmentKind.SAID:
            line.mark(kind, rule)
