"""Is a bundle what it claims to be? `afterword verify FILE`, offline: no settings, no store, no network.

A bundle may come from anybody, so nothing in it is written to disk and nothing is unpacked: where each part must stand
follows from the manifest, and every byte of the file is held against that.
"""

import hashlib
import json
import mmap
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inbound.trust.signatures import check_signatures
from reviews.facts import AutoReply, Bounce, Fact, Message, Review
from reviews.log import Log
from reviews.provenance import (
    ARRIVALS,
    DECISION,
    FACTS,
    MAILS,
    MANIFEST,
    SIGNATURE,
    Manifest,
    NotSo,
    broken_chain,
    read_manifest,
    redecided,
)
from reviews.rules import VERSION
from store.rows import read_fact
from templates.bundle import (
    FILE_BYTES_MAX,
    KEYS_BYTES_MAX,
    Placed,
    check_signature,
    claimed_size,
    directory,
    entry,
    header_size,
    local_header,
    read_keys,
)
from templates.words import one_line

WHOLE_FILE = "the file"
SHOWN_MAX = 50
"""Lines told of what is wrong: one is enough."""

Keys = dict[str, Ed25519PublicKey]
Raw = bytes | mmap.mmap


class Finding(NamedTuple):
    """Something that is not as it was claimed: where, and how."""

    place: str
    words: str


class Verified(NamedTuple):
    """What came of it. `manifest` is None where the file has none."""

    manifest: Manifest | None
    key: str
    findings: tuple[Finding, ...]
    redecided: bool = False
    """Whether the rating was decided anew; not so when it was made by other rules than this program's."""
    signatures: int = 0
    """Signatures of mails that were checked again."""


@click.command("verify")
@click.argument("file", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The public keys of who should have made it, as published at /.well-known/afterword-keys.json, or in PEM.",
)
def verify(file: Path, key: Path | None) -> None:
    """Say whether a bundle is whole, unchanged, and agrees with itself; without a network.

    Each thing that is wrong is a line. Ends with status 1 when there is one.
    """
    keys = read_keys(key.read_bytes()[:KEYS_BYTES_MAX]) if key else {}
    found = verified(file, keys)
    for one in found.findings[:SHOWN_MAX]:
        click.echo(f"{one.place}: {one_line(one.words)}")
    if found.findings:
        raise click.ClickException(f"{len(found.findings)} things are not as they were claimed")
    _tell(found, known=bool(keys))


def _tell(found: Verified, *, known: bool) -> None:
    """That all is well, and how far that goes."""
    told = found.manifest
    assert told
    by = f"made {told.made_at} by {told.made_by}"
    click.echo(one_line(f"Review {told.review}, ticket {told.ticket}, {by}."))
    value = f"{told.rating.get('value') or 'no rating'}, {told.rating.get('status')}"
    others = f"made by other rules than this program's ({VERSION}), so not decided anew"
    how = "decided anew from the facts" if found.redecided else others
    click.echo(f"Rating: {one_line(value)}; {how}.")
    for one in told.left_out:
        click.echo(f"Not in it: {one_line(one.what)}: {one_line(one.why)}.")
    click.echo(f"{len(told.parts)} parts are unchanged, {found.signatures} signatures of mails were checked again.")
    whose = "one of the keys given" if known else "nobody has vouched for that key yet: give the published one by --key"
    click.echo(f"Signed by the key {found.key}; {whose}.")


def verified(file: Path, keys: Keys | None = None) -> Verified:
    """Hold a bundle against all that it claims."""
    size = file.stat().st_size
    if not 0 < size <= FILE_BYTES_MAX:
        return Verified(None, "", (Finding(WHOLE_FILE, "it is empty, or larger than a bundle can be"),))
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        return verified_bytes(raw, keys or {})


