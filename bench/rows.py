"""What is one row of the benchmark, and how is it measured? Ours and the peer in turn, and the median of the pairs."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

SIGNIFICANT = 3


class NotMeasured(Exception):
    """What a row needs is not on this machine; the message says what."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The name of a row and what it should reach: at least, or at most."""

    name: str
    unit: str
    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one side: its rate or amount, and what else was seen (milliseconds, CPU) by name."""

    amount: float
    seen: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A measured row. `ours` and `peer` are medians in `unit`; the figure is their paired ratio, or a value of its own.

    `spread` is the smallest and the largest figure of the runs; `note` is what else was seen, or why nothing was."""

    goal: Goal
    figure: float | None
    ours: float | None = None
    peer: float | None = None
    runs: int = 0
    spread: tuple[float, float] | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the goal is reached; None where there is none, or nothing was measured."""
        if self.figure is None or not str(self.goal):
            return None
        if self.goal.least is not None:
            return self.figure >= self.goal.least
        return self.goal.most is None or self.figure <= self.goal.most

    def as_json(self) -> dict[str, Any]:
        """The row as `build/bench.json` holds it."""
        figure = "value" if self.peer is None else "ratio"
        return {
            "name": self.goal.name,
            figure: _rounded(self.figure),
            "unit": self.goal.unit,
            "ours": _rounded(self.ours),
            "peer": _rounded(self.peer),
            "goal": str(self.goal),
            "runs": self.runs,
            "spread": [_rounded(end) for end in self.spread] if self.spread else None,
            "note": self.note,
        }


@dataclass(frozen=True)
class Bench:
    """How much is measured: `runs` pairs, `seconds` of load each, over `reviews` reviews; `folder` is for databases."""

    folder: Path
    runs: int = 5
    seconds: float = 3.0
    reviews: int = 10_000
    sessions: int = 64

    @cached_property
    def built(self) -> dict[str, Any]:
        """What a family built once, as a filled database, by a name of its own."""
        return {}

    def paired(self, goal: Goal, ours: Callable[[], Measured], peer: Callable[[], Measured], *, note: str = "") -> Row:
        """Ours and the peer in turn, as often as asked, so that a slow minute is slow for both."""
        pairs = [(ours(), peer()) for _ in range(self.runs)]
        ratios = [one.amount / other.amount for one, other in pairs]
        ones, others = zip(*pairs, strict=True)
        seen = [note, _seen(ones), _seen(others, of="peer ")]
        return Row(
            goal,
            figure=median(ratios),
            ours=median(one.amount for one in ones),
            peer=median(other.amount for other in others),
            runs=self.runs,
            spread=(min(ratios), max(ratios)),
            note="; ".join(filter(None, seen)),
        )

    def valued(self, goal: Goal, measure: Callable[[], Measured], *, note: str = "") -> Row:
        """A value that needs no peer, as often as asked."""
        measured = [measure() for _ in range(self.runs)]
        values = [one.amount for one in measured]
        told = "; ".join(filter(None, [note, _seen(measured)]))
        return Row(
            goal, median(values), ours=median(values), runs=self.runs, spread=(min(values), max(values)), note=told
        )


def needed(program: str, *, package: str) -> str:
    """Where a program is; NotMeasured names Debian's package where it is not."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise NotMeasured(f"not measured: {package} is not installed")
    return found


def _seen(measured: Sequence[Measured], *, of: str = "") -> str:
    names = dict.fromkeys(name for one in measured for name in one.seen)
    medians = {name: median(one.seen[name] for one in measured if name in one.seen) for name in names}
    return ", ".join(f"{of}{name} {_rounded(value):g}" for name, value in medians.items())


def _rounded(value: float | None) -> float:
    return float(f"{value:.{SIGNIFICANT}g}") if value is not None else None  # type: ignore[return-value]
