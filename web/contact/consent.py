"""May the customer's words be shown to others? A page behind the link of the mail that asks; a button chooses."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.handling import ASKED, consent
from reviews.tokens import CONSENT
from reviews.wanted import consented
from templates.consenting import own_words
from templates.letters import to_customer
from web.answers.pages import page
from web.answers.refusals import Refused
from web.contact.link import contact_log
from web.door import door_of
from web.forms import read_form

CHOICES = {"yes": False, "no": True}
"""Whether a choice takes consent back."""

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """Opening the link changes nothing: scanners do it too."""
    door, known = door_of(request), await contact_log(request, CONSENT)
    state = consent(known)
    if not state:
        raise Refused(404)  # nobody asked, or they were forgotten
    return page(
        "consent",
        brand=to_customer(door.brand_of(known.review.brand), known.review),
        chosen="" if state == ASKED else state,
        words=own_words(known),
        first_name=known.review.contact.first_name,
        action=request.url.path,
    )


async def chosen(request: Request) -> Response:
    """A press on the page: the link alone is the right."""
    door, known = door_of(request), await contact_log(request, CONSENT)
    choice = (await read_form(request)).get("choice", "")
    if choice not in CHOICES:
        raise Refused(422)
    rule = partial(consented, at=door.clock(), withdrawn=CHOICES[choice])
    recorded = await door.store.record(known.review.id, rule)
    log.info("consent chosen", review=known.review.id, choice=choice, new=len(recorded.new))
    return RedirectResponse(request.url.path, status_code=303)
