"""A review as a signed bundle: for who may decide about it, without what only the customer may press. And the public
keys, for everybody who was given one."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.evidence import evidence
from reviews.roles import Right
from store.bundles import bundled, held
from templates.evidence import story
from web.answers.refusals import Refused
from web.door import door_of
from web.staff.walls import seen_record, staff_of

TYPE = "application/zip"
AN_HOUR = {"Cache-Control": "public, max-age=3600"}

log = structlog.get_logger()


async def saved(request: Request) -> Response:
    """Who may grant exclusions may prove a review to others. Refused 404 where nothing can be signed."""
    review = (await seen_record(request, await staff_of(request, Right.GRANT), Right.GRANT)).review
    door = door_of(request)
    found = await door.store.read(partial(held, review=review.id))
    if found is None or not door.bundle_keys:
        raise Refused(404)
    from templates.bundle import packed  # with `cryptography`: 7 MB that most processes never need

    words = story(evidence(found.log, door.rules, now=door.clock()), door.brand_of(review.brand))
    by, ours = door.links.base_url, door.links.ours
    made = bundled(found, rules=door.rules, made_at=door.clock(), made_by=by, story=words, ours=ours)
    content = b"".join(packed(made, door.bundle_keys[0], _none))
    log.info("bundle made", review=review.id, edition=made.edition, parts=len(made.parts))
    headers = {"Content-Disposition": f'attachment; filename="review-{review.id}.zip"'}
    return Response(content, media_type=TYPE, headers=headers)


async def published(request: Request) -> Response:
    """The public keys, the one that signs first."""
    from templates.bundle import key_set

    return JSONResponse(key_set(door_of(request).bundle_keys), headers=AN_HOUR)


def _none(path: str) -> bytes:
    raise AssertionError(f"{path} is kept back in this edition")