def verified_bytes(raw: Raw, keys: Keys) -> Verified:
    """Hold these bytes against all that they claim."""
    place = MANIFEST
    try:
        manifest_raw, end = _first(raw, place, 0)
        place = SIGNATURE
        signature_raw, start = _first(raw, place, end)
    except ValueError as error:
        return Verified(None, "", (Finding(place, str(error)),))
    signed = check_signature(signature_raw, manifest_raw, keys)
    findings = [Finding(*one) for one in signed.wrong]
    try:
        told = read_manifest(manifest_raw)
    except NotSo as error:
        return Verified(None, signed.key, (*findings, Finding(MANIFEST, str(error))))
    first = [_placed(MANIFEST, manifest_raw, 0), _placed(SIGNATURE, signature_raw, end)]
    layout = [*first, *_laid_out(raw, told, start)]
    findings += [*_misplaced(raw, layout), *_changed(raw, told, layout)]
    outer = Verified(told, signed.key, tuple(findings))
    return outer if findings else _inner(raw, told, outer, layout)


def _first(raw: Raw, path: str, start: int) -> tuple[bytes, int]:
    """One of the two parts that no manifest names, and where it ends. ValueError when it is not there."""
    begin = start + header_size(path)
    end = begin + claimed_size(raw[start:begin], path)
    if end > len(raw):
        raise ValueError(f"{path} is cut off")
    return raw[begin:end], end


def _placed(path: str, content: bytes, start: int) -> Placed:
    return Placed(path, len(content), zlib.crc32(content), start)


def _laid_out(raw: Raw, told: Manifest, start: int) -> Iterator[Placed]:
    """Where each part must stand, and the CRC of what stands there."""
    for one in told.parts:
        begin = start + header_size(one.path)
        yield _placed(one.path, raw[begin : begin + one.size_bytes], start)._replace(size_bytes=one.size_bytes)
        start = begin + one.size_bytes


def _content(raw: Raw, one: Placed) -> bytes:
    begin = one.start + header_size(one.path)
    return raw[begin : begin + one.size_bytes]


def _misplaced(raw: Raw, layout: list[Placed]) -> Iterator[Finding]:
    """Bytes of the container that are not as they must be."""
    for one in layout:
        header = local_header(one)
        found = raw[one.start : one.start + len(header)]
        if found[:14] + found[18:] != header[:14] + header[18:]:  # the CRC in between
            yield Finding(one.path, "what stands before it in the zip was changed")
        elif found != header and one.path in (MANIFEST, SIGNATURE):
            yield Finding(one.path, "it does not fit the checksum that stands before it in the zip")
    last = layout[-1]
    end = last.start + header_size(last.path) + last.size_bytes
    expected = directory(layout, end)
    found = raw[end : end + len(expected) + 1]  # not all that somebody may have put there
    if found != expected:
        yield from _wrong_lines(layout, expected, found)


def _wrong_lines(layout: list[Placed], expected: bytes, found: bytes) -> Iterator[Finding]:
    """Which lines of the zip's directory are not as they must be."""
    place = 0
    for one in layout:
        line = len(entry(one))
        if found[place : place + line] != expected[place : place + line]:
            yield Finding(one.path, "its line in the zip's directory was changed")
        place += line
    if found[place:] != expected[place:]:
        yield Finding(WHOLE_FILE, "the end of the zip's directory was changed")


def _changed(raw: Raw, told: Manifest, layout: list[Placed]) -> Iterator[Finding]:
    """Parts that are not what they were claimed to be. The CRC before a part must be that of what was claimed, too."""
    for one, placed in zip(told.parts, layout[2:], strict=True):
        content = _content(raw, placed)
        if hashlib.sha256(content).hexdigest() != one.sha256:
            words = f"it was changed: it was claimed to be “{one.about}”, with the SHA-256 {one.sha256}"
            yield Finding(one.path, words)
        elif raw[placed.start : placed.start + header_size(one.path)] != local_header(placed):
            yield Finding(one.path, f"what stands before “{one.about}” in the zip was changed")


