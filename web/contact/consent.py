"""May the customer's words be shown to others? A page behind the link of the mail that asks; a button chooses."""

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.consents import words_asked_for
from reviews.handling import ASKED, consent
from reviews.model import FIRST_NAME, INITIALS, NAMELESS
from reviews.testimonials import shown_name
from reviews.tokens import CONSENT
from reviews.wanted import consented
from templates.letters import to_customer
from web.answers.pages import page
from web.answers.refusals import Refused
from web.contact.link import contact_log
from web.door import door_of
from web.forms import read_form

CHOICES = {"yes": FIRST_NAME, "initials": INITIALS, "nameless": NAMELESS}
"""Under which name a yes lets their words be shown."""
NO = "no"

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
        words=words_asked_for(known),
        first_name=known.review.contact.first_name,
        shown_as=shown_name(known),
        action=request.url.path,
    )


async def chosen(request: Request) -> Response:
    """A press on the page: the link alone is the right."""
    door, known = door_of(request), await contact_log(request, CONSENT)
    choice = (await read_form(request)).get("choice", "")
    if choice not in CHOICES and choice != NO:
        raise Refused(422)
    shown_as = CHOICES.get(choice, FIRST_NAME)
    rule = partial(consented, at=door.clock(), withdrawn=choice == NO, shown_as=shown_as)
    recorded = await door.store.record(known.review.id, rule)
    log.info("consent chosen", review=known.review.id, choice=choice, new=len(recorded.new))
    return RedirectResponse(request.url.path, status_code=303)
