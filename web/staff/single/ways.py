"""What binds a way to the provider and back to the browser that asked, and what is a provider to us?"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from reviews.admission import Admission, Vouched
from reviews.tokens import SINGLE_SIGN_ON, Keys
from store.people import secret_hash
from templates.letters import SIGN_IN_MINUTES
from web.api.rates import Rates

LASTING = timedelta(minutes=SIGN_IN_MINUTES)
SKEW = timedelta(minutes=5)
"""How far the clock of another of our machines may be ahead."""
A_MINUTE = 60
"""Ways begun or ended from one network a minute: an office in the morning, and no more than a provider bears."""


class Unvouched(Exception):
    """The provider vouches for nobody; `away` where it could not be asked, and may be tried again."""

    def __init__(self, reason: str, *, away: bool = False) -> None:
        super().__init__(reason)
        self.away = away


class Provider(Protocol):
    """Where people have their accounts."""

    async def begun(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to sign in. Unvouched where the provider cannot be asked."""

    async def vouched(self, code: str, *, nonce: str, verifier: str, now: datetime) -> Vouched:
        """Whom the provider vouches for with this code. Unvouched says why it does not."""

    async def signed_out_at(self) -> str:
        """Where somebody signs out of the provider as well, or '' where it has no such page or cannot be asked."""


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The single sign-on of a house; `name` is what its button says, `only` whether there is no other way in."""

    provider: Provider
    rules: Admission
    issuer: str
    name: str
    only: bool = False
    rates: Rates = field(default_factory=lambda: Rates("single sign-on", A_MINUTE))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the provider and back, of one browser; its state goes along in the open."""

    id: str
    browser: str
    at: datetime

    def state(self, keys: Keys) -> str:
        """What the provider gives back to whom it sends back."""
        return keys.link(SINGLE_SIGN_ON, self.id, self.at.isoformat(), secret_hash(self.browser))

    def secret(self, keys: Keys, use: str) -> str:
        """A secret of this way for one use, 64 characters: known to us, who sign, and to nobody who has the state."""
        return secret_hash(keys.link(SINGLE_SIGN_ON, use, self.id, self.browser))

    @property
    def bound(self) -> str:
        """What is used up once somebody came in by this way."""
        return f"{self.id}.{self.browser}"


def way_back(keys: Keys, state: str, *, browser: str, now: datetime) -> Way | None:
    """The way that a browser comes back by; None for one of another browser, too old, or never begun."""
    match keys.read_link(SINGLE_SIGN_ON, state):
        case [str(id), str(at), str(bound)] if browser and bound == secret_hash(browser):
            way = Way(id, browser, datetime.fromisoformat(at))
            return way if -SKEW <= now - way.at <= LASTING else None
    return None
