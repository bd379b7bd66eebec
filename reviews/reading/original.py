"""Which of these lines stood in the mail that is being answered?

We sent that mail and know its text, so this needs no language and no mail program: the customer's words are never in it.
"""

import re

from reviews.reading.lines import Line, SegmentKind

RUN_WORDS = 5  # a run this long is not said twice by accident
ORIGINAL_CHARS_MAX = 200_000  # our mails are under 20 kB
LINE_WORDS_MAX = 2_000  # of a line that is compared

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def subtract(lines: list[Line], original: str) -> None:
    """Claims the lines that repeat `original`, and gives back answers that stand inside it."""
    known = _words(original[:ORIGINAL_CHARS_MAX])
    if not known:
        return
    runs = {tuple(known[at : at + RUN_WORDS]) for at in range(len(known) - RUN_WORDS + 1)}
    shorts = {tuple(_words(line)) for line in original[:ORIGINAL_CHARS_MAX].split("\n")}
    repeats = [_repeats(line, runs) for line in lines]
    _claim(lines, repeats, shorts)
    _give_back(lines, repeats, shorts)


def _claim(lines: list[Line], repeats: list[bool], shorts: set[tuple[str, ...]]) -> None:
    for line, repeated in zip(lines, repeats, strict=True):
        if repeated and line.open:
            line.mark(SegmentKind.QUOTED, "our own words")
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):  # short lines count beside claimed ones, from either side
        beside = False
        for at in order:
            line = lines[at]
            if line.open and beside and tuple(_words(line.text)) in shorts:
                line.mark(SegmentKind.QUOTED, "our own words")
            if not line.blank:
                beside = line.rule == "our own words"


def _give_back(lines: list[Line], repeats: list[bool], shorts: set[tuple[str, ...]]) -> None:
    """An answer written into the quotation: not ours, between lines of ours, without a quotation mark of its own."""
    ours = [at for at, repeated in enumerate(repeats) if repeated and lines[at].kind is SegmentKind.QUOTED]
    if len(ours) < 2:
        return
    vocabulary = {word for short in shorts for word in short}
    for at in range(ours[0] + 1, ours[-1]):
        line = lines[at]
        own = line.kind is SegmentKind.QUOTED and not repeats[at] and not line.text.lstrip().startswith((">", "|"))
        words = tuple(_words(line.text)) if own else ()
        if words and words not in shorts and not _mostly_known(words, vocabulary):
            line.mark(SegmentKind.SAID, "not in our mail")


def _mostly_known(words: tuple[str, ...], vocabulary: set[str]) -> bool:
    # A line of ours that a program broke elsewhere; nine in ten, because it may have turned a dash or a link into a word.
    return sum(word in vocabulary for word in words) * 10 >= len(words) * 9


def _repeats(line: Line, runs: set[tuple[str, ...]]) -> bool:
    words = _words(line.text)[:LINE_WORDS_MAX]
    count = len(words) - RUN_WORDS + 1
    if count < 1:
        return False
    return sum(tuple(words[at : at + RUN_WORDS]) in runs for at in range(count)) * 2 >= count


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
