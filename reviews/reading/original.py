"""Which of these lines stood in the mail that is being answered?

We sent that mail and know its text, so this needs no language and no mail program: the customer's words are never in
it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from reviews.reading.attributions import BARE_CHARS_MAX, DATE
from reviews.reading.languages.attributions import COLONS
from reviews.reading.lines import GAP_LINES_MAX, Line, SegmentKind
from reviews.reading.quotes import ANNOUNCEMENTS

RUN_WORDS = 5  # a run this long is not said twice by accident
ORIGINAL_CHARS_MAX = 200_000  # our mails are under 20 kB
LINES_KEPT, SHORT_CHARS_MAX = 2_048, 200  # of lines whose words are kept, and how long each; under 2 MB
ORIGINALS_KEPT = 16  # of the texts compared with last; some 100 kB each
LINE_CHARS_MAX = 20_000  # of a line that is compared; a page gives one line a paragraph
OUR_WORDS = "our own words"  # the rule of what was subtracted

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Original:
    """The text of a mail of ours, ready to be compared with."""

    runs: frozenset[tuple[str, ...]]  # of RUN_WORDS words
    lines: frozenset[tuple[str, ...]]
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Original":
        """The original with this text, of which a bounded beginning is compared."""
        text = text[:ORIGINAL_CHARS_MAX]
        known = _words(text)
        return cls(
            runs=frozenset(zip(*(known[at:] for at in range(RUN_WORDS)), strict=False)),
            lines=frozenset(_words(line) for line in text.split("\n")) - {()},
            vocabulary=frozenset(known),
        )

    def holds(self, text: str) -> bool:
        """Is this a line of it, or one of which at least half stands in it word by word?"""
        words = _words(text[:LINE_CHARS_MAX])
        if len(words) < RUN_WORDS:
            return words in self.lines
        runs = list(zip(*(words[at:] for at in range(RUN_WORDS)), strict=False))
        return sum(run in self.runs for run in runs) * 2 >= len(runs) or words in self.lines

    def resembles(self, text: str) -> bool:
        """Is it made of its words, nine in ten? A line of ours broken elsewhere, a dash or a link made a word of."""
        words = _words(text[:LINE_CHARS_MAX])
        return sum(word in self.vocabulary for word in words) * 10 >= len(words) * 9


def subtract(lines: list[Line], text: str) -> None:
    """Claims the lines that repeat our mail with this text, and gives back answers that stand inside it."""
    original = _read_original(text)
    if not original.vocabulary:
        return
    for line in lines:
        line.known = not line.blank and (not line.text.strip("> \t|") or original.holds(line.text))
    _claim(lines)
    _claim_announcement(lines)
    _give_back(lines, original)


@lru_cache(maxsize=ORIGINALS_KEPT)
def _read_original(text: str) -> Original:
    return Original.of(text)


def _claim(lines: list[Line]) -> None:
    """A long line of ours is ours anywhere; a short one ("Great") only beside such: it may be the answer."""
    for line in lines:
        if line.open and line.known and len(_words(line.text[:LINE_CHARS_MAX])) >= RUN_WORDS:
            line.mark(SegmentKind.QUOTED, OUR_WORDS)
    for order in (lines, lines[::-1]):
        beside = False
        for line in order:
            if line.open and line.known and beside:
                line.mark(SegmentKind.QUOTED, OUR_WORDS)
            if not line.blank:
                beside = line.rule == OUR_WORDS


def _claim_announcement(lines: list[Line]) -> None:
    """What stands above our words and ends like an announcement is one, in whatever language."""
    first = next((at for at, line in enumerate(lines) if line.rule == OUR_WORDS and not line.blank), 0)
    above = next((at for at in range(first - 1, max(-1, first - 1 - GAP_LINES_MAX), -1) if not lines[at].blank), -1)
    if above < 0 or not lines[above].open or len(lines[above].text) > BARE_CHARS_MAX:
        return
    text = lines[above].plain
    if text.endswith((*COLONS, ">")) and ("@" in text or DATE.search(text)):
        lines[above].mark(SegmentKind.QUOTED, "attribution")


def _give_back(lines: list[Line], original: Original) -> None:
    """An answer written into our mail or under it: not ours, without a quotation mark of its own."""
    ours = [at for at, line in enumerate(lines) if line.known and line.kind is SegmentKind.QUOTED]
    if not ours:
        return
    for line in lines[ours[0] + 1 : _end_of_answers(lines, ours[-1] + 1)]:
        claimed = line.kind is SegmentKind.QUOTED and line.rule not in ANNOUNCEMENTS
        own = claimed and not line.known and not line.text.lstrip().startswith((">", "|"))
        if own and not line.blank and not _is_furniture(line.text) and not original.resembles(line.text):
            line.mark(SegmentKind.SAID, "not in our mail")


def _is_furniture(text: str) -> bool:
    """A ruled line, a mailing list's footer, an address alone: what is put under a mail on its way back to us."""
    text = text[:LINE_CHARS_MAX].strip().lower()
    alone = " " not in text and ("@" in text or "://" in text)
    return alone or not text.strip("_-=*") or "mailing list" in text


def _end_of_answers(lines: list[Line], start: int) -> int:
    """Under our mail an older one may follow: answers end at the first line that looks like the beginning of one."""
    for at in range(start, len(lines)):
        text = lines[at].text[:LINE_CHARS_MAX].strip()
        if text.startswith((">", "|", "--", "__")) or text.endswith(":") or "@" in text:
            return at
    return len(lines)


def _words(text: str) -> tuple[str, ...]:
    return _words_of_line(text) if len(text) <= SHORT_CHARS_MAX else tuple(_WORD.findall(text.lower()))


@lru_cache(maxsize=LINES_KEPT)
def _words_of_line(text: str) -> tuple[str, ...]:
    """The same of a line; each is asked for a few times, and our own come back in every reply."""
    return tuple(_WORD.findall(text.lower()))
