"""How many mails may go to one domain, at once and in a minute? As the setting says: `gmail.com=4/600 *=10`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ALL_OTHERS = "*"
WRITTEN = re.compile(r"([^=\s]+)=(\d{1,6})(?:/(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Limit:
    """Mails to a domain under way at once, and in a minute; None for any number."""

    at_once: int | None
    a_minute: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What each domain takes; `*` is each other's."""

    by_domain: Mapping[str, Limit] = field(default_factory=dict)

    def of(self, domain: str) -> Limit | None:
        """The limit of a domain, None where it has none."""
        return self.by_domain.get(domain) or self.by_domain.get(ALL_OTHERS)


def read_limits(text: str) -> Limits:
    """`DOMAIN=AT_ONCE/A_MINUTE`, separated by blanks; 0 is no limit. ValueError says what was expected."""
    limits: dict[str, Limit] = {}
    for entry in text.split():
        found = WRITTEN.fullmatch(entry)
        if not found:
            raise ValueError(f"{entry!r}: expected DOMAIN=AT_ONCE/A_MINUTE, as gmail.com=4/600 or *=10")
        domain, at_once, a_minute = found[1].lower(), int(found[2]), int(found[3] or 0)
        limits[domain] = Limit(at_once or None, a_minute or None)
    return Limits(limits)
