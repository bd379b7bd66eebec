"""Which words does a text consist of, for finding it again? Split and folded here, so that every engine finds the same.

Accents and case are folded, full-width letters with them. What is written without spaces (Chinese, Japanese, Thai) is
split into its characters, and found as a phrase of them.
"""

import re
import unicodedata
from dataclasses import dataclass

WORD_CHARS_MAX = 64
"""Of a word as it is indexed: what is longer is a link or encoded data. PostgreSQL takes up to 2 KB."""
QUERY_CHARS_MAX = 500
QUERY_TERMS_MAX = 16
"""Of what is looked for: nobody types more, and every term costs a look into the index."""
ANY_ENDING = "*"
OPEN_CHARS_MIN = 2
"""Of a word with any ending: one letter begins a good part of all words, and says nothing."""

_WORDS = re.compile(r"[^\W_]+")
# Thai to Lao; Myanmar; Khmer; kana to Han with its extensions; Han's compatibility forms and the planes beyond.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow one another; with `open`, the last may go on."""

    words: tuple[str, ...]
    open: bool = False


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word[:WORD_CHARS_MAX] for word in _WORDS.findall(_folded(text))]


def terms(query: str) -> list[Term]:
    """What a person looks for: all of the terms must be found, in any order. What stands together without a space, as
    an address does, is one term; one that ends in `*` finds every ending. Signs alone are no term."""
    found = (_term(part) for part in query[:QUERY_CHARS_MAX].split())
    return [term for term in found if term.words][:QUERY_TERMS_MAX]


def _term(part: str) -> Term:
    split = words(part)
    long_enough = bool(split) and len(split[-1]) >= OPEN_CHARS_MIN
    return Term(tuple(split), open=part.endswith(ANY_ENDING) and long_enough)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return _UNSPACED.sub(r" \1 ", bare).lower()
