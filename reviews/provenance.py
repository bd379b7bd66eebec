"""What is in a bundle that proves one review to others, and does what is in it hold together?

A bundle is a list of parts, each named with its SHA-256 in a manifest, which is signed. Every fact names the SHA-256 of
the one before it. The rating is not believed: it is decided anew from the facts. How the parts stand in a file and who
signs is said elsewhere (templates/bundle.py); the format is described in docs/provenance.md.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, NamedTuple

from reviews.clicks import Timeline, decide
from reviews.facts import Fact, RatingSealed
from reviews.forgotten import NOWHERE
from reviews.log import Log
from reviews.redacted import Ours, without_ours
from reviews.rules import VERSION, Rules
from reviews.shapes import instant

FORMAT = "afterword-bundle/1"
WHOLE, REDACTED = "whole", "redacted"
"""The edition with raw mails and everything in them; and the one without what only the customer may press."""
MANIFEST, SIGNATURE, DECISION, STORY = "manifest.json", "signature.json", "decision.json", "story.txt"
PARTS_MAX = 20_000
PART_BYTES_MAX = 64 * 1024 * 1024
"""Inbound takes no mail of half that size."""
TEXTS_BYTES_MAX = 16 * 1024 * 1024
"""Of one part that is not a mail, and of the manifest: all of a long thread's words are some 100 kB."""
PATH = re.compile(
    r"facts/\d{5}-[a-z_]{1,40}\.json|deliveries/\d{5}\.json|arrivals/\d{5}\.json|mails/[0-9a-f]{64}\.eml"
    r"|decision\.json|story\.txt"
)
SAID = ("answer", "link", "mode", "machine", "purpose", "outcome", "by", "action", "verdict")
"""Fields that tell one fact from another of its kind, as a list of parts names them."""
FACTS, ARRIVALS, MAILS = "facts/", "arrivals/", "mails/"

Shape = dict[str, Any]


class Part(NamedTuple):
    """One file of a bundle; `content` is None for a mail, which is fetched by its hash when it is written."""

    path: str
    about: str
    sha256: str
    size_bytes: int
    content: bytes | None = None


class LeftOut(NamedTuple):
    """Something the record names that is not in the bundle, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle claims to be."""

    review: str
    brand: str
    ticket: str
    made_at: str
    made_by: str
    edition: str
    chain_head: str
    """The SHA-256 of the last fact."""
    rating: Shape
    left_out: tuple[LeftOut, ...]
    parts: tuple[Part, ...]


class NotSo(ValueError):
    """A manifest that is none."""


