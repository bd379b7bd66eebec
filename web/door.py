"""What is every handler given? The store, the links, the brands, a clock and chance: nothing in web/ is global."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from reviews.links import Links
from reviews.networks import Networks
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Store
from templates.brands import Brand
from web.api.rates import Rates
from web.staff.single.ways import SingleSignOn
from web.timing import Timing

BEGUN_A_MINUTE = 60
"""Reviews begun by the links of a source: a busy helpdesk closes fewer, and who counts numbers up is slowed."""


@dataclass(frozen=True, slots=True)
class Door:
    """One HTTP door. An entry point, the demo or a test gives its own.

    `brand` is the key of the brand where none is named; `new_id` gives 16 random bytes as text; `shuffled` gives the
    link slots of a new review in random order.
    """

    store: Store
    links: Links
    brands: Mapping[str, Brand]
    brand: str
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    shuffled: Callable[[tuple[str, ...]], tuple[str, ...]]
    operator: str = ""
    """Who is told of an answer where no agent, lead or admin is known."""
    networks: Networks = field(default_factory=Networks)
    """What kind of network an address belongs to."""
    shed: Counter[str] = field(default_factory=Counter)
    """How many requests were turned away because the store could not take them, by what each was answered."""
    bundle_keys: tuple[str, ...] = ()
    """What bundles are signed with, the newest first; none where nothing is proved to others."""
    timing: Timing = field(default_factory=Timing)
    """How long the requests of this process took."""

    rates: Rates = field(default_factory=lambda: Rates("api"))
    """How often a key of the API may ask."""

    single: SingleSignOn | None = None
    """Single sign-on, where it is set up."""

    begun_by_links: Rates = field(default_factory=lambda: Rates("link", BEGUN_A_MINUTE))
    """How many reviews the links of one source may begin."""

    @property
    def keys(self) -> Keys:
        return self.links.keys

    @property
    def rules(self) -> Rules:
        return self.store.rules

    @property
    def https(self) -> bool:
        """Whether people reach this door over TLS, by a proxy or ours."""
        return self.links.base_url.startswith("https://")

    def brand_of(self, key: str) -> Brand:
        """The brand with that key; the usual one where its file was taken away."""
        return self.brands.get(key) or self.brands[self.brand]


def door_of(request: Request) -> Door:
    """The door a request came in by."""
    door: Door = request.app.state.door
    return door
