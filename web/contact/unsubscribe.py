"""How often may we ask? Choices on a page, a mail program's own button (RFC 8058), and the way back."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from reviews.subscriptions import WISHES, chosen_of
from reviews.tokens import UNSUBSCRIBE
from reviews.wishes import Wish
from templates.letters import to_customer
from templates.plain import PROMISES
from web.answers.pages import page
from web.answers.refusals import Refused
from web.contact.link import contact_log
from web.door import door_of
from web.forms import read_form

ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # RFC 8058 section 3.2

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """Opening the link changes nothing: scanners do it too."""
    door, known = door_of(request), await contact_log(request, UNSUBSCRIBE)
    wish = chosen_of(known, now=door.clock())
    return page(
        "unsubscribe",
        brand=to_customer(door.brand_of(known.review.brand), known.review),
        chosen=wish or "",
        promise=PROMISES[wish] if wish else "",
        action=request.url.path,
        address=known.review.contact.email,
    )


async def chosen(request: Request) -> Response:
    """A press on the page, or a mail program's own button, which comes from anywhere: the link alone is the right."""
    door = door_of(request)
    review = (await contact_log(request, UNSUBSCRIBE)).review
    form = await read_form(request)
    one_click = form.items() >= ONE_CLICK.items()
    choice = "stop" if one_click else form.get("choice", "")
    if choice not in set(Wish):
        raise Refused(422)
    await door.store.record(review.id, partial(WISHES[Wish(choice)], at=door.clock()))
    log.info("subscription chosen", review=review.id, choice=choice, one_click=one_click)
    return PlainTextResponse("Done.\n") if one_click else RedirectResponse(request.url.path, status_code=303)
