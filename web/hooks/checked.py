"""Can this mapping ever work? Asked when an operator writes it down, long before the first webhook comes."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from web.hooks.mapping import (
    CONSTANT,
    EITHER,
    EVENT,
    TURN,
    TURNED,
    Event,
    WrongMapping,
    is_event,
    is_of_ticket,
    mapped,
)
from web.tickets.body import Ticket
from web.tickets.reading import WORDS

GIVEN = ("source", "brand")
"""Every webhook's own: no mapping names them."""
EVENT_FIELDS = (EVENT, *(f"{EVENT}.{event}" for event in Event))
NONE: Mapping[str, str] = {}


def checked(pairs: Iterable[str], *, preset: Mapping[str, str] = NONE) -> dict[str, str]:
    """The mapping in texts like `contact.email=ticket.customer.email`, on top of a preset's. WrongMapping names each
    field that is wrong or missing; whether the payload has what it promises shows when one comes."""
    mapping = {}
    for pair in pairs:
        field, equals, path = pair.partition("=")
        if not equals or not field or not path:
            raise WrongMapping(f"{pair!r} is no mapping; expected FIELD=PATH, as contact.email=ticket.customer.email")
        if field in GIVEN:
            raise WrongMapping(f"{field} is the webhook's own and cannot be mapped")
        mapping[field] = path
    whole = {**preset, **mapping}
    _refuse_wrong_words(whole)
    _refuse_wrong(whole)
    return mapping


def _refuse_wrong(mapping: Mapping[str, str]) -> None:
    fields = [field for field in mapping if is_of_ticket(field)]
    sample = {"source": "sample", **mapped({}, dict.fromkeys(fields, f"{CONSTANT}sample"))}
    try:
        Ticket.model_validate(sample)
    except ValidationError as error:
        # That `sample` is no date and no address does not matter: only which fields there are.
        wrong = [f"{'.'.join(map(str, p['loc']))}: {WORDS[p['type']]}" for p in error.errors() if p["type"] in WORDS]
        if wrong:
            raise WrongMapping("; ".join(wrong)) from None


def _refuse_wrong_words(mapping: Mapping[str, str]) -> None:
    for field, place in mapping.items():
        if is_event(field) and field not in EVENT_FIELDS:
            raise WrongMapping(f"{field}: there is no such event; there are {', '.join(EVENT_FIELDS[1:])}")
        if field in EVENT_FIELDS[1:] and not place.startswith(CONSTANT):
            raise WrongMapping(f"{field} is a list of fixed words, as {field}==solved,closed")
        if not place.startswith(CONSTANT):
            _refuse_wrong_turns(field, place)


def _refuse_wrong_turns(field: str, place: str) -> None:
    for one in place.split(EITHER):
        name = one.partition(TURN)[2].strip()
        if TURN in one and name not in TURNED:
            raise WrongMapping(f"{field}: there is no {TURN}{name}; there are {TURN}{f', {TURN}'.join(TURNED)}")
