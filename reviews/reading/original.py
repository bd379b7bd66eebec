"""Which of these lines stood in the mail that is being answered?

We sent that mail and know its text, so this needs no language and no mail program: the customer's words are never in
it.
"""

import re

from reviews.reading.lines import Line, SegmentKind

RUN_WORDS = 5  # a run this long is not said twice by accident
ORIGINAL_CHARS_MAX = 200_000  # our mails are under 20 kB
LINE_CHARS_MAX = 20_000  # of a line that is compared; a page gives one line a paragraph
OUR_WORDS = "our own words"  # the rule of what was subtracted

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def subtract(lines: list[Line], original: str) -> None:
    """Claims the lines that repeat `original`, and gives back answers that stand inside it."""
    known = _words(original[:ORIGINAL_CHARS_MAX])
    if not known:
        return
    runs = {tuple(known[at : at + RUN_WORDS]) for at in range(len(known) - RUN_WORDS + 1)}
    shorts = {tuple(_words(line)) for line in original[:ORIGINAL_CHARS_MAX].split("\n")} - {()}
    for line in lines:
        words = _words(line.text[:LINE_CHARS_MAX])
        line.known = tuple(words) in shorts or _repeats(words, runs)
    _claim(lines)
    _give_back(lines, set(known))


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


def _give_back(lines: list[Line], vocabulary: set[str]) -> None:
    """An answer written into our mail or under it: not ours, without a quotation mark of its own."""
    ours = [at for at, line in enumerate(lines) if line.known and line.kind is SegmentKind.QUOTED and not line.blank]
    if not ours:
        return
    for line in lines[ours[0] + 1 : _end_of_answers(lines, ours[-1] + 1)]:
        own = line.kind is SegmentKind.QUOTED and not line.known and not line.text.lstrip().startswith((">", "|"))
        if own and not line.blank and not _mostly_known(_words(line.text[:LINE_CHARS_MAX]), vocabulary):
            line.mark(SegmentKind.SAID, "not in our mail")


def _end_of_answers(lines: list[Line], start: int) -> int:
    """Under our mail an older one may follow: answers end at the first line that looks like the beginning of one."""
    for at in range(start, len(lines)):
        text = lines[at].text[:LINE_CHARS_MAX].strip()
        if text.startswith((">", "|", "--", "__")) or text.endswith(":") or "@" in text:
            return at
    return len(lines)


def _mostly_known(words: list[str], vocabulary: set[str]) -> bool:
    # A line of ours, broken elsewhere; nine words in ten, because a program may have made a word of a dash or a link.
    return sum(word in vocabulary for word in words) * 10 >= len(words) * 9


def _repeats(words: list[str], runs: set[tuple[str, ...]]) -> bool:
    count = len(words) - RUN_WORDS + 1
    return count > 0 and sum(tuple(words[at : at + RUN_WORDS]) in runs for at in range(count)) * 2 >= count


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
