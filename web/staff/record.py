"""The record page: behind the signed link of a notice, and behind a sign-in."""

from dataclasses import dataclass
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews import flow
from reviews.log import Log
from reviews.model import Person
from reviews.tokens import RECORD
from store import quarantine
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.attached import saved
from web.staff.record_view import Record
from web.staff.sessions import signed_in
from web.staff.sign_in import HOME, PATH

SIGN_OUT = "/sign-out"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of staff at one review: what the link of a notice stands for."""

    person: Person
    log: Log


async def opened_by_link(request: Request) -> Response:
    """Who got a notice opens its link. Held answers can be sent from here."""
    seat = await seat_of_link(request)
    record = await _record(door_of(request), seat.log)
    return page(
        "record",
        brand=record.brand,
        staff_name=seat.person.name or seat.person.email,
        list_url="",
        sign_out_url="",
        **record.shown(here=request.url.path, action=request.url.path),
    )


async def held_answer_sent(request: Request) -> Response:
    """Who got a notice looked at a held answer and sends it."""
    seat = await seat_of_link(request)
    refuse_foreign(request)
    door = door_of(request)
    message = (await read_form(request)).get("held", "")
    who, action = seat.person.email, door.new_id()
    rule = partial(flow.held_answer_sent, message=message, action=action, who=who, at=door.clock())
    recorded = await door.store.record(seat.log.review.id, rule)
    log.info("held answer sent", review=seat.log.review.id, new=len(recorded.new))
    return RedirectResponse(request.url.path, status_code=303)


async def opened_by_staff(request: Request) -> Response:
    """Who is signed in opens a review from the list."""
    staff = await signed_in(request)
    if staff is None:
        return RedirectResponse(PATH, status_code=303)
    door = door_of(request)
    known = await door.store.log(request.path_params["id"])
    if known is None:
        raise Refused(404)
    record = await _record(door, known)
    return page(
        "record",
        brand=record.brand,
        staff_name=staff.name or staff.email,
        list_url=HOME,
        sign_out_url=SIGN_OUT,
        **record.shown(here=request.url.path, action="", ask_url=f"{request.url.path}/ask"),
    )


async def file_saved_by_link(request: Request) -> Response:
    """Who got a notice saves a file of the record."""
    return await saved(request, (await seat_of_link(request)).log)


async def file_saved_by_staff(request: Request) -> Response:
    """Who is signed in saves a file of a record."""
    if await signed_in(request) is None:
        return RedirectResponse(PATH, status_code=303)
    known = await door_of(request).store.log(request.path_params["id"])
    if known is None:
        raise Refused(404)
    return await saved(request, known)


async def seat_of_link(request: Request) -> Seat:
    """The seat that the link stands for; Refused 404 when we did not sign it."""
    door = door_of(request)
    match door.keys.read_link(RECORD, request.path_params["token"]):
        case [str(review), str(seat)]:
            known = await door.store.log(review)
            person = flow.seat_person(known, seat) if known else None
            if known and person and not await door.store.has_left(person.email):
                return Seat(person, known)
    raise Refused(404)


async def _record(door: Door, known: Log) -> Record:
    review, now = known.review, door.clock()
    timeline = await door.store.timeline(review.id)
    deliveries = await door.store.deliveries(review.id)
    brake = await door.store.brake(review.brand)
    paused = brake.paused_at is not None
    astray = await door.store.read(partial(quarantine.waiting_for, review=review.id))
    brand = door.brand_of(review.brand)
    return Record(known, timeline, tuple(deliveries), tuple(astray), paused, brand, door.rules, now)