def _inner(raw: Raw, told: Manifest, outer: Verified, layout: list[Placed]) -> Verified:
    """What the parts say of one another: that was signed, and may be wrong all the same."""
    placed = {one.path: one for one in layout}
    texts = {one.path: _read(_content(raw, placed[one.path])) for one in told.parts if one.path.endswith(".json")}
    facts = [(one, texts[one.path]) for one in told.parts if one.path.startswith(FACTS)]
    findings = [Finding(*one) for one in broken_chain(facts, told.chain_head)]
    decision = texts.get(DECISION, {})
    try:
        log = _log([text for _, text in facts])
        findings += [*_decided(log, told, decision), *_missing(log, told)]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        findings.append(Finding(DECISION, f"it cannot be held against the facts ({type(error).__name__})"))
    checked = 0
    for path, text in texts.items():
        mail = placed.get(f"{MAILS}{text.get('mail')}.eml")
        if path.startswith(ARRIVALS) and mail:
            number, wrong = _signatures(path, text, _content(raw, mail))
            checked += number
            findings += wrong
    same = decision.get("rules_version") == VERSION
    return outer._replace(findings=tuple(findings), redecided=same, signatures=checked)


def _read(content: bytes) -> dict[str, Any]:
    """A JSON object; an empty one where there is none."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _log(texts: list[dict[str, Any]]) -> Log:
    """The log of these facts. ValueError and its like when they are none."""
    facts: list[Fact] = [read_fact(text["kind"], json.dumps(text["fact"])) for text in texts]
    review, *rest = facts
    if not isinstance(review, Review):
        raise ValueError("the first fact is the review")
    return Log(review).plus(*rest)


def _decided(log: Log, told: Manifest, decision: Mapping[str, Any]) -> Iterator[Finding]:
    if wrong := redecided(log, decision):
        yield Finding(DECISION, wrong)
    steps = [step for step in decision["steps"] if step["at"] <= told.made_at]
    if (steps or decision["steps"])[-1]["value"] != told.rating.get("value"):
        yield Finding(MANIFEST, f"the rating it claims, {told.rating.get('value')}, is not the last step of {DECISION}")
    if log.review.id != told.review:
        yield Finding(MANIFEST, "the review it names is not that of the facts")


def _missing(log: Log, told: Manifest) -> Iterator[Finding]:
    """Mails that facts name, and that are neither there nor said to be gone."""
    there = {one.path for one in told.parts} | {one.what for one in told.left_out}
    for fact in log.facts:
        if isinstance(fact, Message | AutoReply | Bounce) and f"{MAILS}{fact.mail}.eml" not in there:
            yield Finding(f"{MAILS}{fact.mail}.eml", f"it is missing: the {fact.kind} {fact.id} rests on it")


def _signatures(path: str, arrival: Mapping[str, Any], raw: bytes) -> tuple[int, list[Finding]]:
    """Hold the signatures of a mail against the keys as they were seen; how many, and which do not end as claimed."""
    keys, claimed = arrival.get("keys"), arrival.get("signatures")
    if not isinstance(keys, dict) or not isinstance(claimed, list) or not keys:
        return 0, []
    known = {str(name): str(key).encode("ascii", "replace") for name, key in keys.items()}
    now = [(one.domain, one.key, str(one.holds)) for one in check_signatures(raw, known) if one.key in known]
    then = [(one.get("domain"), one.get("key"), one.get("holds")) for one in claimed if isinstance(one, dict)]
    then = [one for one in then if one[1] in known]
    if now == then:
        return len(now), []
    return len(now), [Finding(path, f"it claims of the mail's signatures {_ends(then)}, and they give {_ends(now)}")]


def _ends(signatures: list[tuple[Any, ...]]) -> str:
    return ", ".join(f"{domain}: {holds}" for domain, _, holds in signatures) or "none"
