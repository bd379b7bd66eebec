"""What may somebody who is signed in see and do beside a record? Whose it is, its history, and every form."""

from functools import partial

from reviews import tending
from reviews.by_hand import why_not_again
from reviews.clicks import decide
from reviews.deeds import WHOLE, CreditMoved, FollowUpOutcome, Share
from reviews.facts import Message
from reviews.followups import OPEN, follow_up, passed_on_at, recovered_at
from reviews.handling import ASKED, GRANTED, Handling, handling, may_hear
from reviews.log import Log
from reviews.model import Cause
from reviews.roles import Right, Staff, may, sees
from store import Listed, Wanted, people, queues, writing
from store.queues import Sought
from templates import plain
from templates.brands import Brand
from templates.dates import said
from web.door import Door
from web.staff.record_view import Shown, rating
from web.staff.sign_in import HOME
from web.staff.walls import allowed, wall_of

PAST = 5
"""Earlier reviews of the contact, and of others of the company, that are shown."""


async def care_of(door: Door, staff: Staff, known: Log, *, words: str = "", before: str = "") -> Shown:
    """The context `care` of the record page."""
    review, brand, now = known.review, door.brand_of(known.review.brand), door.clock()
    stands, may_tend = handling(known), allowed(staff, known, Right.TEND)
    others = await door.store.read(partial(writing.others, review=review.id, email=staff.email, now=now))
    given = await keepers(door, known) if may_tend else ()
    timeline = decide(known, door.rules)
    owed, recovered = follow_up(known, timeline, now), recovered_at(timeline, now)
    return {
        "url": f"{HOME}/{review.id}/do",
        "writing_url": f"{HOME}/{review.id}/writing",
        "form": door.new_id(),
        "may_tend": may_tend,
        "may_grant": may_tend and may(staff, Right.GRANT, review),
        "bundle_url": f"{HOME}/{review.id}/bundle" if door.bundle_keys and may(staff, Right.GRANT, review) else "",
        "words": words,
        "before": before,
        "answers": sum(passed_on_at(known, message) is not None for message in known.of(Message)),
        "writers": [one.name for one in others],
        "owner": (stands.owner.name or stands.owner.email) if stands.owner else "",
        "owner_email": stands.owner.email.lower() if stands.owner else "",
        "people": [{"email": one.email, "name": one.name or one.email} for one in given],
        "tags": stands.tags,
        "causes": [{"value": c, "label": plain.CAUSES[c], "chosen": c in stands.causes} for c in Cause],
        "read_by": stands.read_by,
        "waits": said(stands.waiting_since, brand.timezone) if stands.waiting_since else "",
        "due": said(owed.due_at, brand.timezone) if owed and owed.status == OPEN else "",
        "closed": _closed(stands, brand),
        "may_ask_again": not why_not_again(known),
        "recovered": said(recovered, brand.timezone) if recovered else "",
        "outcomes": [str(outcome) for outcome in FollowUpOutcome],
        "snoozed": said(stands.snoozed_until, brand.timezone)
        if stands.snoozed_until and stands.snoozed_until > now
        else "",
        "exclusion": _exclusion(known, stands, staff, brand),
        "shares": [_share(share) for share in stands.shares],
        "credits": [_credit(moved, brand) for moved in known.of(CreditMoved)],
        "kudos": stands.kudos,
        "consent": stands.consent,
        "may_hear": may_hear(known),
        "links": [_link(stands, link.id, link.url, link.title) for link in stands.links],
        "not_fixed": stands.not_fixed is not None,
        "past": await _past(door, staff, known),
        "colleagues": await _colleagues(door, staff, known),
    }


async def keepers(door: Door, known: Log) -> tuple[Staff, ...]:
    """Whom this review may be given to: whoever could look after it, and stands behind no wall."""
    everybody = await door.store.read(people.all_staff)
    return tuple(one for one in everybody if may(one, Right.TEND, known.review, owner=one.email))


def _closed(stands: Handling, brand: Brand) -> str:
    end = stands.closed
    return f"{end.outcome}, {said(end.at, brand.timezone)}, by {end.who}" if end else ""


def _exclusion(known: Log, stands: Handling, staff: Staff, brand: Brand) -> Shown | None:
    """The exclusion that was asked for, and what may be done about it."""
    one = stands.exclusion
    if one is None:
        return None
    return {
        "state": one.state,
        "who": one.asked.who,
        "reason": one.asked.reason,
        "at_text": said(one.asked.at, brand.timezone),
        "decided_by": one.decided.who if one.decided else "",
        "open": one.state in (ASKED, GRANTED),
        "may_withdraw": tending.may_withdraw(known, staff.email),
        "may_decide": not tending.why_not_decide(known, staff),
        "why_not": tending.why_not_decide(known, staff) if one.state == ASKED else "",
    }


def _credit(moved: CreditMoved, brand: Brand) -> Shown:
    """One move of the credit, as it is told in its history."""
    return {
        "at_text": said(moved.at, brand.timezone),
        "who": moved.who or "by the brand's rule",
        "shares": ", ".join(map(_share, moved.shares)) or "nobody",
        "reason": moved.reason,
    }


def _share(share: Share) -> str:
    """Whose it is, and how much of it where that is not all."""
    whose = share.agent or f"team {share.team}"
    return whose if share.percent == WHOLE else f"{share.percent} % {whose}"


def _link(stands: Handling, id: str, url: str, title: str) -> Shown:
    came = next((deed.words for deed in reversed(stands.came_of) if deed.about == id), "")
    return {"id": id, "url": url, "title": title or url, "came": came}


async def _past(door: Door, staff: Staff, known: Log) -> list[Shown]:
    """Earlier reviews of the same contact."""
    wanted = Wanted(contact=known.review.contact.email)
    found = await door.store.reviews(wanted, now=door.clock(), most=4 * PAST)
    seen = [one for one in found if one.review.id != known.review.id and sees(staff, one.review)]
    return [_line(one, door) for one in seen[:PAST]]


async def _colleagues(door: Door, staff: Staff, known: Log) -> list[Shown]:
    """The latest of others of the same company."""
    contact = known.review.contact
    if not contact.company:
        return []
    sought = Sought(company=contact.company, wall=wall_of(staff))
    found = await door.store.read(partial(queues.page, sought=sought, now=door.clock(), most=4 * PAST))
    others = [one.listed for one in found if one.listed.review.contact.email.lower() != contact.email.lower()]
    return [_line(one, door) for one in others[:PAST]]


def _line(one: Listed, door: Door) -> Shown:
    brand = door.brand_of(one.review.brand)
    return {
        "url": f"{HOME}/{one.review.id}",
        "subject": one.review.subject or f"Ticket {one.review.ticket}",
        "who": one.review.contact.name or one.review.contact.email,
        "rating": rating(one.rating, brand) if one.rating else None,
        "at_text": said(one.review.closed_at, brand.timezone),
    }
