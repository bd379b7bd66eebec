"""Which colours go together: a palette, and how well a person can read one colour on another."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

CONTRAST_MIN = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of ordinary size

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme (light or dark), each as `#rrggbb`; `on_primary` is the text on a button."""

    primary: str
    on_primary: str
    ink: str
    muted: str
    background: str
    card: str

    @property
    def line(self) -> str:
        """A quiet colour for borders: mostly card, a little ink."""
        return mixed(self.card, self.ink, share=0.16)


# Which text stands on which ground; each pair must be readable.
READABLE_PAIRS = (
    ("ink", "card"),
    ("ink", "background"),
    ("muted", "card"),
    ("muted", "background"),
    ("primary", "card"),  # links
    ("primary", "background"),
    ("on_primary", "primary"),  # buttons
)


def is_colour(value: object) -> TypeGuard[str]:
    """Whether `value` is a colour as `#rrggbb`, the one form every mail program understands."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def contrast(one: str, other: str) -> float:
    """The WCAG 2.2 contrast ratio of two colours (`#rrggbb`), from 1.0 to 21.0."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, *, share: float) -> str:
    """The colour that has `share` (0 to 1) of `other` and the rest of `one`."""
    channels = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in channels)


def readable(colour: str, *, on: str) -> str:
    """`colour`, moved towards white or black only as far as it takes to be readable `on` the other."""
    goal = most_readable(on=on)
    for step in range(21):
        candidate = mixed(colour, goal, share=step / 20)
        if contrast(candidate, on) >= CONTRAST_MIN:
            return candidate
    return goal


def most_readable(*, on: str) -> str:
    """White or near-black, whichever reads better on the colour."""
    return max(("#ffffff", "#111111"), key=lambda text: contrast(text, on))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> list[int]:
    return [int(colour[start:end], 16) for start, end in pairwise((1, 3, 5, 7))]