def encoded(told: object) -> bytes:
    """A value as the one JSON text that a bundle has for it: keys in order, ASCII, a line each."""
    return (json.dumps(told, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode("ascii")


def part(path: str, about: str, content: bytes) -> Part:
    """A part that is at hand."""
    return Part(path, about, hashlib.sha256(content).hexdigest(), len(content), content)


def fact_parts(told: Iterable[tuple[Fact, Shape]]) -> Iterator[Part]:
    """The facts as they are to be told, each chained to the one before."""
    before = ""
    for number, (fact, shape) in enumerate(told, 1):
        content = encoded({"kind": fact.kind, "id": fact.id, "before": before, "fact": shape})
        one = part(f"{FACTS}{number:05}-{fact.kind}.json", about(fact), content)
        before = one.sha256
        yield one


def about(fact: Fact) -> str:
    """A fact in a line: its kind, what tells it apart, and when it happened."""
    said = [str(value) for name in SAID if isinstance(value := getattr(fact, name, ""), str) and value]
    return f"{' '.join([fact.kind, *said])}, {instant(fact.at)}"


def decision_part(timeline: Timeline, rules: Rules) -> Part:
    """What was decided of the rating, step by step, and by which rules."""
    told = {"rules_version": VERSION, "rules": rules_shape(rules), "steps": steps_shape(timeline)}
    return part(DECISION, "every step of the rating, with its reasons", encoded(told))


def rules_shape(rules: Rules) -> Shape:
    """The constants; spans of time in seconds."""
    values = {one.name: getattr(rules, one.name) for one in fields(rules)}
    return {name: v.total_seconds() if isinstance(v, timedelta) else v for name, v in values.items()}


def steps_shape(timeline: Timeline) -> list[Shape]:
    """The steps of a rating."""
    return [
        {
            "at": instant(step.at),
            "value": step.value,
            "status": str(step.status),
            "grade": str(step.grade) if step.grade else None,
            "reasons": list(step.reasons),
            "vote": step.vote,
        }
        for step in timeline.steps
    ]


def without_links(told: Any, ours: Ours) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A value without the links and addresses that only the customer may press."""
    if isinstance(told, str):
        return without_ours(told, ours)
    if isinstance(told, Mapping):
        return {name: without_links(one, ours) for name, one in told.items()}
    return [without_links(one, ours) for one in told] if isinstance(told, list | tuple) else told


def gone(log: Log, mails: Iterable[str], known: Mapping[str, int], *, edition: str) -> Iterator[LeftOut]:
    """What of the record is not in the bundle: what was erased, and what this edition keeps back."""
    if log.review.contact.email.endswith(f"@{NOWHERE}"):
        yield LeftOut("the customer's name, address and words", "they were forgotten")
    if log.of(RatingSealed):
        yield LeftOut("visits to the links", "they were erased after their term; the rating's steps were sealed before")
    for sha256 in dict.fromkeys(mails):
        if sha256 not in known:
            yield LeftOut(f"{MAILS}{sha256}.eml", "it was erased")
        elif edition == REDACTED:
            yield LeftOut(f"{MAILS}{sha256}.eml", "it is kept back: mails hold links that only the customer may press")


def manifest_bytes(told: Manifest) -> bytes:
    """The manifest as it is signed."""
    parts = [{"path": p.path, "about": p.about, "sha256": p.sha256, "size_bytes": p.size_bytes} for p in told.parts]
    shape = {one.name: getattr(told, one.name) for one in fields(told)}
    left_out = [one._asdict() for one in told.left_out]
    return encoded({**shape, "format": FORMAT, "left_out": left_out, "parts": parts})


def read_manifest(raw: bytes) -> Manifest:
    """The manifest of such bytes. NotSo says why there is none in them."""
    try:
        told = json.loads(raw)
        if told.pop("format") != FORMAT:
            raise NotSo(f"it is not of the form {FORMAT}")
        parts = tuple(Part(**one) for one in told.pop("parts"))
        left_out = tuple(LeftOut(**one) for one in told.pop("left_out"))
        found = Manifest(**told, left_out=left_out, parts=parts)
        _check(found)
        if manifest_bytes(found) != raw:
            raise NotSo("it is not written as such a file is")
    except NotSo:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotSo(f"it cannot be read ({type(error).__name__})") from None
    return found


def _check(found: Manifest) -> None:
    """What follows relies on it. NotSo names what is wrong."""
    names = ("review", "brand", "ticket", "made_at", "made_by", "edition", "chain_head")
    texts: list[object] = [getattr(found, name) for name in names]
    for one in found.parts:
        texts += [one.path, one.about, one.sha256]
    for out in found.left_out:
        texts += [out.what, out.why]
    if not all(isinstance(text, str) for text in texts) or type(found.rating) is not dict:
        raise NotSo("it names what is no text")
    if len(found.parts) > PARTS_MAX or len({one.path for one in found.parts}) != len(found.parts):
        raise NotSo("it names too many parts, or one twice")
    for one in found.parts:
        if not PATH.fullmatch(one.path) or one.content is not None or type(one.size_bytes) is not int:
            raise NotSo("it names a part that no bundle has")
        if not 0 <= one.size_bytes <= (PART_BYTES_MAX if one.path.startswith(MAILS) else TEXTS_BYTES_MAX):
            raise NotSo(f"{one.path} is too large")


def broken_chain(parts: Sequence[tuple[Part, Shape]], head: str) -> Iterator[tuple[str, str]]:
    """Where the chain of facts does not hold: the path, and what is wrong there."""
    before = ""
    for one, told in parts:
        if told.get("before") != before:
            yield one.path, "it does not follow on the fact before it"
        before = one.sha256
    if before != head:
        yield MANIFEST, "the last fact is not the one it was claimed to be"


def redecided(log: Log, decision: Mapping[str, Any]) -> str:
    """What the facts give instead of the steps that are claimed, or ''. A rating by other rules cannot be told."""
    if decision.get("rules_version") != VERSION:
        return ""
    found, claimed = steps_shape(decide(log, _rules(decision["rules"]))), decision["steps"]
    if found == claimed:
        return ""
    return f"it claims {_told(claimed)}, and the facts give {_told(found)}"


def _rules(shape: Mapping[str, Any]) -> Rules:
    given: dict[str, Any] = {}
    for one in fields(Rules):
        value = shape[one.name]
        given[one.name] = timedelta(seconds=value) if isinstance(one.default, timedelta) else value
    return Rules(**given)


def _told(steps: Sequence[Mapping[str, Any]]) -> str:
    last = steps[-1] if steps else {}
    return f"{len(steps)} steps that end with {last.get('value') or 'no rating'} ({last.get('status')})"
