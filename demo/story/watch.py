"""What is new since the last look? Reads the record, as anybody could, and tells each new fact once."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from demo.story.words import sentence, settled_sentence
from reviews.clicks import decide
from reviews.log import Log
from store import Store, StoreUnavailableError, Wanted
from templates.brands import Brand

REVIEWS_MAX = 50  # newest reviews of this try-out that are told about
LINES_MAX = 300  # of the story that the page can show
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the story."""

    at: datetime
    review: str
    text: str


@dataclass(frozen=True)
class Story:
    """The story of the reviews that began since `since`. Each line is also given to `tell`."""

    store: Store
    brand: Brand
    clock: Callable[[], datetime]
    since: datetime
    tell: Callable[[Line], None]
    lines: list[Line] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.is_set():
            with suppress(StoreUnavailableError):  # the next look sees it
                await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)

    async def look(self) -> None:
        """Tell what is new, in the order it happened."""
        now = self.clock()
        listed = await self.store.reviews(Wanted(since=self.since), now=now, most=REVIEWS_MAX)
        new: list[Line] = []
        for one in listed:
            log = await self.store.log(one.review.id)
            if log is not None:
                new += self._new_lines(log, now)
        for line in sorted(new, key=lambda each: each.at):
            self.add(line)

    def add(self, line: Line) -> None:
        """One more step."""
        self.lines.append(line)
        del self.lines[:-LINES_MAX]
        self.tell(line)

    def _new_lines(self, log: Log, now: datetime) -> list[Line]:
        timeline = decide(log, self.store.rules)
        hold = self.store.rules.hold
        told = [
            (fact.id, fact.at, sentence(fact, log, timeline, brand=self.brand, hold=hold))
            for fact in (log.review, *log.facts, *log.suppressions)
        ]
        told += [
            (f"{log.review.id} {step.at} {step.vote}", step.at, settled_sentence(step, log, brand=self.brand))
            for step in timeline.steps
            if step.at <= now
        ]
        fresh = [(id, at, text) for id, at, text in told if id not in self._told]
        self._told.update(id for id, _, _ in fresh)
        return [Line(at, log.review.id, text) for _, at, text in fresh if text]
