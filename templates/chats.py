"""How is news told in a chat? Staff read it, so in English; as JSON of blocks (Slack) or an Adaptive Card (Teams).

An operator's own template is Jinja that makes JSON, with the same names; it runs in a sandbox.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.words import clip, one_line

WORDS_CHARS_MAX = 1_500
"""Of a customer's words: a block of Slack holds 3,000 characters, a card of Teams 28 KB."""
NOTE_CHARS_MAX = 10_000
"""Autotask takes 32,000 characters in a note, the others as many or more."""
LINE_CHARS_MAX = 150
"""A header of Slack holds 150."""
RATED = ("review.rated", "review.changed")
HEADLINES = {
    "review.asked": "A customer was asked",
    "review.rated": "A rating",
    "review.changed": "A rating changed",
    "review.commented": "A comment",
    "review.replied": "A customer wrote",
    "review.answered": "A customer was answered",
    "review.closed": "A follow-up was closed",
}
RATINGS = {
    "very_happy": "😀 very happy",
    "happy": "🙂 happy",
    "neutral": "😐 neutral",
    "unhappy": "🙁 unhappy",
    "very_unhappy": "😡 very unhappy",
    None: "none counts",
}
TEST = "This is a test by Afterword."
_FOLDER = Path(__file__).with_name("chats")


class WrongTemplate(ValueError):
    """A template that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message in a chat can tell."""

    kind: str
    value: str | None
    ticket: str
    subject: str
    customer: str
    company: str
    agent: str
    team: str
    words: str
    url: str


SAMPLE = Telling(
    "review.rated",
    "unhappy",
    "48213",
    "VPN drops every hour",
    "Ada",
    "Customer Ltd",
    "Sam",
    "Network",
    "Again!",
    "https://",
)


def chat(name: str, telling: Telling | None, *, template: str = "") -> str:
    """The JSON that the chat called `name` takes; a test where there is nothing to tell. WrongTemplate where the
    template does not make JSON."""
    try:
        made = (_own(template) if template else _ours(name)).render(_context(telling))
        return json.dumps(json.loads(made), ensure_ascii=False)
    except (TemplateError, ValueError, TypeError) as error:
        raise WrongTemplate(f"the template does not make JSON: {error}") from None


def note(telling: Telling) -> str:
    """The same as a note in a helpdesk, in plain text."""
    rated = f": {RATINGS[telling.value]}" if telling.kind in RATED else ""
    words = clip(telling.words, NOTE_CHARS_MAX)
    return "\n\n".join(filter(None, (f"{HEADLINES[telling.kind]}{rated}", words, f"Afterword: {telling.url}")))


def _context(telling: Telling | None) -> dict[str, object]:
    if telling is None:
        return dict.fromkeys(asdict(SAMPLE), "") | {
            "headline": "This is a test by Afterword.",
            "rating": "",
            "facts": [],
        }
    lines = {name: one_line(str(value))[:LINE_CHARS_MAX] for name, value in asdict(telling).items()}
    rating = RATINGS[telling.value]
    rated = telling.kind in RATED
    headline = HEADLINES[telling.kind] + (f": {rating}" if rated else "")
    customer = ", ".join(filter(None, (lines["customer"], lines["company"])))
    agent = ", ".join(filter(None, (lines["agent"], lines["team"])))
    known = (("Ticket", f"{lines['ticket']} {lines['subject']}".strip()), ("Customer", customer), ("Agent", agent))
    facts = [{"name": name, "value": value[:LINE_CHARS_MAX]} for name, value in known if value]
    told = {"headline": headline, "rating": rating, "facts": facts, "words": clip(telling.words, WORDS_CHARS_MAX)}
    return {**lines, "url": telling.url, **told}


@cache
def _environment(own: bool) -> Environment:
    kind = ImmutableSandboxedEnvironment if own else Environment
    loader = BaseLoader() if own else FileSystemLoader(_FOLDER)
    return kind(loader=loader, undefined=StrictUndefined, autoescape=False)


def _ours(name: str) -> Template:
    return _environment(False).get_template(f"{name}.json.jinja")


def _own(template: str) -> Template:
    return _environment(True).from_string(template)
