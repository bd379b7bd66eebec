"""Which review and which of its link slots does a rating link stand for?"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from starlette.requests import Request

from reviews.tokens import RATE
from web.answers.refusals import Refused
from web.client import visit_of
from web.door import door_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RatingLink:
    """One link slot of one review: an answer or a decoy, by the review's own permutation."""

    review: str
    slot: int


def rating_link(request: Request, *, at: datetime) -> RatingLink:
    """The link a request came by; Refused 404 when we did not sign it."""
    match door_of(request).keys.read_link(RATE, request.path_params["token"]):
        case [str(review), int(slot)]:
            return RatingLink(review, slot)
    log.info("rating link refused", client=visit_of(request, at).client)
    raise Refused(404)
