"""Where did a brand begin to ask otherwise? An answer to other words, or on another scale, is another answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LINGERS = timedelta(days=30)
"""A review keeps the scale it began with: so long, by reminders, an earlier one may still be asked on."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a brand asked from `since` on, or on that day: the scale, and the question with its answers; `language` is
    what the customer wished for, '' for none."""

    brand: str
    scale: str
    language: str
    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Reworded:
    """A brand began to ask otherwise."""

    before: Wording
    after: Wording

    @property
    def at(self) -> datetime:
        return self.after.since

    @property
    def rescaled(self) -> bool:
        """Whether the scale is another: its answers are never added to those before."""
        return self.before.scale != self.after.scale


def reworded(asked: Iterable[Wording]) -> list[Reworded]:
    """Every change, oldest first: other words in one language, or a scale that was not in use for the brand."""
    words: dict[tuple[str, str, str], Wording] = {}
    scales: dict[tuple[str, str], datetime] = {}
    latest: dict[str, Wording] = {}
    changes: list[Reworded] = []
    for one in sorted(asked, key=lambda each: each.since):
        last = words.get((one.brand, one.scale, one.language))
        used = scales.get((one.brand, one.scale))
        if one.brand in latest and (used is None or one.since - used > LINGERS):
            changes.append(Reworded(latest[one.brand], one))
        elif last and last.words != one.words:
            changes.append(Reworded(last, one))
        words[one.brand, one.scale, one.language] = latest[one.brand] = one
        scales[one.brand, one.scale] = one.since
    return changes
