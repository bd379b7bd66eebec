"""Somebody does something about one review, or about several at once."""

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.facts import Message
from reviews.followups import passed_on_at
from reviews.log import Log
from reviews.roles import Right, Staff
from store import writing
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import FIELDS_MAX, read_form, refuse_foreign
from web.staff.care import keepers
from web.staff.deeds import SEVERAL, Doer, Form, doer, right_of, rule_of
from web.staff.record import record_page
from web.staff.sign_in import HOME
from web.staff.walls import allowed, seen_record, staff_of

AT_ONCE_MAX = 50
"""Reviews of one form: two pages of the inbox."""
CHOSEN = "r-"
"""How the fields begin that name the chosen reviews."""
log = structlog.get_logger()


async def tended(request: Request) -> Response:
    """A form of the record page."""
    refuse_foreign(request)
    staff, form = await staff_of(request, Right.TEND), await read_form(request)
    known = await seen_record(request, staff, right_of(form))
    door, review = door_of(request), known.review.id
    if form.get("do") == "answer" and (before := _overtaken(known, form)):
        return await record_page(request, staff, known, words=form.get("words", ""), before=before)
    recorded = await door.store.record(review, rule_of(form, await _doer(door, staff, form, known)))
    if form.get("do") == "answer":
        await door.store.write(partial(writing.stopped, review=review, email=staff.email))
    log.info("tended", review=review, did=form.get("do", ""), new=len(recorded.new))
    return RedirectResponse(_back(form) or f"{HOME}/{review}", status_code=303)


async def several_tended(request: Request) -> Response:
    """A form of the inbox: the same to every review that was chosen; the page after it offers to undo that."""
    refuse_foreign(request)
    staff, form = await staff_of(request, Right.TEND), await read_form(request, most=AT_ONCE_MAX + FIELDS_MAX)
    if form.get("do") not in SEVERAL:
        raise Refused(422)
    door = door_of(request)
    chosen = [name.removeprefix(CHOSEN) for name in form if name.startswith(CHOSEN)][:AT_ONCE_MAX]
    rule = rule_of(form, doer(staff, form, new_id=door.new_id, at=door.clock()))
    changed = list[str]()
    for review in chosen:
        known = await door.store.log(review)
        if known and allowed(staff, known, Right.TEND) and (await door.store.record(review, rule)).new:
            changed.append(review)
    log.info("several tended", did=form["do"], new=len(changed))
    return RedirectResponse(_told(_back(form) or HOME, form, changed), status_code=303)


async def write_seen(request: Request) -> Response:
    """Somebody writes an answer at this moment: others see it."""
    refuse_foreign(request)
    staff = await staff_of(request, Right.TEND)
    known, door = await seen_record(request, staff, Right.TEND), door_of(request)
    name = staff.name or staff.email
    began = partial(writing.began, review=known.review.id, email=staff.email, name=name, at=door.clock())
    await door.store.write(began)
    return Response(status_code=204)


async def _doer(door: Door, staff: Staff, form: Form, known: Log) -> Doer:
    """Who does it; and whom it may be given to, where that is asked for."""
    given = await keepers(door, known) if form.get("do") == "assign" else ()
    return doer(staff, form, new_id=door.new_id, at=door.clock(), people=given)


def _overtaken(known: Log, form: Form) -> str:
    """Who answered since the page was opened on which this was written, '' for nobody; whoever was told and sends it
    again means it."""
    answers = [message for message in known.of(Message) if passed_on_at(known, message)]
    told = form.get("answers", "")
    if not answers or form.get("sure") or not told.isdigit() or int(told[:4]) >= len(answers):
        return ""
    return answers[-1].sender_name or answers[-1].sender


def _back(form: Form) -> str:
    """Where the form stood, if that is the inbox: nobody is sent elsewhere by what a form says."""
    place = urlsplit(form.get("back", ""))
    here = not place.scheme and not place.netloc and place.path == HOME
    return f"{HOME}?{place.query}" if here and place.query else ""


def _told(back: str, form: Form, changed: list[str]) -> str:
    """The inbox, with what was done and to which."""
    asked = [(name, value) for name, value in parse_qsl(urlsplit(back).query) if name not in ("did", "on", "with")]
    did = [("did", form["do"]), ("on", ",".join(changed)), ("with", form.get("tag", ""))] if changed else []
    return f"{HOME}?{urlencode([*asked, *((n, v) for n, v in did if v)])}"
