"""Where does each mark of a chart stand? Coordinates for charts.html in the units of its box; nothing is drawn here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.scoring import Share

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 16, 32
LABELS_MAX = 8
"""Of the days under a chart: more would run into each other."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A share at its place, with its interval from `high` (the upper end) to `low`, and what it says."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word at its place on an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment at its place: the one word above it, and all of them."""

    at: float
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Shares over time. `lines` are the polylines between neighbours, broken where a span has no answer."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    days: tuple[Label, ...]
    percents: tuple[Label, ...]
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart(spans: Sequence[tuple[date, Share, str]], marks: Sequence[tuple[date, str, str]] = ()) -> Chart:
    """The shares of spans of days that follow one another, each with its words; `marks` are days at which something
    changed, each with one word and with a sentence."""
    places = [_x(number, len(spans)) for number in range(len(spans))]
    stretches: list[list[Dot]] = [[]]
    for x, (_, share, words) in zip(places, spans, strict=True):
        if share.value is None:
            stretches.append([])
        else:
            stretches[-1].append(Dot(x, _y(share.value), _y(share.low), _y(share.high), words))
    every = max(1, -(-len(spans) // LABELS_MAX))
    return Chart(
        dots=tuple(dot for stretch in stretches for dot in stretch),
        lines=tuple(_points((dot.x, dot.y) for dot in stretch) for stretch in stretches if len(stretch) > 1),
        bands=tuple(_band(stretch) for stretch in stretches if len(stretch) > 1),
        days=tuple(
            Label(x, f"{since.day} {since:%b}") for x, (since, _, _) in list(zip(places, spans, strict=True))[::every]
        ),
        percents=tuple(Label(_y(percent / 100), f"{percent} %") for percent in (0, 25, 50, 75, 100)),
        marks=tuple(Mark(_x(_number(spans, day), len(spans)), sign, words) for day, sign, words in marks),
    )


def _number(spans: Sequence[tuple[date, Share, str]], day: date) -> int:
    """The span in which that day is."""
    return max((number for number, (since, _, _) in enumerate(spans) if since <= day), default=0)


def _x(number: int, of: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / max(of, 1), 1)


def _y(value: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value), 1)


def _band(stretch: Sequence[Dot]) -> str:
    return _points([*((dot.x, dot.high) for dot in stretch), *((dot.x, dot.low) for dot in reversed(stretch))])


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
