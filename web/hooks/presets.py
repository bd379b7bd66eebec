"""How does each helpdesk sign, and where do its fields stand? A file per helpdesk in `presets/`, none of it code.

A file says `title`, `scheme` (how it signs), `secret` (whose: "ours", which we make up, or "theirs", which the operator
brings), `documented` (where that was read), `verified` (what was held against a source, and which), `unverified` (what
was not found), the `mapping`, and maybe the `query` that has to stand behind its address.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store import Source
from web.hooks.signature import NAMES

GENERIC = ""
_FOLDER = Path(__file__).with_name("presets")


@dataclass(frozen=True, slots=True)
class Preset:
    """A helpdesk's ways."""

    name: str
    title: str
    scheme: str
    theirs: bool
    """Whether the helpdesk makes up the secret."""
    documented: tuple[str, ...]
    mapping: dict[str, str]
    verified: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    query: str = ""
    """What stands behind `?` in its address, for a helpdesk that puts words of its own there."""

    def address(self, base_url: str, source: str) -> str:
        """Where it sends its webhooks."""
        return f"{base_url}/hooks/{source}{f'?{self.query}' if self.query else ''}"


_PLAIN = Preset(GENERIC, "any helpdesk", "afterword", theirs=False, documented=(), mapping={})


def names() -> tuple[str, ...]:
    """Every preset there is."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def preset(name: str) -> Preset:
    """The preset of that name; one that is not known any more is the generic one, whose mapping is empty."""
    return _read(name) if name in names() else _PLAIN


def mapping_of(source: Source) -> dict[str, str]:
    """Where a source's fields stand: its preset's places, and its own before them."""
    return preset(source.preset).mapping | source.mapping


def _read(name: str) -> Preset:
    told: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    if told["scheme"] not in NAMES:
        raise ValueError(f"{name}.toml: there is no scheme {told['scheme']!r}")
    theirs = {"ours": False, "theirs": True}[told["secret"]]
    documented, verified, unverified = (tuple(told.get(key, ())) for key in ("documented", "verified", "unverified"))
    return Preset(
        name,
        told["title"],
        told["scheme"],
        theirs,
        documented,
        told["mapping"],
        verified,
        unverified,
        told.get("query", ""),
    )
