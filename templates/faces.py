"""The faces a customer chooses from, on each scale: their value, sign, word and colours."""

from dataclasses import dataclass

from reviews.model import SCALES


@dataclass(frozen=True)
class Face:
    """One answer of the scale; emoji and word say the same thing, so it reads without colour, image or font."""

    value: str  # as in `reviews.model.SCALES`, as everywhere in the house
    emoji: str
    word: str
    fill: str  # the cell, `#rrggbb`; the same in light and dark, so that green stays green
    ink: str  # the word on it
    edge: str  # its border
    question: str = ""  # what the comment page asks who chose it
    chips: tuple["Chip", ...] = ()


@dataclass(frozen=True)
class Chip:
    """A reason to tap on the comment page: the brand's word for it, and what it counts as (`reviews.model.Cause`)."""

    word: str
    cause: str


_COLOURS = {
    "very_happy": ("#8fdcab", "#063a19", "#1f7f45"),
    "happy": ("#b5ebc6", "#0b4a22", "#2f9e58"),
    "neutral": ("#ffe394", "#523a00", "#c99700"),
    "unhappy": ("#ffc9c2", "#7a150c", "#d1493b"),
    "very_unhappy": ("#ff9f94", "#5c0b04", "#b02a1d"),
}
_SIGNS = {
    "very_happy": "\N{GRINNING FACE WITH SMILING EYES}",
    "happy": "\N{SMILING FACE WITH SMILING EYES}",
    "neutral": "\N{NEUTRAL FACE}",
    "unhappy": "\N{SLIGHTLY FROWNING FACE}",
    "very_unhappy": "\N{ANGRY FACE}",
}
_THUMBS = {"happy": "\N{THUMBS UP SIGN}", "unhappy": "\N{THUMBS DOWN SIGN}"}
_OWN_SIGNS = {"thumbs": _THUMBS}

WORDS = {
    "thumbs": {"happy": "Good", "unhappy": "Not good"},
    "faces3": {"happy": "Great", "neutral": "Okay", "unhappy": "Not good"},
    "faces4": {"very_happy": "Great", "happy": "Good", "unhappy": "Not good", "very_unhappy": "Bad"},
    "faces5": {"very_happy": "Great", "happy": "Good", "neutral": "Okay", "unhappy": "Not good", "very_unhappy": "Bad"},
}
"""What the faces say where the brand has no words for them, in English."""


def face(
    scale: str, value: str, word: str, *, sign: str = "", question: str = "", chips: tuple[Chip, ...] = ()
) -> Face:
    """The face of a scale's answer with its word, and with a sign of the brand's own where one is given."""
    fill, ink, edge = _COLOURS[value]
    emoji = sign or _OWN_SIGNS.get(scale, _SIGNS)[value]
    return Face(value, emoji, word, fill, ink, edge, question, chips)


assert {scale: tuple(words) for scale, words in WORDS.items()} == SCALES
