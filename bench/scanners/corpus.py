"""What is in a corpus of click histories? Format `rating-scanner-corpus/1`; times are seconds after the first send."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from reviews.model import USUAL_SCALE

FORMAT = "rating-scanner-corpus/1"
SHIPPED = Path(__file__).resolve().parents[2] / "tests" / "scanners.json"
SCALES = SHIPPED.with_name("scanners_scales.json")
"""The same kinds of histories on scales of two, four and five answers."""
EXPIRES_AT = 30 * 86_400.0
MINE = ""
"""The name of a case's own invitation; the others have names of their own."""


class WrongCorpus(Exception):
    """The file is no corpus; the message says why."""


class Part(BaseModel):
    """Any part of a corpus: what it may hold beside what is asked for here is for people."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Network(Part):
    """A network of the case's world."""

    cidr: str
    kind: str = Field(alias="class")
    label: str = ""


class Invitation(Part):
    """When a customer was asked."""

    sends: tuple[float, ...] = (0.0,)
    delivered_at: float | None = None
    expires_at: float = EXPIRES_AT
    scale: str = USUAL_SCALE


class Client(Part):
    """Who asks: an address, a browser's name by its key, more headers."""

    ip: str
    ua: str
    headers: Mapping[str, str] = {}


class Step(Part):
    """Something that somebody does."""

    t: float
    do: str
    client: str = ""
    inv: str = MINE
    link: str = "happy"
    method: str = "GET"
    headers: Mapping[str, str] = {}
    mutate: str = ""
    name: str = Field("", alias="as")
    page: str = ""
    visible_ms: float = 0
    events: tuple[str, ...] = ()
    event_at_ms: float = 1_500
    trusted: bool = True
    webdriver: bool = False
    hidden: bool = False
    prerender: bool = False
    rating: str | None = None
    text: str = ""
    mode: str = ""
    action: str = ""
    reason: str = ""


class Check(Part):
    """What is to be so at a moment; `counted` "any" is anything."""

    t: float
    inv: str = MINE
    counted: str | None
    status: tuple[str, ...] | None = None
    rating: str | None = None
    min_hits: int = 0


class Case(Part):
    """One history and what is to come of it."""

    id: str
    title: str
    actor: str = ""
    verdict: str = Field("must", alias="class")
    invitation: Invitation = Invitation()
    others: Mapping[str, Invitation] = {}
    clients: Mapping[str, Client] = {}
    steps: tuple[Step, ...]
    check: tuple[Check, ...]

    @property
    def invitations(self) -> dict[str, Invitation]:
        """Every invitation by its name."""
        return {MINE: self.invitation, **self.others}


class Corpus(Part):
    """A corpus."""

    format: str
    user_agents: Mapping[str, str]
    networks: tuple[Network, ...] = ()
    cases: tuple[Case, ...]


def read_corpus(path: Path) -> Corpus:
    """The corpus of a file; WrongCorpus when it is none."""
    try:
        told: Any = json.loads(path.read_text("utf-8"))
        corpus = Corpus.model_validate(told)
    except (OSError, ValueError) as error:
        raise WrongCorpus(f"{path}: {error}") from None
    if corpus.format != FORMAT:
        raise WrongCorpus(f"{path}: expected the format {FORMAT}")
    return corpus
