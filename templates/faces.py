"""The faces a customer chooses from: their value, sign, word and colours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    """One answer of the scale; emoji and word say the same thing, so it reads without colour, image or font."""

    value: str  # "happy", "neutral" or "unhappy", as everywhere in the house
    emoji: str
    word: str
    fill: str  # the cell, `#rrggbb`; the same in light and dark, so that green stays green
    ink: str  # the word on it
    edge: str  # its border


_LOOKS = {
    "happy": ("\N{SMILING FACE WITH SMILING EYES}", "#b5ebc6", "#0b4a22", "#2f9e58"),
    "neutral": ("\N{NEUTRAL FACE}", "#ffe394", "#523a00", "#c99700"),
    "unhappy": ("\N{SLIGHTLY FROWNING FACE}", "#ffc9c2", "#7a150c", "#d1493b"),
}

VALUES = tuple(_LOOKS)


def face(value: str, word: str) -> Face:
    """The face for one of `VALUES` with the brand's word under it."""
    emoji, fill, ink, edge = _LOOKS[value]
    return Face(value=value, emoji=emoji, word=word, fill=fill, ink=ink, edge=edge)
