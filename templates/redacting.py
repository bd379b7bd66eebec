"""What may a mail to staff say? All that was said, without the links and addresses that only the customer may press."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from reviews.redacted import Ours, without_ours

Said = TypeVar("Said")
OWN = "url"
"""How the fields end that hold what whoever gets the mail is to press."""


def for_staff(context: Said, ours: Ours) -> Said:
    """The same context, where whatever is said of a customer is without their signed links and addresses."""
    changed: dict[str, Any] = {
        field.name: _cleared(getattr(context, field.name), ours)
        for field in fields(context)  # type: ignore[arg-type]  # every context is a dataclass
        if not field.name.endswith(OWN)
    }
    return replace(context, **changed)  # type: ignore[type-var]


def _cleared(value: object, ours: Ours) -> object:
    if isinstance(value, str):
        return without_ours(value, ours)
    if isinstance(value, tuple):
        return tuple(_cleared(one, ours) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return for_staff(value, ours)
    return value
