"""What does a program say of a closed ticket? The body of POST /api/v1/tickets, checked field by field."""

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from reviews.addresses import parse_address
from reviews.events import ClosedTicket
from reviews.model import Person
from templates.words import clip, one_line

ID_CHARS_MAX = 200
"""Of a ticket's number and of an event's id: helpdesks use up to 36."""
SUBJECT_CHARS_MAX = 998
"""RFC 5322 section 2.1.1: a longer subject cannot have come by mail. It is shortened, with a sign where it was."""
NAME_CHARS_MAX = 200
"""Of a tag, a brand, a time zone; the name of a person, a company or a team is shortened to it."""
LANGUAGE_CHARS_MAX = 35  # RFC 5646 section 4.4.1
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,6}")  # RFC 5646 section 2.1, the common part
TAGS_MAX = 50
HELPERS_MAX = 20
REASON_CHARS_MAX = 500


def _one_line(text: str) -> str:
    return " ".join(one_line(text).split())


def _language(text: str) -> str:
    """A language as RFC 5646 writes it; `de_AT`, as many programs do, is one too. What is none is no reason to refuse
    a closed ticket: the next wish is heard."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= LANGUAGE_CHARS_MAX and TAG.fullmatch(tag) else ""


def _address(text: str) -> str:
    parsed = parse_address(text)
    if parsed is None or parsed.name:
        raise PydanticCustomError("address", "expected a mail address like ada@customer.example")
    return parsed.address


def _text(value: object) -> object:
    """RFC 3339 is text: a bare number could be seconds or milliseconds, also where it stands in a text."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value[1:]):
        return value
    raise PydanticCustomError("instant", "expected an instant like 2026-11-21T10:00:00Z")


def _utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant", "this instant is not within the years 1 to 9999") from None


Line = AfterValidator(_one_line)
Id = Annotated[str, Line, StringConstraints(min_length=1, max_length=ID_CHARS_MAX)]
Name = Annotated[str, Line, StringConstraints(max_length=NAME_CHARS_MAX)]
# Words that say something to people and nothing to us: a closed ticket is not lost for their length.
Subject = Annotated[str, Line, AfterValidator(partial(clip, length=SUBJECT_CHARS_MAX))]
Called = Annotated[str, Line, AfterValidator(partial(clip, length=NAME_CHARS_MAX))]
Language = Annotated[str, AfterValidator(_language)]
Email = Annotated[str, AfterValidator(_address)]
Instant = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_utc)]


class Body(BaseModel):
    """What every part of the body has in common: a field we do not know is refused, numbers may stand for texts."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Contact(Body):
    """The customer."""

    email: Email
    name: Called = ""
    company: Called = ""
    language: Language = ""
    timezone: Name = ""
    """As the IANA names it; a helpdesk's own name for one is no error, and not understood."""


class Agent(Body):
    """Who did the work."""

    email: Email
    name: Called = ""

    def person(self) -> Person:
        return Person(self.email, self.name)


def _agent(value: object) -> object:
    """A helper may be an address alone, as most helpdesks name them."""
    return {"email": value} if isinstance(value, str) else value


class Ticket(Body):
    """A closed ticket. `closing` is the helpdesk's id of this closing; else `closed_at` to the second stands for it."""

    source: Id
    ticket: Id
    closed_at: Instant
    contact: Contact
    closing: Annotated[str, Line, StringConstraints(max_length=ID_CHARS_MAX)] = ""
    subject: Subject = ""
    brand: Name = ""
    agent: Agent | None = None
    solver: Agent | None = None
    """Who solved it, where that is not the agent it is with."""
    helpers: Annotated[tuple[Annotated[Agent, BeforeValidator(_agent)], ...], Field(max_length=HELPERS_MAX)] = ()
    """Who else worked on it."""
    team: Called = ""
    tags: Annotated[tuple[Name, ...], Field(max_length=TAGS_MAX)] = ()
    ask: Literal["later", "now", "never", "embedded"] = "later"
    language: Language = ""
    automatic: bool = False
    """Whether a rule of the helpdesk closed it, no person."""

    def event(self, brand: str) -> ClosedTicket:
        """The event for the flow."""
        return ClosedTicket(
            brand=brand,
            source=self.source,
            ticket=self.ticket,
            closing=self.closing or self.closed_at.isoformat(timespec="seconds"),
            closed_at=self.closed_at,
            subject=self.subject,
            contact=Person(
                self.contact.email,
                self.contact.name,
                self.contact.company,
                self.contact.language,
                self.contact.timezone,
            ),
            agent=self.agent.person() if self.agent else None,
            team=self.team,
            tags=self.tags,
            ask=self.ask,
            language=self.language,
            automatic=self.automatic,
            solver=self.solver.person() if self.solver else None,
            helpers=tuple(helper.person() for helper in self.helpers),
        )


class ReopenedTicket(Body):
    """A ticket that was opened again; `reopened_at` is now where it is not said."""

    source: Id
    ticket: Id
    brand: Name = ""
    reopened_at: Instant | None = None


class AskNow(Body):
    """A member of staff wants a customer to be asked now."""

    who: Email
    reason: Annotated[str, Line, StringConstraints(min_length=1, max_length=REASON_CHARS_MAX)]
