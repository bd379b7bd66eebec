"""What does a request for a rating link get? A GET is kept and never rates (click-protocol 3.3)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from reviews import flow, hindsight
from reviews.clicks import decide, told
from reviews.doorstep import Doorstep
from reviews.facts import Hit
from reviews.model import Status, scale_of
from reviews.rules import Rules
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
from store import Caller
from templates.brands import Brand
from templates.pages import rating_page
from templates.plain import CLOSED, IN_A_BROWSER, USE_THE_MAIL
from web.answers.pages import message, page
from web.client import visit_of
from web.door import Door, door_of
from web.rating.link import rating_link, suspect

COMMENT = "comment"
A_MILLISECOND = timedelta(milliseconds=1)
METHODS = ("GET", "HEAD", "OPTIONS")
VARY = ", ".join(name.title() for name in SPECULATION_HEADERS)

log = structlog.get_logger()


async def opened(request: Request) -> Response:
    """Somebody or something requested a rating link."""
    door, scope = door_of(request), request.scope
    at, hit = door.clock(), door.new_id()
    link = await rating_link(door, scope, at=at)
    visit = visit_of(door, scope, at)
    rule = partial(_opened, slot=link.slot, hit=hit, visit=visit, at=at, rules=door.rules)
    visited = await door.store.visit(Caller(link.review, visit.client, at, rule))
    if visited.shows:
        await suspect(door, visited.shows, at=at)
    seen = visited.seen
    brand = door.brand_of(seen.brand).said_in(*seen.languages).on_scale(scale_of(seen.slots))
    reason = visited.hit.machine if visited.hit else FLOOD
    if reason:
        log.info("rating link opened by a machine", review=link.review, hit=hit, reason=reason)
        return WITHOUT_A_VOTE[reason](brand)
    told = await _state(request, link.review, at) if scope["query_string"] else None
    state, chosen = told or ("asking", seen.slots[link.slot])
    nonce = write_nonce(door.keys, Nonce(hit, link.review, at))
    html = rating_page(
        brand,
        state=state,
        chosen=chosen,
        dwell_ms=door.rules.dwell // A_MILLISECOND,
        action=scope["path"],
        nonce=nonce,
    )
    return HTMLResponse(html)


def done_token(door: Door, *, hit: str, kind: str) -> str:
    """What the address of the page carries after a form without script, so that it shows what was recorded."""
    return door.keys.link(PAGE, hit, kind)


def _opened(
    seen: Doorstep, shows: Sequence[Suspicion], *, slot: int, hit: str, visit: Visit, at: datetime, rules: Rules
) -> flow.Facts:
    """The visit, and what it shows of its client."""
    opened = flow.link_opened(seen, hit=hit, link=seen.slots[slot], visit=visit, at=at, rules=rules)
    return (*opened, *(hindsight.suspected(seen.review, one, at=at) for one in shows)) if opened else ()


async def _state(request: Request, review: str, at: datetime) -> tuple[str, str] | None:
    """What the form that led here recorded, as the page's state and answer; None when none did, or long ago."""
    door = door_of(request)
    match door.keys.read_link(PAGE, request.query_params.get("done", "")):
        case [str(hit), str(kind)]:
            seen = await door.store.log(review)
        case _:
            return None
    kept = seen.find(Hit, hit) if seen else None
    if seen is None or kept is None or at - kept.at > door.rules.nonce:
        return None
    now = told(seen, decide(seen, door.rules), hit=hit, now=at)
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
