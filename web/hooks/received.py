"""A helpdesk's webhook came in: POST /hooks/{id} for a closed ticket, /hooks/{id}/reopened for one opened again."""

import structlog
from starlette.requests import Request
from starlette.responses import Response

from store import Source
from web.answers.refusals import Refused
from web.door import door_of
from web.hooks.mapping import WrongMapping, mapped, places
from web.hooks.signature import SIGNATURES, signed
from web.tickets.body import ReopenedTicket
from web.tickets.closed import answer, take
from web.tickets.reading import WrongFields, read_as, read_json, read_ticket
from web.tickets.reopened import take as take_reopened

CHALLENGE = {"WWW-Authenticate": "Signature"}  # RFC 9110 section 15.5.2: a 401 names what it wants

log = structlog.get_logger()


async def received(request: Request) -> Response:
    """The webhook of a source: signed, mapped, then the same as POST /api/v1/tickets."""
    door, source = door_of(request), await _source(request)
    payload, at = read_json(await request.body()), door.clock()
    try:
        fields = {"source": source.id, **mapped(payload, source.mapping), "brand": source.brand}
        ticket = read_ticket(fields, brands=door.brands, brand=source.brand, at=at, rules=door.rules)
    except WrongFields as error:
        log.warning("webhook not understood", source=source.id, fields=sorted(error.wrong))
        raise WrongFields(places(error.wrong, source.mapping)).refused() from None
    except WrongMapping as error:
        raise Refused(422, detail=f"The mapping of this source: {error}") from None
    return answer(door, await take(door, ticket, at=at, teller=source.id))


async def reopened(request: Request) -> Response:
    """The same helpdesk tells, in the same shape, that it opened a ticket again: of its fields the ticket counts."""
    door, source = door_of(request), await _source(request)
    payload = read_json(await request.body())
    told = mapped(payload, {field: place for field, place in source.mapping.items() if field == "ticket"})
    try:
        ticket = read_as(ReopenedTicket, {"source": source.id, **told})
    except WrongFields as error:
        log.warning("webhook not understood", source=source.id, fields=sorted(error.wrong))
        raise WrongFields(places(error.wrong, source.mapping)).refused() from None
    return await take_reopened(door, ticket, brand=source.brand, at=door.clock(), teller=source.id)


async def _source(request: Request) -> Source:
    """The source that signed this request; Refused 404 where there is none, 401 where it did not."""
    source = await door_of(request).store.source(request.path_params["id"])
    if source is None:
        raise Refused(404, detail="There is no source with this id.")
    if not signed(await request.body(), request.headers, source.secret):
        log.warning("webhook refused", source=source.id)
        raise Refused(401, detail=f"Sign the body: {SIGNATURES[0]}: sha256=HEX (HMAC-SHA256).", headers=CHALLENGE)
    return source
