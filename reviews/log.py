"""What is known of one review? Its facts, in the order they were recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import TypeVar

from reviews.desk import Desk
from reviews.facts import Fact, Review, Settled, SnippetGiven
from reviews.holds import Declined, Suppression
from reviews.model import ASKING, NOT_ASKED_AT_ALL, Outcome

AnyFact = TypeVar("AnyFact")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Log:
    """Everything known of one review, in the order it was recorded."""

    review: Review
    facts: tuple[Fact, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    """Those of the contact's address, for the brand or for all, oldest first, whichever review they came from."""
    desk: Desk = field(default=Desk(), compare=False)
    """Who looks after the brand's reviews: of now, not of then."""

    def of(self, kind: type[AnyFact]) -> tuple[AnyFact, ...]:
        """The facts of one type, in order."""
        return self._by_kind.get(kind, ())  # type: ignore[return-value]  # they are filed under their own type

    def holds(self, *kinds: type[Fact]) -> bool:
        """Whether there is a fact of any of these types: nearly all logs have few, and whoever looks for others need
        not go through them."""
        return not self._by_kind.keys().isdisjoint(kinds)

    def find(self, kind: type[AnyFact], id: str) -> AnyFact | None:
        """The fact of that type with that id, or None."""
        return next((fact for fact in self.of(kind) if getattr(fact, "id", "") == id), None)

    def plus(self, *facts: Fact) -> "Log":
        """The log as it will be once these are recorded too; what it knows already is not recorded twice."""
        return self.joined(*self.lacking(*facts))

    def lacking(self, *facts: Fact) -> tuple[Fact, ...]:
        """Those of the facts that it does not know yet, each once."""
        return tuple({fact.id: fact for fact in reversed(facts) if fact.id not in self._ids}.values())[::-1]

    def joined(self, *new: Fact) -> "Log":
        """The log with facts that it does not know yet: `plus` for who knows that already, as the store does."""
        told = tuple(fact for fact in new if not isinstance(fact, Suppression))
        suppressions = tuple(fact for fact in new if isinstance(fact, Suppression))
        return Log(self.review, self.facts + told, self.suppressions + suppressions, self.desk)

    @cached_property
    def _by_kind(self) -> dict[type, tuple[Fact, ...]]:
        """The facts filed by their type: a rule asks for the same few over and over."""
        filed: dict[type, list[Fact]] = {}
        for fact in self.facts:
            filed.setdefault(type(fact), []).append(fact)
        return {kind: tuple(facts) for kind, facts in filed.items()}

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(fact.id for fact in (*self.facts, *self.suppressions))

    @cached_property
    def standing(self) -> frozenset[str]:
        """Every reason not to mail the contact: one that was lifted does not lift the others."""
        return frozenset(suppression.reason for suppression in self._latest if not suppression.lifted)

    @cached_property
    def _latest(self) -> tuple[Suppression, ...]:
        """The latest suppression of each reason, of the brand's and of all brands' apart."""
        return tuple({(fact.brand, fact.reason): fact for fact in self.suppressions}.values())

    def rests_until(self, reason: str) -> datetime | None:
        """Until when a suppression of that reason holds that ends by itself; None where none stands."""
        standing = (fact.until for fact in self._latest if fact.reason == reason and not fact.lifted)
        return max((until for until in standing if until), default=None)

    @cached_property
    def declined(self) -> bool:
        """Whether the customer does not want to be asked about this ticket."""
        chosen = self.of(Declined)
        return bool(chosen) and not chosen[-1].lifted

    @cached_property
    def suppressed(self) -> str:
        """Why the contact is not asked at all, or ''."""
        return next((reason for reason in NOT_ASKED_AT_ALL if reason in self.standing), "")

    @cached_property
    def sends(self) -> tuple[datetime, ...]:
        """When the question was handed over: in a mail of ours, the first or the reminder, or to the helpdesk for its
        own."""
        mailed = (done.at for done in self.of(Settled) if done.outcome is Outcome.SENT and done.purpose in ASKING)
        return (*(given.at for given in self.of(SnippetGiven)), *mailed)


def once(rule: Callable[[Log], Answer]) -> Callable[[Log], Answer]:
    """A rule that asks for nothing but the log, whose answer is kept with it: one event asks some rules four times."""

    name = f"{rule.__module__}.{rule.__qualname__}"

    @wraps(rule)
    def known(log: Log) -> Answer:
        kept: dict[str, Answer] = vars(log)
        if name not in kept:
            kept[name] = rule(log)
        return kept[name]

    return known
