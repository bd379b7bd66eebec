"""What does a rating rest on, for a program: GET /api/v1/reviews/{id}/evidence and …/rating."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.evidence import Entry, Evidence, evidence
from reviews.facts import Hit, StaffAction, Vote
from reviews.rules import VERSION
from reviews.shapes import Shape, instant
from templates.brands import Brand
from templates.evidence import sentence
from web.answers.refusals import Refused
from web.door import door_of


async def told(request: Request) -> Response:
    """Every visit and vote in order, in words, with the rule; and the rating they amount to."""
    door = door_of(request)
    log = await door.store.log(request.path_params["id"])
    if log is None:
        raise Refused(404, detail="There is no review with this id.")
    found = evidence(log, door.rules, now=door.clock())
    return JSONResponse(evidence_shape(found, door.brand_of(log.review.brand), as_of=door.clock()))


def evidence_shape(found: Evidence, brand: Brand, *, as_of: datetime) -> Shape:
    """The evidence as JSON."""
    step, visits = found.step, found.visits
    return {
        "status": step.status,
        "rating": step.value,
        "counted": step.counted,
        "confidence": step.grade,
        "needs_tap": step.needs_tap,
        "reasons": list(step.reasons),
        "decided_at": instant(step.at),
        "as_of": instant(as_of),
        "rules_version": VERSION,
        "hits": len(visits),
        "machine_hits": sum(bool(hit.machine) for hit in visits),
        "votes": [_vote(entry, found) for entry in found.votes],
        "staff": [_staff(entry.fact) for entry in found.entries if isinstance(entry.fact, StaffAction)],
        "events": [_event(entry, brand) for entry in found.entries],
    }


def _vote(entry: Entry, found: Evidence) -> Shape:
    vote, standing = entry.fact, entry.standing
    assert isinstance(vote, Vote)
    hits = {hit.id: hit for hit in found.visits}
    seen = hits.get(vote.hit)
    network = f"{seen.network}: {seen.owner}" if seen and seen.network else vote.network
    return {
        "id": vote.id,
        "at": instant(vote.at),
        "rating": vote.answer,
        "evidence": vote.evidence,
        "mode": vote.mode,
        "state": standing.state if standing else None,
        "reasons": list(standing.reasons) if standing else [],
        "client": entry.client or None,
        "network": network or None,
    }


def _staff(action: StaffAction) -> Shape:
    return {
        "at": instant(action.at),
        "who": action.who,
        "action": action.action,
        "vote": action.about or None,
        "reason": action.reason,
    }


def _event(entry: Entry, brand: Brand) -> Shape:
    hit = entry.fact if isinstance(entry.fact, Hit) else None
    reasons = entry.standing.reasons if entry.standing else ()
    return {
        "at": instant(entry.at),
        "kind": entry.fact.kind,
        "client": entry.client or None,
        "machine": hit.machine or None if hit else None,
        "reasons": list(reasons),
        "words": sentence(entry, brand),
    }
