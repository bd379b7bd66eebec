"""What do they talk about? Words and pairs of words that stand in some texts far more often than in the rest.

How much more is the logarithm of the odds, held against what all texts say (Monroe, Colaresi and Quinn 2008, "Fightin'
Words", section 3.5.1): a rare word needs more to show. Every text counts a word once, and each theme keeps the texts it
came from, so nothing has to be believed. A chance find among thousands of words is kept out by `SURE` and `TEXTS_MIN`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log, sqrt

from reviews.stopwords import STOPWORDS

SURE = 2.6
"""How many standard deviations from nought the odds must be: of a thousand words some five would be by chance."""
TEXTS_MIN = 3
"""Texts that a theme stands in: two may be one customer's."""
PRIOR = 0.2
"""How many texts like all others are thought to be beside those that there are, for each of them."""
THEMES_MAX = 20
TEXT_CHARS_MAX = 5_000
WORD_CHARS_MIN, WORD_CHARS_MAX = 2, 40
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Quote:
    """What a customer wrote, and in which review."""

    review: str
    text: str

    @cached_property
    def said(self) -> frozenset[str]:
        """Its phrases: one look asks for them several times."""
        return phrases(self.text)


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that stand out: in how many texts they are here, in how many of the rest, how surely they stand out (in
    standard deviations), and the texts."""

    words: str
    here: int
    rest: int
    strength: float
    quotes: tuple[Quote, ...]


def themes(some: Sequence[Quote], rest: Sequence[Quote]) -> list[Theme]:
    """What stands out in some texts against the rest, the surest first. A word that is only said within a pair that
    stands out as well is left to the pair."""
    here = Counter(phrase for quote in some for phrase in quote.said)
    there = Counter(phrase for quote in rest for phrase in quote.said)
    strong = {
        phrase: strength
        for phrase, number in here.items()
        if number >= TEXTS_MIN and (strength := _strength(number, len(some), there[phrase], len(rest))) >= SURE
    }
    within = {word for pair in strong for word in pair.split(" ") if " " in pair and here[word] == here[pair]}
    named = sorted((phrase for phrase in strong if phrase not in within), key=lambda one: (-strong[one], one))
    return [
        Theme(
            phrase,
            here[phrase],
            there[phrase],
            strong[phrase],
            tuple(quote for quote in some if phrase in quote.said),
        )
        for phrase in named[:THEMES_MAX]
    ]


def phrases(text: str) -> frozenset[str]:
    """The words of a text and each two that follow one another, without those that say nothing."""
    words = [word for word in _WORDS.findall(text[:TEXT_CHARS_MAX].casefold()) if len(word) <= WORD_CHARS_MAX]
    telling = {word for word in words if len(word) >= WORD_CHARS_MIN and word not in STOPWORDS}
    return frozenset(telling | {f"{one} {two}" for one, two in pairwise(words) if {one, two} <= telling})


def _strength(here: int, texts: int, there: int, others: int) -> float:
    """The difference of the log-odds of a phrase in these texts and the rest, in standard deviations."""
    usual, beside = PRIOR * (here + there), PRIOR * (texts + others)
    one, two = here + usual, there + usual
    odds = log(one / max(texts + beside - one, 0.5)) - log(two / max(others + beside - two, 0.5))
    return odds / sqrt(1 / one + 1 / two)
