"""Which way does a brand's mail go? By the first of its routes that is not down."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import SystemRandom

import structlog

from mailer.breaker import Breaker
from mailer.relay import Handed
from store import EVERYTHING, Share, Store, StoreUnavailableError
from store import routes as kept

DEFAULT = "default"
"""The name of the route that AFTERWORD_SMTP_URL is, for every brand that names none."""

CLOSED = Breaker()
Rule = Callable[[Breaker], Breaker]

log = structlog.get_logger()


class UnknownRoute(ValueError):
    """A brand's file names a route that no setting describes."""


@dataclass
class Routes:
    """The routes by name, and which of them each brand wants, the first one first; who wants none goes by DEFAULT.

    What all mailers know of the routes is in the store; here is what was last heard of it."""

    names: Sequence[str] = (DEFAULT,)
    wishes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chance: Callable[[], float] = field(default=SystemRandom().random)
    breakers: dict[str, Breaker] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for brand, names in self.wishes.items():
            if unknown := [name for name in names if name not in self.names]:
                known = ", ".join(self.names)
                raise UnknownRoute(f"the brand {brand} wants the route {unknown[0]}; there are: {known}")

    def used(self) -> list[str]:
        """The routes that mails go by: those of brands, and the one for all others."""
        wanted = {name for names in self.wishes.values() for name in names}
        return [name for name in self.names if name == DEFAULT or name in wanted]

    def breaker(self, name: str) -> Breaker:
        """How a route stands."""
        return self.breakers.get(name, CLOSED)

    def share(self, name: str, now: datetime) -> Share | None:
        """Whose mails a route may take now; None for nobody's."""
        if not self.breaker(name).allows(now):
            return None
        chosen = {brand: self._chosen(names, now) for brand, names in self.wishes.items() if names}
        if name == DEFAULT:
            others = tuple(sorted(brand for brand, route in chosen.items() if route != DEFAULT))
            return Share(others, others=True) if others else EVERYTHING
        own = tuple(sorted(brand for brand, route in chosen.items() if route == name))
        return Share(own, others=False) if own else None

    def _chosen(self, names: Sequence[str], now: datetime) -> str:
        return next((name for name in names if self.breaker(name).allows(now)), names[0])


@dataclass
class Lane:
    """One route as its connections see it. What they find is told to all mailers."""

    store: Store
    routes: Routes
    name: str = DEFAULT
    trying: bool = False
    """Whether a mail of ours is to find out if the route is back."""

    @property
    def breaker(self) -> Breaker:
        return self.routes.breaker(self.name)

    def open_to_us(self, now: datetime) -> bool:
        """Whether a mail that was claimed may go."""
        return self.trying or self.breaker.allows(now)

    async def begin(self, now: datetime) -> None:
        """A mailer that starts may know a better way: what was found before says less than a try."""
        with suppress(StoreUnavailableError):
            await self.look()
            if not self.breaker.allows(now):
                await self._changed(lambda breaker: breaker.hoped(now), now)

    async def look(self) -> None:
        """Hear how the routes stand."""
        found = await self.store.read(kept.standings)
        self.routes.breakers = {name: Breaker(*standing) for name, standing in found.items()}

    async def may_try(self, now: datetime) -> bool:
        """Whether ours is the mail that finds out if the route is back: of all mailers one tries."""
        before, after = await self._changed(lambda breaker: breaker.tried(now), now)
        self.trying = before != after
        return self.trying or after.until is None

    async def told(self, handed: Handed, now: datetime) -> None:
        """An attempt ended: was the route the reason?"""
        trying, self.trying = self.trying, False
        if handed.route_failed:
            await self._failed(handed.reason, now, trying=trying)
        elif self.breaker != CLOSED:
            before, _ = await self._found(lambda breaker: CLOSED, now)
            if before.until:
                log.info("route up", route=self.name)

    async def _failed(self, reason: str, now: datetime, *, trying: bool) -> None:
        chance = self.routes.chance()
        before, after = await self._found(lambda one: one.failed(now, chance=chance, trying=trying), now, reason)
        if after != before and after.until:
            until = after.until.isoformat()
            log.warning("route down", route=self.name, failures=after.failures, until=until, why=reason)

    async def _found(self, rule: Rule, now: datetime, reason: str = "") -> tuple[Breaker, Breaker]:
        """What our connections found holds for them at once, and for all mailers when the store has it."""
        here = self.breaker
        self.routes.breakers[self.name] = rule(here)
        try:
            return await self._changed(rule, now, reason)
        except StoreUnavailableError:
            return here, self.breaker

    async def _changed(self, rule: Rule, now: datetime, reason: str = "") -> tuple[Breaker, Breaker]:
        change = partial(kept.changed, name=self.name, rule=partial(_standing, rule), at=now, reason=reason)
        before, after = (Breaker(*standing) for standing in await self.store.write(change, urgent=True))
        self.routes.breakers[self.name] = after
        return before, after


def _standing(rule: Rule, standing: kept.Standing) -> kept.Standing:
    after = rule(Breaker(*standing))
    return after.failures, after.until
