"""Who may do what? Roles, brands as walls between them, and what each person chose to be mailed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.facts import Review
from reviews.model import Person


class Role(StrEnum):
    """What somebody is in the house."""

    AGENT = "agent"
    """Their own reviews and their team's."""
    LEAD = "lead"
    """All of their brands; grants what others ask for."""
    ADMIN = "admin"
    """All, and who may come in."""
    READER = "reader"
    """Sees all of their brands and changes nothing."""


ROLES = tuple(str(role) for role in Role)


class Right(StrEnum):
    """What somebody may want to do."""

    READ = "read"
    TEND = "tend"
    """Answer, note, assign, tag, name a cause, close, ask for an exclusion."""
    GRANT = "grant"
    """Grant an exclusion, move credit, confirm an agent."""
    ADMINISTER = "administer"
    """Staff, keys, helpdesks, sessions of others."""


RIGHTS: dict[str, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.READ, Right.TEND}),
    Role.LEAD: frozenset({Right.READ, Right.TEND, Right.GRANT}),
    Role.ADMIN: frozenset(Right),
    Role.READER: frozenset({Right.READ}),
}


SCOPES = ("tickets", "reviews", "evidence", "export", "metrics", "people", "scores", "suppressions", "tending")
"""What a key of the API may be good for: to tell of tickets, to read reviews, what their ratings rest on, all of them
at once, how the house does, who there is, the counts; who is not asked, and what staff do about a review."""


class Choice(StrEnum):
    """When somebody wants to be mailed."""

    AT_ONCE = "at once"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who may sign in."""

    email: str
    name: str
    role: str
    team: str
    brands: tuple[str, ...] = ()
    """The brands they see; none for all."""
    choice: str = Choice.AT_ONCE
    confirmed: bool = True
    """Whether a lead knows them; who only came with a ticket waits for that, and may not do anything yet."""
    away_until: datetime | None = None
    """When their own mail program says that they are back."""
    bounced: bool = False
    """Whether mail to them comes back."""
    unwanted: tuple[str, ...] | None = None
    """The regular mails they do not want, by kind; None for who has chosen nothing yet."""

    def wants(self, kind: str) -> bool:
        """Whether they want a kind of regular mail: as they chose, else as they chose about all other mails."""
        if self.unwanted is None:
            return self.choice != Choice.OFF
        return kind not in self.unwanted

    @property
    def person(self) -> Person:
        return Person(self.email, self.name)

    def sees_brand(self, brand: str) -> bool:
        """Whether no wall stands between them and a brand."""
        return not self.brands or brand in self.brands

    def reachable(self, now: datetime) -> bool:
        """Whether a mail to them will be read soon."""
        return not self.bounced and (self.away_until is None or self.away_until <= now)


def may(staff: Staff, right: Right, review: Review | None = None, *, owner: str = "") -> bool:
    """Whether somebody may do that, with this review where one is named; `owner` is who it was assigned to. The house
    is every brand's: who is behind a wall does not administer it."""
    if not staff.confirmed or right not in RIGHTS.get(staff.role, frozenset()):
        return False
    if right is Right.ADMINISTER and staff.brands:
        return False
    return review is None or sees(staff, review, owner=owner)


def sees(staff: Staff, review: Review, *, owner: str = "") -> bool:
    """Whether a review is within their walls: of an agent their own, those assigned to them, and their team's."""
    if not staff.sees_brand(review.brand):
        return False
    if staff.role != Role.AGENT:
        return True
    me = staff.email.lower()
    own = review.agent is not None and review.agent.email.lower() == me
    watched = any(person.email.lower() == me for person in review.watchers)
    return own or watched or owner.lower() == me or bool(staff.team and staff.team == review.team)
