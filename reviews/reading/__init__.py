"""Which words did the person write?

In this order, each step recording what it claimed: the page's own structure, quotation marks, attributions and header
blocks, signatures and footers, then the mail that is being answered. Quotations are taken out one by one, so that
answers between and under them stay. When unsure, a line stays said: a lost sentence is worse than a leaked one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from reviews.mail import Mail, read_mail
from reviews.reading.armour import mark_armour
from reviews.reading.endings import mark_endings
from reviews.reading.html import BEYOND, lines_of_page
from reviews.reading.lines import Line, SegmentKind
from reviews.reading.original import subtract
from reviews.reading.quotes import ANNOUNCEMENTS, BELOW, mark_quotes
from reviews.reading.signatures import mark_signatures

TEXT_CHARS_MAX = 1_000_000  # of a mail that is read for words; 500 pages of a book
DOUBTFUL_SHARE = 0.95  # of a mail that no mark, only a line above it, says to be quoted
NOTHING_LEFT = "nothing else is left"  # the rule of what is shown for want of anything said
FIRST_LINES, LAST_LINES = 3_000, 1_000  # of which each is looked at: where answers stand

__all__ = ["Reply", "Segment", "SegmentKind", "read_reply", "words_of"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of the mail, what it is, and the step that decided ("" where none had to)."""

    kind: SegmentKind
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail as passages in the order in which they stand."""

    segments: tuple[Segment, ...]

    @property
    def said(self) -> str:
        """What the person wrote."""
        return _joined(segment for segment in self.segments if segment.kind is SegmentKind.SAID)

    @property
    def trimmed(self) -> str:
        """All the rest, in order."""
        return _joined(segment for segment in self.segments if segment.kind is not SegmentKind.SAID)

    @property
    def doubt(self) -> str:
        """Why somebody should look at what was set apart, "" where it is sure enough."""
        if any(segment.rule == NOTHING_LEFT for segment in self.segments):
            return "all of it was taken for something else, so all of it is shown"
        unmarked = sum(len(segment.text) for segment in self.segments if segment.rule.startswith(BELOW))
        whole = sum(len(segment.text) for segment in self.segments)
        return "most of it was set apart without a mark on each line" if unmarked > whole * DOUBTFUL_SHARE else ""


def read_reply(mail: Mail, *, original: str = "") -> Reply:
    """The words of a mail apart from what it quotes; `original`: the text of the mail it answers, where that is known.

    Never raises, linear time. If nothing would be left of a mail that has text, all of it counts as said.
    """
    lines = _lines(mail)
    mark_armour(lines)
    mark_quotes(lines)
    mark_endings(lines)
    mark_signatures(lines, sender=mail.sender.name)
    subtract(lines, original)
    if not any(line.open for line in lines):
        _show_all(lines)
    return Reply(tuple(_segments(lines)))


def words_of(raw: bytes) -> str:
    """The words that a person wrote in this raw mail."""
    return read_reply(read_mail(raw)).said


def _lines(mail: Mail) -> list[Line]:
    """From the page, which says most; from the plain text where there is no page or the page holds much less."""
    text = mail.text[:TEXT_CHARS_MAX]
    if mail.html.strip():
        page = lines_of_page(mail.html)
        if _length("\n".join(line.text for line in page)) * 2 >= _length(text):
            between = page[FIRST_LINES:-LAST_LINES]
            page[FIRST_LINES:-LAST_LINES] = _passage([line.text for line in between])
            return page
    texts = text.split("\n")
    between = _passage(texts[FIRST_LINES:-LAST_LINES])
    first, last = texts[:FIRST_LINES], texts[max(FIRST_LINES, len(texts) - LAST_LINES) :]
    return [*(Line(line.rstrip()) for line in first), *between, *(Line(line.rstrip()) for line in last)]


def _passage(texts: list[str]) -> list[Line]:
    """What stands between the beginning and the end of a very long mail, as one line that nobody looks at."""
    return [Line("\n".join(texts), SegmentKind.QUOTED, BEYOND)] if texts else []


def _length(text: str) -> int:
    return sum(map(str.isalnum, text))


def _show_all(lines: list[Line]) -> None:
    """Nothing is left: then the rest is the answer, except what is surely ours and what announced it."""
    ours = any(line.known for line in lines)
    for line in lines:
        if not line.known and not (ours and line.rule in ANNOUNCEMENTS):
            line.mark(SegmentKind.SAID, NOTHING_LEFT)


def _segments(lines: list[Line]) -> Iterable[Segment]:
    for before, line in pairwise(lines):
        if line.blank:  # belongs to what stands above it
            line.mark(before.kind, before.rule)
    for (kind, rule), group in groupby(lines, key=lambda line: (line.kind, line.rule)):
        text = "\n".join(line.text for line in group).strip("\n")
        if text.strip():
            yield Segment(kind, text, rule)


def _joined(segments: Iterable[Segment]) -> str:
    return "\n\n".join(segment.text for segment in segments)
