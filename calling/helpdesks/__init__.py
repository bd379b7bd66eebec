"""How is each helpdesk written to? A file for each, none of it code: where its API stands, and what is sent for what.

A file says `headers`, maybe `token` (where a bearer is fetched) and `find` (where a ticket's own id is looked up by the
number we know), `ticket` (what shows one), and a request for each of `note`, `tag`, `reopen`, `status`; what it has no
request for it cannot do.
Placeholders: `{ticket}`, `{id}`, `{text}`, `{html}`, `{tag}`, `{status}`, `{user}`, `{secret}`, `{basic}`, and the
options that the file names, with what they are where none is given.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TICKET = "ticket"
"""The step that shows a ticket, where one is to be vouched for: what stands at `read` has to be the number we know."""
NOTE, TAG, REOPEN, STATUS = "note", "tag", "reopen", "status"
ACTIONS = (REOPEN, STATUS, TAG, NOTE)
"""In the order they are done: a note last, as of all these it alone is there twice when it is done twice."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `form` sends its body as a form; `merge` names a list that is read first, at `known`, and sent back
    with one more; where nothing was found at `path`, it is looked for at each of `also`."""

    path: str
    method: str = "POST"
    body: Any = None
    form: bool = False
    merge: str = ""
    known: str = ""
    also: tuple[str, ...] = ()
    read: str = ""
    """In an answer, the dotted path of what is looked for."""
    changed: str = ""
    """In an answer that shows a ticket, the dotted path of when it was changed last."""


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """A helpdesk's ways."""

    name: str
    title: str
    headers: Mapping[str, str]
    steps: Mapping[str, Step]
    documented: tuple[str, ...]
    """Where its vendor documents the API."""
    verified: tuple[str, ...]
    """What was held against a source that could be read, which is named; the rest was written from memory."""
    unverified: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)

    def can(self, action: str) -> bool:
        """Whether it has a way to do that."""
        return action in self.steps


def names() -> tuple[str, ...]:
    """Every helpdesk that can be written to."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def helpdesk(name: str) -> Helpdesk:
    """The ways of one of them."""
    told: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    steps = {step: Step(**told[step]) for step in ("token", "find", TICKET, *ACTIONS) if step in told}
    words = [tuple(told.get(name, ())) for name in ("documented", "verified", "unverified")]
    return Helpdesk(
        name=name,
        title=told["title"],
        headers=told["headers"],
        steps=steps,
        documented=words[0],
        verified=words[1],
        unverified=words[2],
        options=told.get("options", {}),
    )
