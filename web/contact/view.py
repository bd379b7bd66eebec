"""The mail as a page: what its link "view in browser" opens, for who cannot read it where it came."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reviews.doorstep import doorstep
from reviews.tokens import VIEW
from reviews.visits import expires_at
from templates.letters import invitation, to_customer
from templates.mails import compile_mails
from web.answers.refusals import Refused
from web.contact.link import contact_log
from web.door import door_of

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https:; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""A mail carries its styles inside it; no script could use them here, and no other page has this policy."""


async def viewed(request: Request) -> Response:
    """Somebody opened the invitation as a page. It rates nothing; its links are those of the mail."""
    door = door_of(request)
    log = await contact_log(request, VIEW)
    if door.clock() > expires_at(doorstep(log), door.rules):
        raise Refused(410)
    brand = to_customer(door.brand_of(log.review.brand), log.review)
    page = compile_mails(brand).html(invitation(log, brand=brand, links=door.links))
    return HTMLResponse(page, headers={"Content-Security-Policy": MAIL_POLICY})
