"""What is a review's rating at every moment? The steps of it, oldest first, made without asking what time it is."""

from dataclasses import dataclass
from datetime import datetime

from reviews.model import Grade, Status

HOLD = "hold"
"""The reason of a vote that waits for nothing but its time."""


@dataclass(frozen=True, slots=True)
class Step:
    """The rating from one instant on, until the next step. `vote` is the id of the vote that counts or waits."""

    at: datetime
    value: str | None
    status: Status
    grade: Grade | None
    reasons: tuple[str, ...] = ()
    vote: str = ""

    @property
    def counted(self) -> bool:
        return self.status is Status.CONFIRMED

    @property
    def needs_tap(self) -> bool:
        return self.status is Status.PROVISIONAL and HOLD not in self.reasons

    @property
    def essence(self) -> tuple[object, ...]:
        """All but the instant: two steps of one essence say the same."""
        return (self.value, self.status, self.grade, self.reasons, self.vote)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one review's rating, oldest first; the first begins with the review."""

    steps: tuple[Step, ...]

    def at(self, now: datetime) -> Step:
        """The step that holds at `now`: the last one that began by then."""
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])
