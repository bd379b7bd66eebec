"""A member of staff wants a customer to be asked now, POST /api/v1/reviews/{id}/ask, or once more after it was put
right, /ask-again; the record page has a form for each."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.by_hand import asked_again, asked_by_hand, why_not_again
from reviews.sending import unwanted
from reviews.shapes import instant
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.tickets.body import AskNow
from web.tickets.reading import WrongFields, read_as, read_body

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """A program asks on behalf of somebody. 409 says why the customer is not asked."""
    door, id, wanted = door_of(request), request.path_params["id"], await _wanted(request)
    if refusal := await ask_now(door, id, who=wanted.who, reason=wanted.reason):
        raise Refused(409, detail=f"The customer is not asked: {refusal}.")
    return JSONResponse({"review": id, "asks_at": instant(door.clock())}, 202)


async def asked_once_more(request: Request) -> Response:
    """It was put right, and the customer is asked once more. 409 says why they are not."""
    door, id, wanted = door_of(request), request.path_params["id"], await _wanted(request)
    known, at = await door.store.log(id), door.clock()
    if known is None:
        raise Refused(404, detail="There is no review with this id.")
    manners = door.brand_of(known.review.brand).manners
    elsewhere = await door.store.elsewhere(known, manners=manners, now=at)
    refusal = why_not_again(known) or unwanted(known, manners=manners, elsewhere=elsewhere, now=at)
    if refusal:
        raise Refused(409, detail=f"The customer is not asked: {refusal}.")
    asking = partial(asked_again, action=door.new_id(), who=wanted.who, reason=wanted.reason, at=at)
    recorded = await door.store.record(id, asking)
    log.info("asked again", review=id, new=len(recorded.new))
    return JSONResponse({"review": id, "asks_at": instant(at)}, 202)


async def _wanted(request: Request) -> AskNow:
    try:
        return read_as(AskNow, await read_body(request))
    except WrongFields as error:
        raise error.refused() from None


async def ask_now(door: Door, review: str, *, who: str, reason: str) -> str:
    """Ask now, past the brand's own rules, though never against the customer's wish; why not, or ''. Refused 404 for
    a review that is none."""
    known, at = await door.store.log(review), door.clock()
    if known is None:
        raise Refused(404, detail="There is no review with this id.")
    manners = door.brand_of(known.review.brand).manners
    elsewhere = await door.store.elsewhere(known, manners=manners, now=at)
    if refusal := unwanted(known, manners=manners, elsewhere=elsewhere, now=at):
        return refusal
    if known.sends:
        return "they were asked already"
    rule = partial(asked_by_hand, action=door.new_id(), who=who, reason=reason, at=at)
    recorded = await door.store.record(review, rule)
    log.info("asked by hand", review=review, new=len(recorded.new))
    return ""
