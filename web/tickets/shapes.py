"""What does a program read of a review? The shape of GET /api/v1/reviews/{id}."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from reviews.answering import Answering
from reviews.clicks import Timeline
from reviews.facts import Bounce
from reviews.log import Log
from reviews.model import BOUNCED
from reviews.onlookers import shows_agents
from reviews.redacted import Ours
from reviews.returned import returned, why_returned
from reviews.shapes import Shape, instant, told_shape
from store import Outgoing


def review_shape(log: Log, timeline: Timeline, deliveries: Iterable[Outgoing], *, now: datetime, ours: Ours) -> Shape:
    """One review, whole."""
    shape = told_shape(log, timeline, now=now, ours=ours)
    return {**shape, "deliveries": [_delivery(outgoing, returned(log)) for outgoing in deliveries]}


def without_agent(shape: Shape, answering: Answering) -> Shape:
    """The same, but not whose the rating is, where the brand shows no program the figures of single agents: from a
    list of ratings by name anybody has them."""
    if shows_agents([answering.figures]):
        return shape
    credit = [{**share, "agent": None} for share in shape.get("credit", ())]
    return {**shape, "agent": None, **({"credit": credit} if credit else {})}


def _delivery(outgoing: Outgoing, bounces: Mapping[str, Bounce]) -> Shape:
    bounce = bounces.get(outgoing.delivery.id)
    return {
        "kind": outgoing.delivery.purpose,
        "status": BOUNCED if bounce and bounce.permanent else outgoing.status,
        "due_at": instant(outgoing.due_at),
        "attempts": outgoing.attempts,
        "reason": (why_returned(bounce) if bounce else outgoing.reason) or None,
    }
