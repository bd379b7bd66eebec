"""How long does a visit wait in one process? Simulated event by event: docs/scale.md and `bench.capacity` tell more."""

import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from store.engines.group_commit import GROUP_MAX

SWITCH_SECONDS = sys.getswitchinterval()
"""How long a thread goes on that another waits for."""
STATEMENTS = 8
"""Of a group's transaction, begin and commit among them: with each the interpreter is given away, as SQLite is C."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What visits cost one process, in seconds. Event loop and writer's thread take turns at one interpreter; only a
    sync is outside it."""

    turn: float
    """Of the loop, each time it is woken."""
    visit: float
    """Of the loop, for each visit: to take it up, and to answer it."""
    group: float
    """Of the writer, for each commit, without the sync."""
    write: float
    """Of the writer, for each write in it."""
    sync: float
    """Until the commit is on the disk."""
    hand_over: float = 0.0
    """From one thread to the other, each time."""

    @property
    def most_per_second(self) -> float:
        """What one process can do with full groups."""
        return GROUP_MAX / (self.turn + self.group + (self.visit + self.write) * GROUP_MAX)


def waits(arrivals: Sequence[float], cost: Cost) -> list[float]:
    """The seconds that each visit waits, from when it comes to its answer, in their order."""
    return Interpreter(arrivals, cost).told()


class Interpreter:
    """One interpreter, event by event. The loop takes up what came and answers what is on the disk; the writer takes
    all that wait (at most GROUP_MAX). It gives the interpreter away with every statement, and the loop only when it has
    nothing left to do, or after SWITCH_SECONDS."""

    def __init__(self, arrivals: Sequence[float], cost: Cost) -> None:
        self._arrivals, self._cost = arrivals, cost
        self._now, self._came = 0.0, 0
        self._queue: deque[int] = deque()
        self._group: list[int] = []
        self._answers: list[int] = []
        self._statements = 0
        self._synced_at = inf
        self._waited: dict[int, float] = {}
        self._last = ""

    def told(self) -> list[float]:
        """Until all are answered."""
        while len(self._waited) < len(self._arrivals):
            if self._synced_at <= self._now:
                self._answers, self._group, self._synced_at = self._answers + self._group, [], inf
            loop, writer = self._loop_wants(), self._writer_wants()
            if loop and not (writer and self._last == "loop"):
                self._hand_over("loop")
                self._loop()
            elif writer:
                self._hand_over("writer")
                self._writer()
            else:
                coming = self._arrivals[self._came] if self._came < len(self._arrivals) else inf
                self._now = min(coming, self._synced_at)
        return [self._waited[number] for number in range(len(self._arrivals))]

    def _loop_wants(self) -> bool:
        return bool(self._answers) or self._one_is_there()

    def _one_is_there(self) -> bool:
        return self._came < len(self._arrivals) and self._arrivals[self._came] <= self._now

    def _writer_wants(self) -> bool:
        return self._statements > 0 or (bool(self._queue) and not self._group)

    def _hand_over(self, whom: str) -> None:
        if whom != self._last:
            self._now += self._cost.hand_over
        self._last = whom

    def _loop(self) -> None:
        """One turn. Half of a visit's cost is in taking it up, half in answering it."""
        until = self._now + SWITCH_SECONDS
        self._now += self._cost.turn
        self._now += self._cost.visit / 2 * len(self._answers)
        self._waited.update({number: self._now - self._arrivals[number] for number in self._answers})
        self._answers = []
        while self._now < until and self._one_is_there():
            self._now += self._cost.visit / 2
            self._queue.append(self._came)
            self._came += 1

    def _writer(self) -> None:
        """One statement; after the last the sync begins."""
        if not self._group:
            self._group = [self._queue.popleft() for _ in range(min(len(self._queue), GROUP_MAX))]
            self._statements = STATEMENTS
        self._now += (self._cost.group + self._cost.write * len(self._group)) / STATEMENTS
        self._statements -= 1
        if not self._statements:
            self._synced_at = self._now + self._cost.sync
