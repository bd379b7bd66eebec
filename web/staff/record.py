"""The record page: behind the signed link of a notice, and behind a sign-in."""

from dataclasses import dataclass
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews import flow, tending
from reviews.handling import handling
from reviews.log import Log
from reviews.model import Person
from reviews.roles import Right, Staff, may
from reviews.tokens import RECORD
from store import quarantine
from web.answers.guard import CONTENT_SECURITY_POLICY
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.attached import saved
from web.staff.care import care_of
from web.staff.letters import ours_of
from web.staff.record_view import Record
from web.staff.sign_in import HOME
from web.staff.walls import seen_record, staff_of

SIGN_OUT = "/sign-out"
FRAMING = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
"""Mails are shown in frames of ours, which no other page has."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of staff at one review: what the link of a notice stands for."""

    person: Person
    log: Log
    of_house: bool
    """Whether they are among the staff; else the helpdesk alone knows them."""
    tends: bool
    """Whether they may do something about it."""


async def opened_by_link(request: Request) -> Response:
    """Who got a notice opens its link. Held answers can be sent from here."""
    seat = await seat_of_link(request)
    record = await _record(door_of(request), seat.log)
    action = request.url.path if seat.tends else ""
    return page(
        "record",
        brand=record.brand,
        staff_name=seat.person.name or seat.person.email,
        list_url="",
        sign_out_url="",
        care=None,
        notices_url=f"{request.url.path}/notices" if seat.of_house else "",
        **record.shown(here=request.url.path, action=action, corrector=seat.person.email if action else ""),
    )


async def held_answer_sent(request: Request) -> Response:
    """Who got a notice looked at a held answer and sends it."""
    seat = await seat_of_link(request, Right.TEND)
    refuse_foreign(request)
    door = door_of(request)
    message = (await read_form(request)).get("held", "")
    who, action = seat.person.email, door.new_id()
    rule = partial(flow.held_answer_sent, message=message, action=action, who=who, at=door.clock())
    recorded = await door.store.record(seat.log.review.id, rule)
    log.info("held answer sent", review=seat.log.review.id, new=len(recorded.new))
    return RedirectResponse(request.url.path, status_code=303)


async def opened_by_staff(request: Request) -> Response:
    """Who is signed in opens a review: from then on it is read, by name."""
    staff = await staff_of(request)
    known, door = await seen_record(request, staff), door_of(request)
    if may(staff, Right.TEND) and not request.headers.get("sec-purpose"):  # fetched ahead is not read
        reading = partial(tending.read, action=door.new_id(), who=staff.email, at=door.clock())
        known = (await door.store.record(known.review.id, reading)).log if handling(known).unread else known
    return await record_page(request, staff, known)


async def record_page(request: Request, staff: Staff, known: Log, *, words: str = "", before: str = "") -> Response:
    """The record for who is signed in; `words` they wrote already stay, where somebody answered `before` them."""
    door, here = door_of(request), f"{HOME}/{known.review.id}"
    record = await _record(door, known)
    care = await care_of(door, staff, known, words=words, before=before)
    return page(
        "record",
        brand=record.brand,
        status=409 if before else 200,
        headers={"Content-Security-Policy": FRAMING},
        staff_name=staff.name or staff.email,
        list_url=HOME,
        sign_out_url=SIGN_OUT,
        care=care,
        notices_url="",
        **record.shown(
            here=here,
            action="",
            corrector=staff.email if care["may_tend"] else "",
            ask_url=f"{here}/ask" if care["may_tend"] else "",
            mails=True,
        ),
    )


async def file_saved_by_link(request: Request) -> Response:
    """Who got a notice saves a file of the record."""
    return await saved(request, (await seat_of_link(request)).log)


async def file_saved_by_staff(request: Request) -> Response:
    """Who is signed in saves a file of a record."""
    return await saved(request, await seen_record(request, await staff_of(request)))


async def seat_of_link(request: Request, right: Right = Right.READ) -> Seat:
    """The seat that the link stands for; Refused 404 when we did not sign it, or its holder left, has not that
    right, or stands behind a wall by now. Whom the helpdesk alone knows has every right to their own review."""
    door = door_of(request)
    match door.keys.read_link(RECORD, request.path_params["token"]):
        case [str(review), str(seat)]:
            known = await door.store.log(review)
            person = flow.seat_person(known, seat) if known else None
            if known and person and not await door.store.has_left(person.email):
                staff = await door.store.staff(person.email)
                if staff is None or (may(staff, right) and staff.sees_brand(known.review.brand)):
                    return Seat(person, known, of_house=staff is not None, tends=not staff or may(staff, Right.TEND))
    raise Refused(404)


async def _record(door: Door, known: Log) -> Record:
    review, now = known.review, door.clock()
    timeline = await door.store.timeline(review.id)
    deliveries = await door.store.deliveries(review.id)
    brake = await door.store.brake(review.brand)
    paused = brake.paused_at is not None
    astray = await door.store.read(partial(quarantine.waiting_for, review=review.id))
    being_read = await door.store.read(partial(quarantine.being_read, review=review.id))
    brand = door.brand_of(review.brand)
    return Record(
        known, timeline, tuple(deliveries), tuple(astray), being_read, paused, brand, door.rules, now, ours_of(door)
    )
