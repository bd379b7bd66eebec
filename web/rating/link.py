"""Which review and which of its link slots does a rating link stand for?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from starlette.types import Scope

from reviews import hindsight
from reviews.suspects import Suspicion
from reviews.tokens import RATE
from web.answers.refusals import Refused
from web.client import visit_of
from web.door import Door

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RatingLink:
    """One link slot of one review: an answer or a decoy, by the review's own permutation."""

    review: str
    slot: int


async def rating_link(door: Door, scope: Scope, *, at: datetime) -> RatingLink:
    """The link a request came by; Refused 404 when we did not sign it."""
    match door.keys.read_link(RATE, scope["path_params"]["token"]):
        case [str(review), int(slot)]:
            return RatingLink(review, slot)
    client = visit_of(door, scope, at).client
    log.info("rating link refused", client=client)
    await suspect(door, await door.store.forged(client, at=at), at=at)
    raise Refused(404)


async def suspect(door: Door, suspicions: Iterable[Suspicion], *, at: datetime) -> None:
    """Write into each review what was learnt of one of its clients."""
    for suspicion in suspicions:
        rule = partial(hindsight.client_suspected, suspicion=suspicion, at=at)
        await door.store.record(suspicion.review, rule)
        log.info("client suspected", review=suspicion.review, client=suspicion.client, why=suspicion.why)
