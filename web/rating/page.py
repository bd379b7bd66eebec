"""What does a request for a rating link get? A GET is kept and never rates (click-protocol 3.3)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from reviews import flow, hindsight
from reviews.clicks import told
from reviews.facts import Hit
from reviews.log import Log
from reviews.model import Status
from reviews.suspects import Suspicion
from reviews.tokens import PAGE, Nonce, write_nonce
from reviews.visits import (
    DECLARED,
    DECOYED,
    EXPIRED,
    FETCH_DEST,
    FILTER,
    FLOOD,
    METHOD,
    NOT_SENT,
    PREFETCH,
    SPECULATION_HEADERS,
    TOO_SOON,
    Visit,
)
from store import Recorded
from templates.brands import Brand
from templates.pages import rating_page
from templates.plain import CLOSED, IN_A_BROWSER, USE_THE_MAIL
from web.answers.pages import message, page
from web.client import visit_of
from web.door import Door, door_of
from web.rating.link import rating_link, suspect

COMMENT = "comment"
METHODS = ("GET", "HEAD", "OPTIONS")
VARY = ", ".join(name.title() for name in SPECULATION_HEADERS)

log = structlog.get_logger()


async def opened(request: Request) -> Response:
    """Somebody or something requested a rating link."""
    door = door_of(request)
    at, hit = door.clock(), door.new_id()
    link = await rating_link(request, at=at)
    visit = visit_of(request, at)
    own, others = _doubts(door, link.review, visit, at)
    rule = partial(_opened, doubts=own, slot=link.slot, hit=hit, visit=visit, at=at, door=door)
    recorded = await door.store.record(link.review, rule)
    await suspect(door, others, at=at)
    reason = flow.visit_reason(recorded.log, hit)
    log.info("rating link opened", review=link.review, hit=hit, machine=reason)
    brand = door.brand_of(recorded.log.review.brand)
    if reason:
        return WITHOUT_A_VOTE[reason](brand)
    return _page(request, recorded, brand=brand, slot=link.slot, hit=hit, at=at)


def done_token(door: Door, *, hit: str, kind: str) -> str:
    """What the address of the page carries after a form without script, so that it shows what was recorded."""
    return door.keys.link(PAGE, hit, kind)


def _doubts(door: Door, review: str, visit: Visit, at: datetime) -> tuple[list[Suspicion], list[Suspicion]]:
    """What this visit shows of its client: for this review, and for the others it touches."""
    found = door.suspects.visited(visit.client, review, at=at)
    return [one for one in found if one.review == review], [one for one in found if one.review != review]


def _opened(
    seen: Log, *, slot: int, hit: str, visit: Visit, doubts: Sequence[Suspicion], at: datetime, door: Door
) -> flow.Facts:
    opened = flow.link_opened(seen, hit=hit, link=seen.review.slots[slot], visit=visit, at=at, rules=door.rules)
    if not doubts:
        return opened
    return (*opened, *(fact for one in doubts for fact in hindsight.client_suspected(seen, suspicion=one, at=at)))


def _page(request: Request, recorded: Recorded, *, brand: Brand, slot: int, hit: str, at: datetime) -> Response:
    door, review = door_of(request), recorded.log.review
    told = _state(request, recorded, at) if request.scope["query_string"] else None
    state, chosen = told or ("asking", review.slots[slot])
    html = rating_page(
        brand,
        state=state,
        chosen=chosen,
        dwell_ms=round(door.rules.dwell.total_seconds() * 1_000),
        action=request.scope["path"],
        nonce=write_nonce(door.keys, Nonce(hit, review.id, at)),
    )
    return HTMLResponse(html)


def _state(request: Request, recorded: Recorded, at: datetime) -> tuple[str, str] | None:
    """What the form that led here recorded, as the page's state and answer; None when none did, or long ago."""
    door = door_of(request)
    match door.keys.read_link(PAGE, request.query_params.get("done", "")):
        case [str(hit), str(kind)]:
            kept = recorded.log.find(Hit, hit)
        case _:
            return None
    if kept is None or at - kept.at > door.rules.nonce:
        return None
    now = told(recorded.log, recorded.timeline, hit=hit, now=at)
    if kind == COMMENT:
        return "commented", now.answer
    if now.status is Status.NONE:
        return None
    return "needs_tap" if now.needs_tap else "recorded", now.answer


def _text(brand: Brand) -> Response:
    return PlainTextResponse(f"{brand.question} {IN_A_BROWSER}\n")


def _nothing(brand: Brand) -> Response:
    return Response(media_type="text/html", headers={"Allow": ", ".join((*METHODS, "POST"))})


def _ahead_of_time(brand: Brand) -> Response:
    return Response(status_code=503, headers={"Vary": VARY})


def _too_soon(brand: Brand) -> Response:
    return page("rating", brand=brand, state="no_nonce", chosen="", action="", nonce="", dwell_ms=0)


def _closed(brand: Brand) -> Response:
    return message(*CLOSED, brand=brand, status=410)


def _decoy(brand: Brand) -> Response:
    return message(brand.question, USE_THE_MAIL, brand=brand)


WITHOUT_A_VOTE: Mapping[str, Callable[[Brand], Response]] = {
    METHOD: _nothing,
    PREFETCH: _ahead_of_time,
    FETCH_DEST: _text,
    DECLARED: _text,
    FILTER: _text,
    EXPIRED: _closed,
    NOT_SENT: _too_soon,
    TOO_SOON: _too_soon,
    DECOYED: _decoy,
    FLOOD: _text,
}
"""What is answered where the page must not be able to vote, by the reason."""
