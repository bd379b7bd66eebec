"""Can this mapping ever work? Asked when an operator writes it down, long before the first webhook comes."""

from collections.abc import Iterable

from pydantic import ValidationError

from web.hooks.mapping import CONSTANT, WrongMapping, mapped
from web.tickets.body import Ticket
from web.tickets.reading import WORDS

GIVEN = ("source", "brand")
"""Every webhook's own: no mapping names them."""


def checked(pairs: Iterable[str]) -> dict[str, str]:
    """The mapping in texts like `contact.email=ticket.customer.email`. WrongMapping names each field that is wrong or
    missing; whether the payload has what it promises shows when one comes."""
    mapping = {}
    for pair in pairs:
        field, equals, path = pair.partition("=")
        if not equals or not field or not path:
            raise WrongMapping(f"{pair!r} is no mapping; expected FIELD=PATH, as contact.email=ticket.customer.email")
        if field in GIVEN:
            raise WrongMapping(f"{field} is the webhook's own and cannot be mapped")
        mapping[field] = path
    _refuse_wrong(mapping)
    return mapping


def _refuse_wrong(mapping: dict[str, str]) -> None:
    sample = {"source": "sample", **mapped({}, dict.fromkeys(mapping, f"{CONSTANT}sample"))}
    try:
        Ticket.model_validate(sample)
    except ValidationError as error:
        # That `sample` is no date and no address does not matter: only which fields there are.
        wrong = [f"{'.'.join(map(str, p['loc']))}: {WORDS[p['type']]}" for p in error.errors() if p["type"] in WORDS]
        if wrong:
            raise WrongMapping("; ".join(wrong)) from None
