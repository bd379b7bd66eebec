"""No more mails of this brand: by a button, by a mail program's own (RFC 8058), and the way back."""

from collections.abc import Callable, Mapping
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from reviews import subscriptions
from reviews.facts import Fact
from reviews.model import UNSUBSCRIBED
from reviews.tokens import UNSUBSCRIBE
from web.answers.pages import page
from web.answers.refusals import Refused
from web.contact.link import contact_log
from web.door import door_of
from web.forms import read_form

ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # RFC 8058 section 3.2
CHOICES: Mapping[str, Callable[..., tuple[Fact, ...]]] = {
    "stop": subscriptions.unsubscribed,
    "back": subscriptions.subscribed_again,
}

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """Opening the link changes nothing: scanners do it too."""
    known = await contact_log(request, UNSUBSCRIBE)
    return page(
        "unsubscribe",
        brand=door_of(request).brand_of(known.review.brand),
        state="done" if UNSUBSCRIBED in known.standing else "ask",
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
    if choice not in CHOICES:
        raise Refused(422)
    await door.store.record(review.id, partial(CHOICES[choice], at=door.clock()))
    log.info("subscription chosen", review=review.id, choice=choice, one_click=one_click)
    return PlainTextResponse("Done.\n") if one_click else RedirectResponse(request.url.path, status_code=303)
