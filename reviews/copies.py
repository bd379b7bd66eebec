"""What does a copy of a helpdesk's closing mail say? Number, subject, customer and agent, by rules for each system; and
where it cannot be told, a hint instead: a guess could ask the wrong person.

Every system may say it in headers: X-Afterword-Ticket, -Contact, -Agent, -Team and -Subject go before all else.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.addresses import parse_address, same
from reviews.events import ClosedTicket
from reviews.model import Person, fact_id

GENERIC, OSTICKET, GLPI = "generic", "osticket", "glpi"
NUMBERS: Mapping[str, re.Pattern[str]] = {
    # `[#482130]`, as osTicket's own templates write it.
    OSTICKET: re.compile(r"\[#([A-Za-z0-9-]{1,30})\]"),
    # `[GLPI #0000123]`; an entity may have a word of its own in place of GLPI.
    GLPI: re.compile(r"\[[^\[\]#]{1,40} #0{0,9}([0-9]{1,10})\]"),
    # `[#482]`, `[Ticket#2026-482]`, `(#482)`, `[ACME-482]`.
    GENERIC: re.compile(r"[\[(](?:[A-Za-z]{0,20} ?#|(?=[A-Z]{2,10}-[0-9]))([A-Za-z0-9-]{1,30})[\])]"),
}
"""How each system writes a ticket's number into its subjects."""
SYSTEMS = tuple(NUMBERS)
PREFIX = "x-afterword-"
SUBJECT_CHARS_MAX = 998
ANSWER = re.compile(r"(?:re|aw|sv|antw|odp|fwd|wg) ?: *", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Copy:
    """What was read of a mail: its head, and those of its headers that are meant for us, without their prefix."""

    sender: str
    to: tuple[Person, ...]
    subject: str
    told: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Unclear:
    """It cannot be told, and what would help."""

    hint: str


def address_id(source: str, system: str) -> str:
    """What the address stands for to which this source's copies go: the system is part of it."""
    return fact_id("copy", source, system)


def ticket_of(copy: Copy, *, system: str, brand: str, source: str, own: Collection[str]) -> ClosedTicket | Unclear:
    """The closed ticket; `own` are addresses that are no customer's. Copies of a ticket on one day are one closing."""
    number = _number(copy, system)
    if isinstance(number, Unclear):
        return number
    contact = _contact(copy, own)
    if isinstance(contact, Unclear):
        return contact
    agent = parse_address(copy.told.get("agent", ""))
    return ClosedTicket(
        brand=brand,
        source=source,
        ticket=number,
        closing=f"copy {copy.at:%Y-%m-%d}",
        closed_at=copy.at,
        subject=_subject(copy, system),
        contact=contact,
        agent=Person(agent.address, agent.name) if agent else None,
        team=copy.told.get("team", ""),
    )


def _number(copy: Copy, system: str) -> str | Unclear:
    if told := copy.told.get("ticket", "").strip():
        return told
    found = set(NUMBERS[system].findall(copy.subject))
    if len(found) == 1:
        return str(found.pop())
    what = "more than one" if found else "no"
    return Unclear(f"its subject holds {what} ticket number as {system} writes it; X-Afterword-Ticket can say it")


def _contact(copy: Copy, own: Collection[str]) -> Person | Unclear:
    if told := copy.told.get("contact", "").strip():
        parsed = parse_address(told)
        return Person(parsed.address, parsed.name) if parsed else Unclear("X-Afterword-Contact is no mail address")
    others = [one for one in copy.to if not any(same(one.email, ours) for ours in (copy.sender, *own))]
    if len(others) != 1:
        who = "several people" if others else "nobody but your own addresses"
        return Unclear(f"it went to {who}, so it does not say who the customer is; X-Afterword-Contact can")
    parsed = parse_address(others[0].email)
    return Person(parsed.address, others[0].name) if parsed else Unclear("its recipient is no mail address")


def _subject(copy: Copy, system: str) -> str:
    """The ticket's own subject: without its number and what programs put before an answer's."""
    if told := copy.told.get("subject", "").strip():
        return told
    bare = " ".join(NUMBERS[system].sub(" ", copy.subject, count=1).split())
    while found := ANSWER.match(bare):
        bare = bare[found.end() :]
    if len(bare) > SUBJECT_CHARS_MAX:
        bare = f"{bare[: SUBJECT_CHARS_MAX - 1]}…"
    return bare.strip(" :-")
