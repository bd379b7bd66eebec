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

log = structlog.get_logger()


class UnknownRoute(ValueError):
    """A brand's file names a route that no setting describes."""


@dataclass
class Routes:
    """The routes by name, and which of them each brand wants, the first one first; who wants none goes by DEFAULT."""

    breakers: Mapping[str, Breaker] = field(default_factory=lambda: {DEFAULT: Breaker()})
    wishes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chance: Callable[[], float] = field(default=SystemRandom().random)

    def __post_init__(self) -> None:
        for brand, names in self.wishes.items():
            if unknown := [name for name in names if name not in self.breakers]:
                known = ", ".join(self.breakers)
                raise UnknownRoute(f"the brand {brand} wants the route {unknown[0]}; there are: {known}")

    def used(self) -> list[str]:
        """The routes that mails go by: those of brands, and the one for all others."""
        wanted = {name for names in self.wishes.values() for name in names}
        return [name for name in self.breakers if name == DEFAULT or name in wanted]

    def share(self, name: str, now: datetime) -> Share | None:
        """Whose mails a route may take now; None for nobody's."""
        if not self.breakers[name].allows(now):
            return None
        chosen = {brand: self._chosen(names, now) for brand, names in self.wishes.items() if names}
        if name == DEFAULT:
            others = tuple(sorted(brand for brand, route in chosen.items() if route != DEFAULT))
            return Share(others, others=True) if others else EVERYTHING
        own = tuple(sorted(brand for brand, route in chosen.items() if route == name))
        return Share(own, others=False) if own else None

    def _chosen(self, names: Sequence[str], now: datetime) -> str:
        return next((name for name in names if self.breakers[name].allows(now)), names[0])


@dataclass
class Lane:
    """One route as its connections see it. What they find is kept, for those who look at it from elsewhere."""

    store: Store
    routes: Routes
    name: str = DEFAULT
    known_up: bool = False

    @property
    def breaker(self) -> Breaker:
        return self.routes.breakers[self.name]

    async def told(self, handed: Handed, now: datetime) -> None:
        """An attempt ended: was the route the reason?"""
        if handed.route_failed:
            await self._failed(handed.reason, now)
            return
        if self.breaker.worked():
            log.info("route up", route=self.name)
            self.known_up = False
        if not self.known_up:
            self.known_up = True
            with suppress(StoreUnavailableError):
                await self.store.write(partial(kept.set_up, name=self.name), urgent=True)

    async def _failed(self, reason: str, now: datetime) -> None:
        if not self.breaker.failed(now, chance=self.routes.chance()):
            return
        until, failures, self.known_up = self.breaker.until or now, self.breaker.failures, False
        log.warning("route down", route=self.name, failures=failures, until=until.isoformat(), why=reason)
        with suppress(StoreUnavailableError):
            down = partial(kept.set_down, name=self.name, at=now, until=until, failures=failures, reason=reason)
            await self.store.write(down, urgent=True)
