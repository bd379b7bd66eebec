"""What were the clients told, and what does the record say?"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

PATIENCE_SECONDS = 90.0
AGAIN_SECONDS = (0.05, 1.0)
"""How long a client waits before it asks again, at first and at most: no longer than a fault is noticed by."""


class Skipped(Exception):
    """This trial cannot be run here; the message says what it would need."""


class Kept(NamedTuple):
    """One thing that a client was told is kept. `what` tells it from the others of its kind in that review."""

    kind: str
    review: str
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial. `in_flight` counts what was asked and never answered, because the process was gone."""

    name: str
    engine: str
    seed: int
    struck: int
    """How often the fault fell."""
    acknowledged: int
    in_flight: int
    lost: tuple[str, ...]
    doubled: int
    excused: int
    """Of the doubled, those that no sender of mail could have spared: the same Message-ID, in flight at a kill."""
    wrong: tuple[str, ...]
    """What else was not as it should be: a refusal for good, a second copy without excuse, an exit code."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """What was measured, of several the worst, by the words it is told in: `{}` stands for the figure."""

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing was wrong."""
        return not self.lost and not self.wrong


@dataclass
class Ledger:
    """The clients' side of one trial."""

    struck: int = 0
    """How often the fault fell."""
    patience_seconds: float = PATIENCE_SECONDS
    """How long a client asks again before it gives up, which is wrong."""
    kept: set[Kept] = field(default_factory=set)
    cut: set[Kept] = field(default_factory=set)
    """What was asked for, while nobody answered: it may be kept or not, until it is asked for again."""
    in_flight: int = 0
    shed: int = 0
    """Rating pages served without the means to vote."""
    refusals: Counter[int] = field(default_factory=Counter)
    """Passing refusals, by their code."""
    slowest_refusal_seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    excused: int = 0
    wrong: list[str] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep(self, kept: Kept) -> None:
        """A client was told that this is kept."""
        self.kept.add(kept)
        self.cut.discard(kept)
        await self._tell()

    def unanswered(self, kept: Kept | None = None) -> None:
        """A client asked, and its answer never came."""
        self.in_flight += 1
        if kept:
            self.cut.add(kept)

    async def refused(self, code: int, *, seconds: float) -> None:
        """A client was told to come back."""
        self.refusals[code] += 1
        self.slowest_refusal_seconds = max(self.slowest_refusal_seconds, seconds)
        await self._tell()

    async def reached(self, count: int, *, seconds: float) -> None:
        """Wait until so many things were acknowledged; TimeoutError when that takes too long."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.kept) >= count)

    async def refused_by(self, *codes: int, seconds: float) -> None:
        """Wait until each of these refusals was met."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: all(self.refusals[code] for code in codes))

    def compare(self, found: Counter[Kept]) -> None:
        """Hold the record against what the clients were told."""
        for kept in sorted(self.kept):
            if not found[kept]:
                self.lost.append(" ".join(kept))
            elif found[kept] > 1:
                self.doubled += found[kept] - 1
                self.wrong.append(f"{found[kept]} times in the record: {' '.join(kept)}")

    def measure(self, what: str, figure: float) -> None:
        """Keep the worst of what was measured."""
        self.measured[what] = max(self.measured.get(what, 0.0), figure)

    def outcome(self, name: str, engine: str, seed: int) -> Outcome:
        """The trial in figures."""
        return Outcome(
            name=name,
            engine=engine,
            seed=seed,
            struck=self.struck,
            acknowledged=len(self.kept),
            in_flight=self.in_flight,
            lost=tuple(self.lost),
            doubled=self.doubled,
            excused=self.excused,
            wrong=tuple(dict.fromkeys(self.wrong)),
            measured=self.measured,
        )

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def summed(outcomes: Iterable[Outcome]) -> str:
    """The last line: what was lost, and what was doubled of what was in flight."""
    all_of_them = list(outcomes)
    lost = sum(len(outcome.lost) for outcome in all_of_them)
    doubled = sum(outcome.doubled for outcome in all_of_them)
    return f"lost {lost}, doubled {doubled} of {sum(outcome.in_flight for outcome in all_of_them)} in flight"


def waits() -> Iterator[float]:
    """How many seconds to wait before each next try."""
    seconds, most = AGAIN_SECONDS
    while True:
        yield min(seconds, most)
        seconds *= 1.5
