"""How does staff sign in? By a link mailed to an address that is known: no password is kept."""

from datetime import timedelta
from functools import partial

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.facts import Delivery
from reviews.model import DeliveryKind, Person
from reviews.tokens import SIGN_IN
from store import Staff, people
from templates.letters import SIGN_IN_MINUTES
from templates.plain import OTHER_BROWSER, SIGN_IN_OVER
from web.answers.pages import page
from web.answers.refusals import Refused
from web.client import client_network
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.sessions import (
    SESSION,
    asking_browser,
    end_session,
    give_session,
    remember_browser,
    take_session,
)
from web.staff.single.pages import BEGIN

LINKS_MAX = 5
"""Links that may be good at one time for one person, of those asked for from one network: enough for who asks again,
too few to fill a mailbox, and nobody elsewhere can use them up."""
PATH = "/sign-in"
HOME = "/reviews"

CLEARED = '"cache", "storage"'
"""What a browser throws away at signing out: ours alone. "cookies" would take those of the whole domain."""

log = structlog.get_logger()


async def asked(request: Request) -> Response:
    """The form for the address."""
    return _page(request, "ask", action=PATH)


async def requested(request: Request) -> Response:
    """Somebody asks for a link. Known or not, the answer is the same and comes as fast: the mail is made after it."""
    refuse_foreign(request)
    door = door_of(request)
    _refuse_where_single(door)
    email = (await read_form(request)).get("email", "").strip()
    staff = await door.store.staff(email)
    browser = asking_browser(request) or door.new_id()
    answer = _page(request, "sent", action=PATH)
    remember_browser(answer, door, browser)
    if staff:
        answer.background = BackgroundTask(_mail_link, door, staff, browser, client_network(request))
    return answer


async def followed(request: Request) -> Response:
    """The link was opened, maybe by a scanner: the button signs in."""
    _sign_in_id(request)
    if not asking_browser(request):
        raise Refused(403, OTHER_BROWSER)
    return _page(request, "confirm", action=request.url.path)


async def confirmed(request: Request) -> Response:
    """The button behind the link was pressed."""
    refuse_foreign(request)
    door, now = door_of(request), door_of(request).clock()
    session_id = door.new_id()
    id = _bound(_sign_in_id(request), asking_browser(request))
    trade = partial(people.use_sign_in, id=id, session_id=session_id, expires_at=now + SESSION, now=now)
    trade = partial(trade, client=request.headers.get("user-agent", ""))
    if not await door.store.write(trade):
        raise Refused(410, SIGN_IN_OVER)
    await end_session(request)
    log.info("signed in")
    answer = RedirectResponse(HOME, status_code=303)
    give_session(answer, door, session_id)
    return answer


async def signed_out(request: Request) -> Response:
    """A member of staff signs out."""
    refuse_foreign(request)
    await end_session(request)
    single = door_of(request).single
    provider_out = await single.provider.signed_out_at() if single else ""
    answer: Response = RedirectResponse(PATH, status_code=303)
    if provider_out:
        answer = _page(request, "out", action=PATH, provider_out=provider_out)
    take_session(answer, door_of(request))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


async def _mail_link(door: Door, staff: Staff, browser: str, client: str) -> None:
    now = door.clock()
    if await door.store.read(partial(people.count_sign_ins, email=staff.email, client=client, now=now)) >= LINKS_MAX:
        log.warning("sign-in link not mailed", reason="too many are good at this time")
        return
    id = door.new_id()
    expires_at = now + timedelta(minutes=SIGN_IN_MINUTES)
    bound = _bound(id, browser)
    remember = partial(people.add_sign_in, id=bound, email=staff.email, client=client, expires_at=expires_at)
    await door.store.write(remember)
    to = Person(staff.email, staff.name)
    await door.store.post(Delivery("", now, DeliveryKind.SIGN_IN, id, to, due_at=now), brand=door.brand)
    log.info("sign-in link posted")


def _bound(id: str, browser: str) -> str:
    """The id of a sign-in: what the link carries and what the browser keeps, so that neither alone opens the door."""
    return f"{id}.{browser}"


def _refuse_where_single(door: Door) -> None:
    """Refused 404 where single sign-on is the only way in."""
    if door.single and door.single.only:
        raise Refused(404)


def _sign_in_id(request: Request) -> str:
    _refuse_where_single(door_of(request))
    match door_of(request).keys.read_link(SIGN_IN, request.path_params["token"]):
        case [str(id)]:
            return id
    raise Refused(404)


def _page(request: Request, state: str, *, action: str, provider_out: str = "") -> Response:
    door = door_of(request)
    single = door.single
    return page(
        "sign_in",
        brand=door.brand_of(door.brand),
        state=state,
        action=action,
        error="",
        minutes=SIGN_IN_MINUTES,
        single={"name": single.name, "url": BEGIN, "only": single.only} if single else None,
        provider_out=provider_out,
    )
