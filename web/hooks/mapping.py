"""Where in a helpdesk's payload does each field of a closed ticket stand? `contact.email = "ticket.customer.email"`.

A field is named by its dotted path in the body of POST /api/v1/tickets. Its place is a dotted path in the payload, with
numbers for the places of a list, `*` for all of them and `$json` for a text that is JSON itself; or a constant behind
`=`. `a | b` is the first that is there, `a + b` both with a space between, `a ~unix` what TURNED makes of it, and
`@name` a header of the request, `@received` when it came, `@once` this body on this day. What the payload lacks, or has
as null or blank, is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic_core import from_json

from reviews.addresses import parse_address

CONSTANT, OUTSIDE, EITHER, BOTH, TURN = "=", "@", "|", " + ", "~"
EVERY, JSON_TEXT = "*", "$json"
DEPTH_MAX = 20
"""Steps of one path: helpdesks nest five deep."""
EVENT, SOLVER = "event", "solver"
BY, SAID, SAID_AT = CHANGE = ("change.by", "change.said", "change.said_at")
"""Who made the change that a webhook tells of, the last words in the ticket, and when they were said: by these we know
our own changes again."""
EMPTY: Mapping[str, str] = {}


class Event(StrEnum):
    """What a webhook tells. A mapping says by which words: `event = "ticket.state"`, `event.closed = "=closed"`."""

    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    """Into another ticket, which is asked about instead."""
    REASSIGNED = "reassigned"
    OTHER = "other"
    """Nothing that concerns us."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a webhook tells of its own cause; '' and None where it does not."""

    by: str = ""
    said: str = ""
    said_at: datetime | None = None


class WrongMapping(ValueError):
    """A mapping that can never work; the message names the field."""


def happened(payload: object, mapping: Mapping[str, str], told: Mapping[str, str] = EMPTY) -> Event:
    """What this payload tells: a closed ticket where the mapping names no event."""
    if EVENT not in mapping:
        return Event.CLOSED
    words = {word: event for event in Event for word in _words(mapping.get(f"{EVENT}.{event}", ""))}
    given = (_one(payload, place, told) for place in mapping[EVENT].split(EITHER))
    return next((words[word] for value in given if (word := str(value).strip().lower()) in words), Event.OTHER)


def changed(payload: object, mapping: Mapping[str, str], told: Mapping[str, str] = EMPTY) -> Change:
    """Who and what made the helpdesk send this, as far as the mapping names places for it."""
    by, said, at = (_first(payload, mapping[field], told) if field in mapping else None for field in CHANGE)
    return Change(str(by or "").strip(), str(said or "").strip(), _instant(at))


def mapped(payload: object, mapping: Mapping[str, str], told: Mapping[str, str] = EMPTY) -> dict[str, Any]:
    """The fields of a closed ticket, nested as the API takes them; an agent without an address is left out, as the API
    knows none, and so is a solver whose address is none: what a helpdesk calls its own machine is no reason not to ask.
    WrongMapping where fields collide."""
    fields: dict[str, Any] = {}
    for field, place in sorted(mapping.items()):
        if not is_of_ticket(field):
            continue
        value = _constant(place) if place.startswith(CONSTANT) else _first(payload, place, told)
        if value is not None:
            _put(fields, field, value)
    for who in ("agent", SOLVER):
        person = fields.get(who)
        if isinstance(person, dict) and f"{who}.email" in mapping and not _can_be(who, person.get("email")):
            del fields[who]
    return fields


def found(payload: object, path: str) -> object:
    """What stands at a dotted path, or None."""
    value, steps = payload, list(_steps(path))
    for number, step in enumerate(steps, 1):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step == EVERY:
            rest = ".".join(steps[number:])
            return [one for item in value if (one := found(item, rest) if rest else item) is not None]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, str) and step == JSON_TEXT:
            value = _parsed(value)
        else:
            return None
    return value


def _can_be(who: str, email: object) -> bool:
    if who != SOLVER:
        return email is not None
    parsed = parse_address(email) if isinstance(email, str) else None
    return parsed is not None and not parsed.name


