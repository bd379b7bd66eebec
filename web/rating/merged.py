"""A link that a helpdesk made itself, by putting a ticket's number behind a pattern of ours: GET /m/{token}/{answer}.

The pattern is signed for its source; the number is not, and cannot be. So whoever has one such link can write another
number behind it. What holds against that: a source that tells of its tickets takes no number it did not tell of; of any
other the first who rates a ticket is the only one who can, and where its helpdesk can be asked, nothing counts before
it has said that there is such a ticket; no such rating takes the place of one given by a link of our own; and by this
way nobody is ever mailed, as nobody's address is known.
"""

import re
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.clicks.vouching import CHECKED_LINK
from reviews.facts import Review, SnippetGiven
from reviews.log import Log
from reviews.model import ANSWERS, EMBEDDED, Person, slots_of
from reviews.tokens import MERGE
from reviews.voting import NOBODY_KNOWN, of_rater
from store import Source, lists
from templates.brands import Brand
from templates.plain import NOTHING_HERE, RATED_ELSEWHERE, RELOAD
from web.answers.pages import message
from web.answers.refusals import Refused
from web.client import visit_of
from web.door import Door, door_of

KNOWN, FIRST, CHECKED = "known", "first", "checked"
"""Whether a ticket must have been told of; or the first use decides; or that, and its helpdesk is asked."""
TICKET = "ticket"
NUMBERS = re.compile(r"[A-Za-z0-9._/#-]{1,60}")
"""What placeholders become; one that was left as it is has braces or signs."""
CLOSING = "link"

log = structlog.get_logger()


async def opened(request: Request) -> Response:
    """Somebody or something requested such a link: it leads to the rating page of its ticket, where all else holds as
    for a link of ours. The page is led to by 303, so that it is a request of its own."""
    door = door_of(request)
    source, mode = await _source(request)
    answer, number = request.path_params["answer"], request.query_params.get(TICKET, "").strip()
    if answer not in ANSWERS or not NUMBERS.fullmatch(number):
        raise Refused(404, NOTHING_HERE)
    brand = door.brand_of(source.brand)
    known = await _known(door, source, number)
    if known is None and mode != KNOWN:
        known = await _begun(door, source, brand, number, CHECKED_LINK if mode == CHECKED else CLOSING)
    if known is None:
        raise Refused(404, NOTHING_HERE)
    visit = visit_of(door, request.scope, door.clock())
    if mode != KNOWN and not of_rater(known, {visit.client, visit.before}):
        return message(*RATED_ELSEWHERE, brand=brand)
    url = door.links.rate(known.review).get(answer)
    if url is None:  # the brand asks on another scale since the pattern was copied
        raise Refused(404, NOTHING_HERE)
    return RedirectResponse(url.removeprefix(door.links.base_url), status_code=303)


async def _source(request: Request) -> tuple[Source, str]:
    """Whose pattern it is; Refused 404 where we did not sign it, or the source is gone."""
    door = door_of(request)
    match door.keys.read_link(MERGE, request.path_params["token"]):
        case [str(id), str(mode)]:
            found = await door.store.source(id)
            if found and found.brand in door.brands:
                return found, mode
    raise Refused(404)


async def _known(door: Door, source: Source, number: str) -> Log | None:
    of_ticket = partial(lists.of_ticket, brand=source.brand, source=source.id, ticket=number)
    found = await door.store.read(of_ticket)
    return await door.store.log(found[0]) if found else None


async def _begun(door: Door, source: Source, brand: Brand, number: str, closing: str) -> Log:
    """The review of a ticket that nobody told of. The mail it stands in went out at a time we do not know, long enough
    ago for a person to have read it. Refused 429 while a source's links begin too many."""
    at = door.clock()
    if wait := await door.begun_by_links.wait_seconds(door.store, source.id, now=at):
        raise Refused(429, RELOAD, headers={"Retry-After": str(wait)})
    slots = door.shuffled(slots_of(brand.scale))
    review = Review(
        source.brand, source.id, number, closing, at, at, "", Person(NOBODY_KNOWN), None, "", (), EMBEDDED, None, "",
        slots, scale=brand.scale,
    )  # fmt: skip
    given = SnippetGiven(review.id, at - door.rules.early - door.rules.min_age, brand.wording)
    new = await door.store.record_new(review, given)
    log.info("review begun by a link", review=review.id, teller=source.id, new=bool(new))
    known = await door.store.log(review.id)
    assert known is not None
    return known
