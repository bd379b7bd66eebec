"""What is known of one review? Its facts, in the order they were recorded."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from reviews.facts import Fact, Review, Settled, Suppression
from reviews.model import DeliveryKind, Outcome

AnyFact = TypeVar("AnyFact")


@dataclass(frozen=True)
class Log:
    """Everything known of one review, in the order it was recorded."""

    review: Review
    facts: tuple[Fact, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    """Those of the contact's address and brand, oldest first, whichever review they came from."""

    def of(self, kind: type[AnyFact]) -> tuple[AnyFact, ...]:
        """The facts of one type, in order."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def find(self, kind: type[AnyFact], id: str) -> AnyFact | None:
        """The fact of that type with that id, or None."""
        return next((fact for fact in self.of(kind) if getattr(fact, "id", "") == id), None)

    def plus(self, *facts: Fact) -> "Log":
        """The log as it will be once these are recorded too."""
        return Log(
            self.review, self.facts + facts, self.suppressions + tuple(f for f in facts if isinstance(f, Suppression))
        )

    @cached_property
    def suppressed(self) -> str:
        """Why the contact must not be mailed, or ''."""
        latest = self.suppressions[-1] if self.suppressions else None
        return latest.reason if latest and not latest.lifted else ""

    @cached_property
    def sends(self) -> tuple[datetime, ...]:
        """When an invitation was handed over."""
        return tuple(
            done.at
            for done in self.of(Settled)
            if done.outcome is Outcome.SENT and done.purpose is DeliveryKind.INVITATION
        )
