"""Where in a helpdesk's payload does each field of a closed ticket stand? `contact.email = "ticket.customer.email"`.

A field is named by its dotted path in the body of POST /api/v1/tickets; its value is a dotted path in the payload, with
numbers for the places of a list, or a constant behind `=`. What the payload lacks, or has as null, is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

CONSTANT = "="
DEPTH_MAX = 20
"""Steps of one path: helpdesks nest five deep."""


class WrongMapping(ValueError):
    """A mapping that can never work; the message names the field."""


def mapped(payload: object, mapping: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a closed ticket, nested as the API takes them. WrongMapping where fields collide."""
    fields: dict[str, Any] = {}
    for field, place in sorted(mapping.items()):
        value = _constant(place) if place.startswith(CONSTANT) else found(payload, place)
        if value is not None:
            _put(fields, field, value)
    return fields


def found(payload: object, path: str) -> object:
    """What stands at a dotted path, or None."""
    value: object = payload
    for step in _steps(path):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def places(wrong: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, by its JSON pointer, told with the place in the payload it was looked for at."""
    return {pointer: f"{detail} ({_place(pointer, mapping)})" for pointer, detail in wrong.items()}


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
