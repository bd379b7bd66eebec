"""What is the page of the demo told? The shapes of its JSON; times are RFC 3339."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from demo.house import House, Owner
from demo.mail.client import reply_to
from demo.mail.mailbox import Kept, Mailboxes
from demo.peers import confirm_button, last_click_wins
from demo.story.hints import next_step
from reviews.clicks import Timeline, decide
from reviews.evidence import evidence
from reviews.facts import Review
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome
from store import Outgoing, Wanted, lists
from templates.evidence import sentence, verdict

REVIEWS_MAX = 50  # of this try-out, to choose from

Shape = dict[str, Any]


async def state_shape(house: House, wanted: str) -> Shape:
    """Everything but the mails, for one review (the first of them where `wanted` is none)."""
    now = house.clock()
    listed = await house.store.reviews(Wanted(since=house.story.since), now=now, most=REVIEWS_MAX)
    reviews = [one.review for one in reversed(listed)]
    chosen = next((review for review in reviews if review.id == wanted), reviews[0] if reviews else None)
    return {
        "hold_seconds": round(house.rules.hold.total_seconds()),
        "reviews_total": await house.store.read(lists.count),
        "reviews_url": f"{house.links.base_url}/reviews",
        "faces": [{"value": one.value, "word": one.word, "emoji": one.emoji} for one in house.story.brand.faces],
        "people": [_person(house.mailboxes, one) for one in house.everybody()],
        "reviews": [_review(review) for review in reviews],
        "story": [{"at": line.at.isoformat(), "text": line.text} for line in house.story.lines],
        "next": "One moment: the helpdesk is closing tickets.",
        "record": None,
    } | (await _chosen(house, chosen) if chosen else {})


async def _chosen(house: House, review: Review) -> Shape:
    """What is told of the review in view: what the API says, and what only the demo shows."""
    told, log, sent = await asyncio.gather(
        house.helpdesk.review(review.id), house.store.log(review.id), house.store.deliveries(review.id)
    )
    if told is None or log is None:
        return {}
    now = house.clock()
    timeline = decide(log, house.rules)
    return {
        "next": next_step(log, timeline, now=now),
        "record": told
        | {
            "counts_in_seconds": _counts_in_seconds(house, timeline),
            "record_url": _record_url(house, log, sent),
            "agent_name": log.review.staff[0].first_name if log.review.staff else "",
            "scanned": _scanned(house, log, now=now),
        },
    }


def _scanned(house: House, log: Log, *, now: datetime) -> Shape | None:
    """What three ways of counting make of the same requests, once a scanner was let loose; None before."""
    if log.review.id not in house.scanned:
        return None
    found, brand = evidence(log, house.rules, now=now), house.story.brand
    return {
        "last_click_wins": last_click_wins(log),
        "confirm_button": confirm_button(log),
        "ours": found.step.value if found.step.counted else None,
        "verdict": verdict(found, brand),
        "evidence": [{"at": entry.at.isoformat(), "text": sentence(entry, brand)} for entry in found.entries],
    }


def _counts_in_seconds(house: House, timeline: Timeline) -> int | None:
    """How long until a rating that waits counts; None where none waits."""
    now = house.clock()
    coming = next((step for step in timeline.steps if step.at > now and step.counted), None)
    if coming is None or timeline.at(now).counted:
        return None
    return max(1, round((coming.at - now).total_seconds()))


def _record_url(house: House, log: Log, deliveries: Sequence[Outgoing]) -> str:
    """The link that stands in the notice, once one went out."""
    notices = [
        out.delivery for out in deliveries if out.delivery.purpose is DeliveryKind.NOTICE and out.status == Outcome.SENT
    ]
    return house.links.record(log.review.id, notices[0].seat) if notices else ""


def _person(mailboxes: Mailboxes, owner: Owner) -> Shape:
    counts = {"unread": mailboxes.unread(owner.email), "mails": len(mailboxes.of(owner.email))}
    return owner._asdict() | counts


def _review(review: Review) -> Shape:
    return {
        "id": review.id,
        "ticket": review.ticket,
        "subject": review.subject,
        "contact": review.contact.email.lower(),
        "staff": [person.email.lower() for person in review.staff],
    }


def mailbox_shape(mailboxes: Mailboxes, owner: str) -> Shape:
    """The mails of a mailbox, newest first."""
    return {"mails": [_listed(kept, read=kept.id in mailboxes.read) for kept in mailboxes.of(owner)]}


def mail_shape(kept: Kept) -> Shape:
    """One mail, whole."""
    return _listed(kept, read=True) | {
        "to": ", ".join(address.address for address in kept.mail.to),
        "from_address": kept.mail.sender.address,
        "text": kept.mail.text,
        "has_html": bool(kept.mail.html),
        "source": kept.raw.decode("utf-8", "replace"),
        "signed_by": kept.signed_by,
        "answerable": bool(reply_to(kept.mail)) and not kept.sent,
    }


def _listed(kept: Kept, *, read: bool) -> Shape:
    to = kept.mail.to[0] if kept.mail.to else None
    who = (to.name or to.address) if kept.sent and to else kept.mail.sender.name or kept.mail.sender.address
    return {
        "id": kept.id,
        "who": who,
        "sent": kept.sent,
        "subject": kept.mail.subject,
        "at": kept.at.isoformat(),
        "read": read,
    }
