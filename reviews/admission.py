"""Who comes in by single sign-on, and as what? What a provider vouches for, held against our own rules."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviews.addresses import domain_of, parse_address
from reviews.roles import ROLES, Role, Staff

RANKS = (Role.ADMIN, Role.LEAD, Role.AGENT, Role.READER)
"""Who is in several groups is what may do most."""
NAME_CHARS_MAX = 200
GROUPS_MAX = 1_000
"""Of one person, that are looked at: directories nest groups, and a token is a few kilobytes."""


class Turned(StrEnum):
    """Why somebody is not let in."""

    NO_ADDRESS = "no address"
    UNVERIFIED = "address not verified"
    FOREIGN = "not of our domains"
    NO_GROUP = "in no group that may"
    UNKNOWN = "not on the staff"
    UNCONFIRMED = "no lead has confirmed them yet"
    LEFT = "taken out of the staff"
    AGAIN = "used before"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says of the person it has let in."""

    email: str
    verified: bool
    name: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a group of the provider's stands for: a role, of one brand or, with '', of all."""

    role: str
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """The rules of a house: what groups stand for, by name, and each brand's own mail domains. Without groups only who
    is on the staff already comes in, as what they are."""

    groups: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    domains: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of_ours(self, staff: Staff) -> bool:
        """Whether their address is in a domain of a brand that they would see."""
        domain = domain_of(staff.email)
        return any(domain in domains for brand, domains in self.domains.items() if staff.sees_brand(brand))


def read_groups(text: str) -> dict[str, tuple[Grant, ...]]:
    """The groups in `Help Desk=agent, Network leads=lead@acme`; ValueError for anything else."""
    known: dict[str, tuple[Grant, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, equals, granted = (part.strip() for part in entry.rpartition("="))
        role, at, brand = granted.partition("@")
        if not name or not equals or role not in ROLES or bool(at) != bool(brand):
            raise ValueError(f"{entry!r} is not GROUP=ROLE or GROUP=ROLE@BRAND, with a role of {', '.join(ROLES)}")
        if brand and role == Role.ADMIN:
            raise ValueError(f"{entry!r}: the house is every brand's, so an admin is of none")
        known[name] = (*known.get(name, ()), Grant(role, brand))
    return known


def admitted(vouched: Vouched, rules: Admission, *, known: Staff | None, left: bool) -> Staff | Turned:
    """Who comes in, as they are from now on, or why not. `known` is what is known of them, confirmed or not; `left`
    whether an operator took them out: no group undoes that."""
    address = parse_address(vouched.email)
    if address is None or address.address.lower() != vouched.email.lower():
        return Turned.NO_ADDRESS
    if not vouched.verified:
        return Turned.UNVERIFIED
    if left:
        return Turned.LEFT
    staff = _granted(vouched, rules, known) if rules.groups else _known(known)
    if isinstance(staff, Staff) and not rules.of_ours(staff):
        return Turned.FOREIGN
    return staff


def _known(known: Staff | None) -> Staff | Turned:
    if known is None:
        return Turned.UNKNOWN
    return known if known.confirmed else Turned.UNCONFIRMED


def _granted(vouched: Vouched, rules: Admission, known: Staff | None) -> Staff | Turned:
    """What their groups make them, each time they sign in: a team and a wish about notices stay as they are."""
    grants = [grant for group in vouched.groups[:GROUPS_MAX] for grant in rules.groups.get(group, ())]
    role = next((role for role in RANKS if any(grant.role == role for grant in grants)), None)
    if role is None:
        return Turned.NO_GROUP
    brands = _brands(grant.brand for grant in grants if grant.role == role)
    name = vouched.name.strip()[:NAME_CHARS_MAX] or (known.name if known else "")
    if known:
        return Staff(known.email, name, role, known.team, brands, known.choice)
    return Staff(vouched.email.lower(), name, role, "", brands)


def _brands(named: Iterable[str]) -> tuple[str, ...]:
    """The brands of some grants of one role; none, for all, where one of them names none."""
    brands = sorted(set(named))
    return () if "" in brands else tuple(brands)
