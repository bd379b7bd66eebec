"""Which rating do the first words of a reply state? A strict grammar that prefers no rating over a wrong one.

The first line must be a rating and nothing else: a number of the scale, a face, or words that everybody uses for one,
beside thanks at most. A question, a word nobody listed, an "aber" after it: then it is a reply like any other, which a
person reads. Nothing is matched inside a line, so a number or a face within a sentence never counts.
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from reviews.stated.faces import FACES_DRAWN
from reviews.stated.phrases import CONTRARY, OUT_OF, POLITE, RATINGS, UNIT_WORDS, WEAK

LINE_LENGTH_MAX = 60
"""A longer first line says more than a rating."""
TEXT_LENGTH_MAX = 4_000
"""What is looked at for a word that takes the first line back."""
PRAISE = ("happy", "neutral")
"""Answers that a "but" takes back."""
SCORES = {"1": "unhappy", "2": "neutral", "3": "happy"}
ENDS = ",.;!¡:…–—\n"
"""What parts the pieces of a line; a question mark does not, it takes everything back."""
QUOTE_MARKS = (">", "|", "»")
IGNORED = frozenset("\ufe0f\ufe0e\u200d\u200b\u200e\u200f\u2060\u00ad*_") | {
    chr(tone) for tone in range(0x1F3FB, 0x1F400)
}
"""Marks of how a face is drawn, characters nobody sees, and what makes a word bold in plain text."""


def stated(text: str, *, names: Iterable[str] = ()) -> str | None:
    """The answer that a reply's first line states, or None. `text` is what the person wrote, without what they quoted;
    `names` are people's, whom one greets or thanks, and with whose name one ends."""
    lines = [line.strip() for line in text[:TEXT_LENGTH_MAX].strip().splitlines()]
    if not lines or len(lines[0]) > LINE_LENGTH_MAX or lines[0].startswith(QUOTE_MARKS):
        return None
    known = frozenset(word for name in names for word in (_plain(name), *_plain(name).split()))
    answer = _of_line(lines[0], known) if _stands_alone(lines, known) else None
    return None if answer in PRAISE and _taken_back(lines) else answer


def _stands_alone(lines: list[str], names: frozenset[str]) -> bool:
    """Whether the first line is all there is of its paragraph, but for thanks and names."""
    paragraph = next((place for place, line in enumerate(lines) if not line), len(lines))
    for line in lines[1:paragraph]:
        pieces = _pieces(line)
        if pieces is None or not all(_is_polite(piece, names) for piece in pieces):
            return False
    return True


def _taken_back(lines: list[str]) -> bool:
    """Whether a later paragraph begins with a "but"."""
    starts = [line for before, line in pairwise(lines) if line and not before]
    return any(_plain(start).split()[:1] and _plain(start).split()[0].strip(ENDS) in CONTRARY for start in starts)


def _of_line(line: str, names: frozenset[str]) -> str | None:
    drawn = _drawn(line)
    pieces = None if drawn else _pieces(line)
    if not pieces:
        return drawn
    rating = [piece for piece in pieces if not _is_polite(piece, names)]
    scores = [_score(piece) for piece in rating]
    if any(scores) and len(rating) > 1:
        return None  # "3.3" is a version, "1:2" a result
    if len(pieces) > len(rating) and WEAK.intersection(rating):
        return None  # "ok, thanks" takes note of something
    found = {score or RATINGS.get(piece) for score, piece in zip(scores, rating, strict=True)}
    return found.pop() if len(found) == 1 else None


def _is_polite(piece: str, names: frozenset[str]) -> bool:
    """Thanks, a greeting, a name, or the first two with a name behind."""
    if piece in POLITE or piece in names:
        return True
    return any(piece.startswith(f"{name} ") or piece.endswith(f" {name}") for name in names) and any(
        piece in (f"{said} {name}", f"{name} {said}") for said in POLITE for name in names
    )


def _pieces(line: str) -> list[str] | None:
    """The pieces of a line between its commas and stops; None for a line that asks."""
    if "?" in line or "？" in line:
        return None
    plain = _plain(line)
    for sign in ENDS:
        plain = plain.replace(sign, "\n")
    return [piece for piece in (" ".join(one.split()) for one in plain.split("\n")) if piece]


def _score(piece: str) -> str | None:
    """`3`, `3/3`, `3 von 3`, `3 stars`: of our scale alone, for `5/5` may be anybody's."""
    number, rest = piece[:1], " ".join(piece[1:].replace("/", " / ").split())
    apart = piece[1:2] in ("", " ", "/")
    return SCORES.get(number) if apart and (not rest or rest in OUT_OF or rest in UNIT_WORDS) else None


def _drawn(line: str) -> str | None:
    """The answer of a line that is a face, once or repeated."""
    signs = "".join(sign for sign in line if sign not in IGNORED and not sign.isspace())
    if signs in FACES_DRAWN:
        return FACES_DRAWN[signs]
    return FACES_DRAWN.get(signs[0]) if signs and len(set(signs)) == 1 else None


def _plain(line: str) -> str:
    """Small letters without accents, plain apostrophes."""
    folded = unicodedata.normalize("NFKD", line.replace("’", "'").casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign) and sign not in IGNORED)
