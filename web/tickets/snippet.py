"""A helpdesk puts the faces into its own closing mail: GET /api/v1/reviews/{id}/snippet."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews import flow
from reviews.facts import SnippetGiven
from reviews.model import EMBEDDED
from reviews.shapes import instant
from templates.letters import invitation, to_customer
from templates.snippet import snippet
from web.answers.refusals import Refused
from web.door import door_of
from web.tickets.keys import key_of

log = structlog.get_logger()


async def given(request: Request) -> Response:
    """The faces of a review that is asked in the helpdesk's own mail. The first time is when it was asked."""
    key = key_of(request)
    door = door_of(request)
    known = await door.store.log(request.path_params["id"])
    if known is None:
        raise Refused(404, detail="There is no review with this id.")
    review = known.review
    if review.ask != EMBEDDED:
        raise Refused(409, detail='This customer is asked by a mail of ours: close the ticket with "ask": "embedded".')
    if known.suppressed:
        raise Refused(409, detail=f"This customer is not to be asked: {known.suppressed}.")
    brand = to_customer(door.brand_of(review.brand), review)
    rule = partial(flow.snippet_given, wording=brand.wording, at=door.clock())
    recorded = await door.store.record(review.id, rule)
    first = recorded.log.of(SnippetGiven)[0]
    log.info("snippet given", review=review.id, teller=key, new=len(recorded.new))
    asked = invitation(recorded.log, brand=brand, links=door.links)
    ready = snippet(brand, asked)
    urls = {face.value: face.url for face in asked.faces}
    faces = [{"value": f.value, "emoji": f.emoji, "word": f.word, "url": urls[f.value]} for f in brand.faces]
    return JSONResponse(
        {
            "review": review.id,
            "given_at": instant(first.at),
            "language": brand.language,
            "question": brand.question,
            "faces": faces,
            "html": ready.html,
            "text": ready.text,
        }
    )
