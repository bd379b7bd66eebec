"""What leaves the house when one review is to be proved? All of it on one snapshot, as the parts of a bundle."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from reviews.clicks import Timeline
from reviews.facts import AutoReply, Bounce, Fact, Message
from reviews.log import Log
from reviews.provenance import (
    MAILS,
    REDACTED,
    STORY,
    WHOLE,
    Manifest,
    Part,
    decision_part,
    encoded,
    fact_parts,
    gone,
    part,
    without_links,
)
from reviews.redacted import Ours
from reviews.rules import Rules
from reviews.shapes import instant, rating_shape
from store import outbox, steps
from store.engines import Row, Session
from store.facts import load
from store.outbox import Outgoing
from store.rows import write_fact

ARRIVALS_MAX = 2_000
"""Of one review: a thread holds some hundred messages."""
ARRIVALS = """select arrival.id, arrival.mail, arrival.envelope, arrival.status, arrival.reason, judged.verdict,
    judged.why, judged.seen, judged.signatures
    from arrival left join judged on judged.arrival = arrival.id
    where arrival.review = :review or arrival.mail in (select asked.value ->> 0 from {each})
    order by arrival.at, arrival.id limit :most"""
SIZES = "select sha256, size_bytes from mail where sha256 in (select asked.value ->> 0 from {each})"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one review, as it was at one moment."""

    log: Log
    timeline: Timeline
    deliveries: tuple[Outgoing, ...]
    arrivals: tuple[Row, ...]
    mails: dict[str, int]
    """The size of each mail whose bytes are there, by its hash."""
    named: tuple[str, ...]
    """The hashes of all mails that the record names."""


def held(session: Session, review: str) -> Held | None:
    """All that a bundle tells of a review, but the bytes of its mails; None when there is no such review."""
    log = load(session, review)
    if log is None:
        return None
    told = dict.fromkeys(fact.mail for fact in log.facts if isinstance(fact, Message | AutoReply | Bounce))
    each = session.dialect.each
    asked = json.dumps([[one] for one in told])
    rows = session.rows(ARRIVALS.format(each=each), review=review, asked=asked, most=ARRIVALS_MAX)
    named = tuple(dict.fromkeys([*told, *(row["mail"] for row in rows)]))
    sizes = session.rows(SIZES.format(each=each), asked=json.dumps([[one] for one in named]))
    mails = {row["sha256"]: int(row["size_bytes"]) for row in sizes}
    deliveries = tuple(outbox.of_review(session, review))
    return Held(log, steps.load(session, review), deliveries, tuple(rows), mails, named)


def bundled(
    found: Held, *, rules: Rules, made_at: datetime, made_by: str, story: str, ours: Ours | None = None
) -> Manifest:
    """The bundle of what is held; with `ours` the edition without what only the customer may press. `story` tells in
    words what happened."""
    edition = REDACTED if ours else WHOLE
    texts = [
        *_texts(found, ours),
        decision_part(found.timeline, rules),
        part(STORY, "what happened, in words", _text(story, ours)),
    ]
    mails = () if ours else tuple(_mail(sha256, size) for sha256, size in sorted(found.mails.items()))
    review = found.log.review
    return Manifest(
        review=review.id,
        brand=review.brand,
        ticket=review.ticket,
        made_at=instant(made_at),
        made_by=made_by,
        edition=edition,
        chain_head=[one.sha256 for one in texts if one.path.startswith("facts/")][-1],
        rating=rating_shape(review, found.timeline.at(made_at)),
        left_out=tuple(gone(found.log, found.named, found.mails, edition=edition)),
        parts=(*texts, *mails),
    )


def _text(story: str, ours: Ours | None) -> bytes:
    return str(without_links(story, ours) if ours else story).encode()


def _texts(found: Held, ours: Ours | None) -> list[Part]:
    """Facts, deliveries and arrivals."""
    facts: Iterable[Fact] = (found.log.review, *found.log.facts, *found.log.suppressions)
    told = [(fact, _safe(from_json(write_fact(fact)), ours)) for fact in facts]
    deliveries = [
        part(f"deliveries/{number:05}.json", _about_delivery(one), encoded(_safe(_delivery(one), ours)))
        for number, one in enumerate(found.deliveries, 1)
    ]
    arrivals = [
        part(f"arrivals/{number:05}.json", f"arrival of {row['mail'][:12]}", encoded(_safe(_arrival(row), ours)))
        for number, row in enumerate(found.arrivals, 1)
    ]
    return [*fact_parts(told), *deliveries, *arrivals]


def _safe(told: Any, ours: Ours | None) -> Any:  # noqa: ANN401 - whatever JSON holds
    return without_links(told, ours) if ours else told


def _mail(sha256: str, size_bytes: int) -> Part:
    return Part(f"{MAILS}{sha256}.eml", "a mail as it came", sha256, size_bytes)


def _about_delivery(one: Outgoing) -> str:
    return f"{one.delivery.purpose} {one.status}"


def _delivery(one: Outgoing) -> dict[str, Any]:
    """One outgoing mail and its fate."""
    return {
        "id": one.delivery.id,
        "kind": str(one.delivery.purpose),
        "to": one.delivery.recipient.email,
        "message_id": one.message_id,
        "relay_id": one.relay_id or None,
        "status": one.status,
        "attempts": one.attempts,
        "reason": one.reason or None,
        "settled_at": instant(one.settled_at) if one.settled_at else None,
        "subject": one.subject,
        "text": one.sent_text,
    }


def _arrival(row: Row) -> dict[str, Any]:
    """One arrival: the envelope, the verdict on the sender, the keys as they stood in the DNS, and which signatures
    held by them."""
    return {
        "id": row["id"],
        "mail": row["mail"],
        "envelope": from_json(row["envelope"]),
        "status": row["status"],
        "reason": row["reason"] or None,
        "verdict": row["verdict"] or None,
        "why": row["why"] or None,
        "keys": from_json(row["seen"]) if row["seen"] else {},
        "signatures": from_json(row["signatures"]) if row["signatures"] else None,
    }
