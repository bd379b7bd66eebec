"""What does a webhook mean? Its bytes and its source's mapping become a closed ticket, one taken back, or a reason."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.events import ClosedTicket
from reviews.rules import Rules
from store import Source
from web.answers.refusals import Problems, Refused
from web.hooks.mapping import Change, Event, WrongMapping, changed, happened, headers_named, mapped, places
from web.hooks.presets import mapping_of
from web.tickets.reading import WrongFields, read_json, read_ticket

ONCE_CHARS = 32
PATH_EVENT = ":event"
"""Among the headers of a webhook: what its address says it tells. No header can have that name."""
HEADER_CHARS_MAX = 200
"""Of a header that a mapping looks at: the names of events are under 40."""
UNCHANGED = "it is credited to whoever closes it"
UNCONCERNED = "it tells of nothing that is asked about"


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook as it came: its bytes, those headers that its mapping looks at, and when."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime

    @property
    def told(self) -> dict[str, str]:
        """What a mapping may know of it beside its body. The day is in `once`, so that the same ticket, closed again
        some other day with the same words, is another closing."""
        told = f"{self.at:%Y-%m-%d}".encode() + self.body
        once = hashlib.sha256(told).hexdigest()[:ONCE_CHARS]
        return {**self.headers, "received": self.at.isoformat(), "once": once}


@dataclass(frozen=True, slots=True)
class Closed:
    """A ticket was closed, and what the helpdesk told us of it for."""

    ticket: ClosedTicket
    change: Change


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A ticket that is not closed any more, or is another's now: nobody is asked about what was closed before."""

    ticket: str
    event: Event


@dataclass(frozen=True, slots=True)
class Unconcerned:
    """A webhook that changes nothing."""

    reason: str


class NotUnderstood(Exception):
    """A payload that cannot be read; with what is wrong with each field, by its JSON pointer."""

    def __init__(self, reason: str, wrong: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wrong = dict(wrong or {})

    @property
    def problems(self) -> Problems:
        return [{"pointer": pointer, "detail": detail} for pointer, detail in self.wrong.items()]

    def __str__(self) -> str:
        return "; ".join([self.reason, *(f"{pointer}: {detail}" for pointer, detail in self.wrong.items())])


Meaning = Closed | TakenBack | Unconcerned


def kept_headers(source: Source, headers: Mapping[str, str]) -> dict[str, str]:
    """Those headers that the mapping looks at: no secret is among them, as they say what happened."""
    return {name: headers[name][:HEADER_CHARS_MAX] for name in headers_named(mapping_of(source)) if name in headers}


def understood(source: Source, sent: Sent, *, brands: Collection[str], rules: Rules) -> Meaning:
    """What was told. NotUnderstood with every field that is wrong."""
    mapping, told = mapping_of(source), sent.told
    try:
        payload = read_json(sent.body)
        event = Event(told[PATH_EVENT]) if PATH_EVENT in told else happened(payload, mapping, told)
        if event in (Event.REASSIGNED, Event.OTHER):
            return Unconcerned(UNCHANGED if event is Event.REASSIGNED else UNCONCERNED)
        fields = {"source": source.id, **mapped(payload, mapping, told), "brand": source.brand}
        if event is not Event.CLOSED:
            return TakenBack(_ticket(fields), event)
        ticket = read_ticket(fields, brands=brands, brand=source.brand, at=sent.at, rules=rules)
        return Closed(ticket, changed(payload, mapping, told))
    except Refused as error:
        raise NotUnderstood(error.detail) from None
    except WrongFields as error:
        raise NotUnderstood("Some fields cannot be used", places(error.wrong, mapping)) from None
    except WrongMapping as error:
        raise NotUnderstood(f"The mapping of this source: {error}") from None


def _ticket(fields: Mapping[str, object]) -> str:
    ticket = fields.get("ticket")
    if not isinstance(ticket, str | int):
        raise WrongFields({"/ticket": "this field is missing"})
    return str(ticket)
