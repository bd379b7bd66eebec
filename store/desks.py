"""Who looks after each brand's reviews? The staff, kept in memory until the house changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.answering import USUAL_ANSWERING, Answering
from reviews.desk import Desk
from reviews.roles import Staff
from store import audit, people
from store.engines import Session

NO_RULES: Mapping[str, Answering] = {}


@dataclass(frozen=True, slots=True)
class Seats:
    """The staff of one moment, and the desks they make, by brand."""

    last: tuple[int, int]
    staff: tuple[Staff, ...]
    answering: Mapping[str, Answering]
    desks: dict[str, Desk] = field(default_factory=dict)

    def of(self, brand: str) -> Desk:
        """One brand's desk: the same object until something changes."""
        if brand not in self.desks:
            seen = tuple(one for one in self.staff if one.sees_brand(brand))
            self.desks[brand] = Desk(seen, self.answering.get(brand, USUAL_ANSWERING))
        return self.desks[brand]


@dataclass
class Desks:
    """The desks of all brands; `answering` is how each answers, by its key."""

    answering: Mapping[str, Answering] = field(default_factory=dict)
    _seats: Seats | None = None

    def known(self, session: Session) -> Seats:
        """The staff as it stands in this transaction. The log of changes has a new last line whenever somebody came,
        went or chose: as long as it has none, what is known holds."""
        last, seats = audit.last(session), self._seats
        if seats is None or seats.last != last:
            seats = self._seats = Seats(last, tuple(people.everybody(session)), self.answering)
        return seats
