"""What does an opened page post? The rating page's script (`templates/static/rating.js`) and its forms, as instants."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bench.scanners.corpus import Step

DWELL_MS, LEAVE_MS = 1_000, 300
Fields = dict[str, str]


@dataclass
class Page:
    """A page that was opened: where it posts, its nonce, '' for none, and the answer it was opened with."""

    client: str
    path: str
    nonce: str = ""
    answer: str = ""
    pressed: bool = False
    """Whether a button was pressed: then its script casts no vote of its own."""
    posted: list[Fields] = field(default_factory=list)
    driven: bool = False
    """Whether `navigator.webdriver` is true."""

    @property
    def votes(self) -> bool:
        """Whether the page can vote at all."""
        return bool(self.nonce)


@dataclass(frozen=True)
class Post:
    """What the page posts at an instant, seconds after the first send."""

    t: float
    fields: Fields
    by_itself: bool = False
    """A vote of the script, which is not cast once a button was pressed."""


def script_posts(step: Step) -> Iterator[Post]:
    """What the script posts while the page is shown for so long. Shown ahead of time it posts nothing."""
    if step.prerender:
        return
    yield Post(step.t, {"kind": "arrive"})
    shown_ms = 0.0 if step.hidden else step.visible_ms
    touched = bool(step.events) and step.trusted and step.event_at_ms <= step.visible_ms
    if touched:
        fields = {"kind": "signal", "event": step.events[0], "trusted": "1"}
        yield Post(step.t + step.event_at_ms / 1_000, fields)
    if shown_ms >= DWELL_MS:
        yield Post(step.t + DWELL_MS / 1_000, {"kind": "vote", "mode": "auto"}, by_itself=True)
    elif touched and shown_ms >= LEAVE_MS:
        yield Post(step.t + shown_ms / 1_000, {"kind": "vote", "mode": "auto"}, by_itself=True)


def read_page(html: str) -> tuple[str, str]:
    """The nonce and the answer of a rating page, '' each where it cannot vote."""
    reader = _Reader()
    reader.feed(html)
    return reader.nonce, reader.answer


class _Reader(HTMLParser):
    nonce = ""
    answer = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form" and "data-script" in told:
            self.answer = told.get("data-answer") or ""
        if tag == "input" and told.get("name") == "nonce":
            self.nonce = told.get("value") or ""
