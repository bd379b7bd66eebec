"""What does somebody look for in the inbox? Read from the address of the page, and written back into its links."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from reviews.model import ANSWERS, Cause
from reviews.roles import Staff
from store.queues import Queue, Sought
from store.words import QUERY_CHARS_MAX
from templates import plain
from templates.brands import Brand
from web.staff.sign_in import HOME
from web.staff.walls import wall_of

VALUE_CHARS_MAX = 254
"""Of one filter: an address may be as long (RFC 5321 section 4.5.3.1.3)."""
FILTERS = ("face", "agent", "team", "company", "tag", "cause", "brand", "since", "until")
LABELS = {
    Queue.UNREAD: "Unread",
    Queue.OWED: "Needs an answer",
    Queue.UNHAPPY: "Unhappy",
    Queue.NEUTRAL: "Neutral",
    Queue.WAITING: "Waiting on customer",
    Queue.MINE: "Mine",
    Queue.UNASSIGNED: "Nobody's",
    Queue.ALL: "All reviews",
}
"""What each queue is called, in the order of the list."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A queue, words, and filters as they stand in the address."""

    queue: Queue
    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    def sought(self, staff: Staff, *, timezone: str) -> Sought:
        """The same as a question to the store; behind the walls of who looks."""
        plain_filters = {name: self.filters.get(name, "") for name in FILTERS if name not in ("since", "until")}
        return Sought(
            queue=self.queue,
            person=staff.email,
            words=self.words,
            since=_midnight(self.filters.get("since", ""), timezone),
            until=_midnight(self.filters.get("until", ""), timezone, days=1),
            wall=wall_of(staff),
            **plain_filters,
        )

    def query(self, **changes: str) -> str:
        """As the query of an address."""
        queue = "" if self.queue is Queue.ALL else str(self.queue)
        told = {"queue": queue, "q": self.words, **self.filters, **changes}
        return urlencode({name: value for name, value in told.items() if value})

    def url(self, **changes: str) -> str:
        """The address of the page."""
        query = self.query(**changes)
        return f"{HOME}?{query}" if query else HOME


def read_looking(told: Mapping[str, str]) -> Looking:
    """What an address asks for; what is no queue is all of it, as what is no date is none."""
    name = told.get("queue", "")
    queue = Queue(name) if name in set(Queue) else Queue.ALL
    filters = {name: told.get(name, "").strip()[:VALUE_CHARS_MAX] for name in FILTERS}
    return Looking(queue, told.get("q", "").strip()[:QUERY_CHARS_MAX], {n: v for n, v in filters.items() if v})


def read_query(query: str) -> Looking:
    """The same of a saved query."""
    return read_looking(dict(parse_qsl(query)))


def shown_filters(looking: Looking, brand: Brand, brands: Mapping[str, Brand]) -> list[dict[str, object]]:
    """The filters as the form shows them."""
    faces = [(value, plain.FACES[value]) for value in ANSWERS]
    causes = [(str(cause), plain.CAUSES[cause]) for cause in Cause]
    keys = [(key, one.name) for key, one in brands.items()]
    told: list[tuple[str, str, list[tuple[str, str]] | None, str]] = [
        ("face", "Face", faces, ""),
        ("agent", "Agent's address", None, "text"),
        ("team", "Team", None, "text"),
        ("company", "Company", None, "text"),
        ("tag", "Tag", None, "text"),
        ("cause", "About", causes, ""),
        ("since", "From", None, "date"),
        ("until", "To", None, "date"),
    ]
    if len(brands) > 1:
        told.insert(6, ("brand", "Brand", keys, ""))
    return [
        {
            "name": name,
            "label": label,
            "value": looking.filters.get(name, ""),
            "options": [{"value": value, "label": word} for value, word in options] if options is not None else None,
            "type": type,
        }
        for name, label, options, type in told
    ]


def _midnight(written: str, timezone: str, *, days: int = 0) -> datetime | None:
    """The beginning of that day, or of so many days later; None for what is no day."""
    try:
        day = date.fromisoformat(written) + timedelta(days=days)
        return datetime.combine(day, time(), ZoneInfo(timezone))
    except (ValueError, OverflowError):
        return None
