"""A helpdesk's webhook came in: POST /hooks/{id}, and /hooks/{id}/reopened where the payload itself does not say so."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from store import DeadLetter, Source, dead_letters, lists
from web.answers.refusals import RETRY_AFTER_SECONDS, Refused
from web.door import Door, door_of
from web.hooks.echoes import echo
from web.hooks.mapping import Event
from web.hooks.presets import preset
from web.hooks.signature import TOKEN_PARAMETER, why_refused
from web.hooks.understood import PATH_EVENT, Closed, Meaning, NotUnderstood, Sent, TakenBack, kept_headers, understood
from web.tickets import reopened as reopening
from web.tickets.closed import answer, take

CHALLENGE = {"WWW-Authenticate": "Signature"}  # RFC 9110 section 15.5.2: a 401 names what it wants
ECHO = "it tells of what we wrote into the ticket ourselves"
WORDS = {Event.REOPENED: "the ticket was opened again", Event.MERGED: "the ticket was merged into another"}
FULL = "Too many webhooks of this source could not be read; mend its mapping, and send this one again."

log = structlog.get_logger()


async def received(request: Request) -> Response:
    """The webhook of a source: verified, understood, recorded, and only then answered. One that cannot be read is kept
    with the reason and answered 202, so that the helpdesk need not send it again."""
    return await _received(request, {})


async def reopened(request: Request) -> Response:
    """The same of a ticket that was opened again, whatever the payload says."""
    return await _received(request, {PATH_EVENT: Event.REOPENED.value})


async def _received(request: Request, known: dict[str, str]) -> Response:
    door, body = door_of(request), await request.body()  # first of all: who leaves after that is heard nonetheless
    at = door.clock()
    source = await door.store.source(request.path_params["id"])
    if source is None:
        raise Refused(404, detail="There is no source with this id.")
    token = request.query_params.get(TOKEN_PARAMETER, "")
    scheme = preset(source.preset).scheme
    if reason := why_refused(scheme, body, request.headers, secret=source.secret, at=at, token=token):
        log.warning("webhook refused", source=source.id, reason=reason)
        raise Refused(401, detail=reason, headers=CHALLENGE)
    sent = Sent(body, kept_headers(source, request.headers) | known, at)
    try:
        meaning = understood(source, sent, brands=door.brands, rules=door.rules)
    except NotUnderstood as error:
        return await _kept(door, source, sent, error)
    return await recorded(door, source, meaning, sent)


async def recorded(door: Door, source: Source, meaning: Meaning, sent: Sent) -> Response:
    """What the helpdesk is told once all of it is on disk."""
    if isinstance(meaning, Closed):
        if await echo(door, meaning, at=sent.at):
            log.info("webhook of our own change", source=source.id)
            return JSONResponse({"reviews": [], "reason": ECHO})
        return answer(door, await take(door, meaning.ticket, at=sent.at, teller=source.id))
    if isinstance(meaning, TakenBack):
        reviews = await _taken_back(door, source, meaning, sent)
        return JSONResponse({"reviews": reviews, "reason": meaning.event})
    return JSONResponse({"reviews": [], "reason": meaning.reason})


async def _taken_back(door: Door, source: Source, told: TakenBack, sent: Sent) -> list[str]:
    """Who was to be asked about the ticket is not asked; the reviews it has had."""
    of_ticket = partial(lists.of_ticket, brand=source.brand, source=source.id, ticket=told.ticket)
    reviews = await door.store.read(of_ticket)
    await reopening.take(door.store, reviews, since=sent.at, at=sent.at, teller=source.id, why=WORDS[told.event])
    return reviews


async def _kept(door: Door, source: Source, sent: Sent, error: NotUnderstood) -> Response:
    letter = DeadLetter(source.id, sent.at, str(error), sent.body, sent.headers)
    if not await door.store.write(partial(dead_letters.keep, letter=letter)):
        raise Refused(503, detail=FULL, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    log.warning("webhook not understood", source=source.id, letter=letter.id, fields=sorted(error.wrong))
    kept = {"kept": letter.id, "reason": error.reason, "errors": list(error.problems)}
    return JSONResponse(kept, 202)
