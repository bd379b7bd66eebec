"""Which tags has MJML, and which attributes may each of them have? As its own validator has it.

The compiler drops what it does not know without a word. `tests/mail_tools/table.mjs` makes the table.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json

TABLE = Path(__file__).with_name("mjml.json")
OF_EVERY_TAG = frozenset({"css-class", "mj-class"})
OF_THE_ROOT = frozenset({"dir", "lang", "owa"})
DEFAULTS = {"mj-all": frozenset[str](), "mj-class": frozenset({"name"})}
"""Tags inside `mj-attributes` that hold for any tag, with attributes of their own."""
NOT_COMPILED = frozenset({"mj-html-attribute", "mj-html-attributes", "mj-selector"})
"""Tags of MJML that our compiler fails on."""
RAW = "mj-raw"
CLOSENESS = 0.6

_ATTRIBUTE = re.compile(r"""([^\s"'=<>/{}]+)\s*=\s*("[^"]*"|'[^']*')""")
_SIGNS = ("{{", "{%")


def no_such_tag(name: str) -> str:
    """That MJML has no such tag, and which it may have been meant to be."""
    return f"there is no <{name}> in MJML{_meant(name, tags())}"


def wrong_attributes(name: str, said: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the attributes of a tag, each with where it begins in what is said of it."""
    for found in _ATTRIBUTE.finditer(said):
        attribute, value = found[1], found[2][1:-1]
        known = _attributes(name)
        if attribute not in known:
            yield found.start(), f"<{name}> has no attribute {attribute}{_meant(attribute, known)}"
        elif not any(sign in value for sign in _SIGNS) and value not in (choices := known[attribute] or (value,)):
            yield found.start(), f"{attribute} is {value!r} in <{name}>; expected one of: {', '.join(choices)}"


def misplaced(name: str, parent: str) -> str:
    """Why a tag may not stand directly in another, '' where it may."""
    inside = _table()[parent]["inside"] if parent in _table() else None
    if inside is None or name in inside or parent == RAW:
        return ""
    fitting = f"; what may: {', '.join(inside)}" if inside else ""
    return f"<{name}> may not stand in <{parent}>{fitting}"


@cache
def tags() -> frozenset[str]:
    """The tags there are."""
    return frozenset({*_table(), *DEFAULTS} - NOT_COMPILED)


@cache
def _attributes(name: str) -> dict[str, tuple[str, ...]]:
    """The attributes of a tag, each with the words it may be, or none where it may be many."""
    if name in DEFAULTS:
        every: dict[str, tuple[str, ...]] = {
            attribute: () for known in _table().values() for attribute in known["attributes"]
        }
        return every | dict.fromkeys({*DEFAULTS[name], *OF_EVERY_TAG}, ())
    own = {attribute: _choices(kind) for attribute, kind in _table()[name]["attributes"].items()}
    return own | dict.fromkeys(OF_THE_ROOT if name == "mjml" else OF_EVERY_TAG, ())


def _choices(kind: str) -> tuple[str, ...]:
    return tuple(kind.removeprefix("enum(").removesuffix(")").split(",")) if kind.startswith("enum(") else ()


@cache
def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = from_json(TABLE.read_bytes())
    return table


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=CLOSENESS)
    return f"; did you mean {near[0]}?" if near else ""
