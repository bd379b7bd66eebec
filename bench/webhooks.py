"""What does a helpdesk send in the benchmark? Closed tickets of a source that shows its secret in the address."""

import json
from datetime import UTC, datetime
from functools import partial

from store import Source, Store, sources

SOURCE = "bench"
SECRET = "a secret of the bench that guards nothing"  # noqa: S105 - it guards nothing
PATH = f"/hooks/{SOURCE}?token={SECRET.replace(' ', '%20')}"
CLOSED_AT = datetime(2026, 11, 21, 8, tzinfo=UTC)


async def connect(store: Store) -> None:
    """Let the bench's helpdesk in."""
    source = Source(SOURCE, "acme", SECRET, {"closed_at": "closed_at", "closing": "closing"}, "freshdesk")
    await store.write(partial(sources.set_source, source=source, at=CLOSED_AT))


def payload(number: int, *, at: datetime) -> bytes:
    """A closed ticket, as a helpdesk's trigger would tell of it."""
    told = {
        "event": "closed",
        "ticket": str(number),
        "closing": f"closing-{number}",
        "closed_at": at.isoformat(),
        "subject": "VPN drops every hour",
        "requester": {"name": "Ada Lovelace", "email": f"ada{number}@customer.example"},
        "company": "Customer Ltd",
        "agent": {"name": "Sam Reed", "email": "sam@acme.example"},
        "group": "Network",
        "tags": "vpn, network",
    }
    return json.dumps(told).encode()


def broken(number: int, *, at: datetime) -> bytes:
    """The same with something wrong: cut short, without a ticket, or with an address that is none."""
    whole = payload(number, at=at)
    wrong = (whole[:-9], whole.replace(b'"ticket"', b'"tikcet"'), whole.replace(b"@customer.example", b" at home"))
    return wrong[number % len(wrong)]
