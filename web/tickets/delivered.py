"""A mail service says when the receiving server took an invitation: POST /api/v1/reviews/{id}/delivered."""

from datetime import datetime
from functools import partial

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from reviews import hindsight
from reviews.facts import Delivery
from reviews.flow import Facts
from reviews.log import Log
from reviews.model import DeliveryKind
from web.answers.refusals import Refused
from web.door import door_of
from web.tickets.body import Instant
from web.tickets.reading import read_json

log = structlog.get_logger()


class Delivered(BaseModel):
    """What is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Instant


async def told(request: Request) -> Response:
    """A program that holds a key tells it. Nobody can have opened a link before; 204 also when it was known."""
    review = request.path_params["id"]
    try:
        body = Delivered.model_validate(read_json(await request.body()))
    except ValidationError as error:
        problems = [{"pointer": f"/{one['loc'][0]}", "detail": one["msg"]} for one in error.errors()]
        raise Refused(422, detail="Some fields cannot be used; see errors.", errors=problems) from None
    door = door_of(request)
    at = min(body.at, door.clock())  # what is to come has not happened
    recorded = await door.store.record(review, partial(_delivered, at=at))
    log.info("invitation delivered", review=review, new=len(recorded.new))
    return Response(status_code=204)


def _delivered(seen: Log, *, at: datetime) -> Facts:
    sent = [mail.id for mail in seen.of(Delivery) if mail.purpose is DeliveryKind.INVITATION]
    return hindsight.invitation_delivered(seen, delivery=sent[0], at=at) if sent else ()