def headers_named(mapping: Mapping[str, str]) -> frozenset[str]:
    """The headers that a mapping looks at."""
    words = (word for place in mapping.values() if not place.startswith(CONSTANT) for word in place.split())
    return frozenset(word.removeprefix(OUTSIDE).lower() for word in words if word.startswith(OUTSIDE))


def places(wrong: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, by its JSON pointer, told with the place in the payload it was looked for at."""
    return {pointer: f"{detail} ({_place(pointer, mapping)})" for pointer, detail in wrong.items()}


def is_event(field: str) -> bool:
    """Whether a field of a mapping says what happened."""
    return field == EVENT or field.startswith(f"{EVENT}.")


def is_of_ticket(field: str) -> bool:
    """Whether a field of a mapping is one of the ticket's, and none of what happened to it."""
    return not is_event(field) and field not in CHANGE


def _instant(value: object) -> datetime | None:
    """An instant with its zone; None for anything else."""
    try:
        told = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return told if told.tzinfo else None


def _first(payload: object, place: str, told: Mapping[str, str]) -> object:
    values = (_one(payload, one, told) for one in place.split(EITHER))
    return next((value for value in values if value is not None), None)


def _one(payload: object, place: str, told: Mapping[str, str]) -> object:
    path, turn, name = place.strip().partition(TURN) if TURN in place else (place.strip(), "", "")
    values = [_standing(payload, part.strip(), told) for part in path.split(BOTH)]
    if len(values) > 1:
        texts = [str(value).strip() for value in values if value is not None]
        value: object = " ".join(texts) or None
    else:
        value = values[0]
    if turn and value is not None:
        value = TURNED[name.strip()](value) if name.strip() in TURNED else None
    return None if isinstance(value, str) and not value.strip() else value


def _standing(payload: object, path: str, told: Mapping[str, str]) -> object:
    return told.get(path.removeprefix(OUTSIDE).lower()) if path.startswith(OUTSIDE) else found(payload, path)


def _seconds(value: object, per_second: int) -> object:
    """Seconds since 1970 as RFC 3339; what is none stays, and the reader says what is wrong with it."""
    try:
        return datetime.fromtimestamp(float(str(value)) / per_second, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return value


def _in_utc(value: object) -> object:
    """An instant that names no zone, of a helpdesk that tells UTC."""
    try:
        told = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).isoformat()


TURNED: Mapping[str, Callable[[object], object]] = {
    "unix": lambda value: _seconds(value, 1),
    "unixms": lambda value: _seconds(value, 1_000),
    "utc": _in_utc,
    "words": lambda value: str(value).split() if isinstance(value, str) else value,
    "commas": lambda value: [w.strip() for w in value.split(",") if w.strip()] if isinstance(value, str) else value,
}
"""What a value may be turned into, by name: `~unix` and `~unixms` count from 1970, `~utc` names no zone, `~words` and
`~commas` are lists in one text."""


def _parsed(text: str) -> object:
    try:
        value: object = from_json(text, allow_inf_nan=False)
    except ValueError:
        return None
    return value


def _words(place: str) -> Iterable[str]:
    return (word.strip().lower() for word in _constant(place).split(",") if word.strip())


def _constant(place: str) -> str:
    return place.removeprefix(CONSTANT)


def _put(fields: dict[str, Any], field: str, value: object) -> None:
    *parents, last = _steps(field)
    inside = fields
    for parent in parents:
        inside = inside.setdefault(parent, {})
        if not isinstance(inside, dict):
            raise WrongMapping(f"{field} cannot stand inside {parent}, which has a value of its own")
    inside[last] = value


def _place(pointer: str, mapping: Mapping[str, str]) -> str:
    """The longest field of the mapping that the pointer lies in or leads to."""
    steps = pointer.strip("/").split("/")
    names = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    place = next((mapping[name] for name in names if name in mapping), None)
    return f"looked for at {place}" if place else "the mapping names no place for it"


def _steps(path: str) -> Iterable[str]:
    return path.split(".", DEPTH_MAX)
