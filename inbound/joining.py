"""What does a mail that was read mean for one review? The rule that the store applies, on the side the mail came in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from inbound.apart.letters import Look
from inbound.routing import Route, Side
from reviews import flow, staff_answers
from reviews.classify import Kind
from reviews.events import Incoming
from reviews.facts import Bounce, Fact
from reviews.log import Log
from reviews.model import TO_CUSTOMER, Person
from reviews.rules import Rules
from reviews.trust import SenderVerdict, Trust
from store import Arrival, Outgoing

PERSONAL = (Kind.HUMAN, Kind.LIST_MAIL, Kind.EMPTY)
"""Kinds that hold a person's words. At a signed address nobody can guess, what a mailing list or a shared mailbox sends
is an answer to us: to take a person for a machine would lose their words."""
UNREAD = "this mail could not be read; it is kept as it came"

Rule = Callable[[Log], tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as it was read: what it holds, what its sender is worth, its words for one review."""

    seen: Look
    sender: SenderVerdict
    said: str = ""
    trimmed: str = ""


def is_personal(seen: Look, where: Route) -> bool:
    """Whether a person's words are to be looked for. What came back to the envelope sender of a mail to staff is an
    absence notice, whatever it looks like: a member of staff answers the notice's own address."""
    return seen.verdict.kind in PERSONAL and not _is_to_staff(where)


def _is_to_staff(where: Route) -> bool:
    """Whether the mail that came back was one to staff."""
    sent = where.delivery
    return where.side is Side.RETURNED and sent is not None and sent.delivery.purpose not in TO_CUSTOMER


def machine_rule(arrival: Arrival, seen: Look, where: Route, *, at: datetime) -> Rule:
    """What a mail means that no person wrote."""
    if seen.bounce and where.delivery:
        return partial(flow.bounced, bounce=_bounce(arrival, seen, where, where.delivery), at=at)
    subject, reason = seen.subject, seen.verdict.reason
    complaint = seen.verdict.accuses and where.side is not Side.STAFF and not _is_to_staff(where)
    answered = partial(flow.machine_answered, mail=arrival.mail, subject=subject, reason=reason, at=at)
    return partial(answered, away_until=seen.verdict.away_until, complaint=complaint)


def person_rule(arrival: Arrival, read: Read, where: Route, *, at: datetime, rules: Rules) -> Rule:
    """What a person's mail means."""
    seen, filed = read.seen, f"put here by {arrival.reason}" if arrival.review else ""
    mail = Incoming(
        at=arrival.envelope.at,
        sender=seen.sender or arrival.envelope.mail_from,
        sender_name=seen.sender_name,
        verdict=read.sender.trust,
        proof=read.sender.reason,
        message_id=seen.message_id,
        body_sha256=seen.body_sha256,
        mail=arrival.mail,
        subject=seen.subject,
        text=read.said,
        trimmed=read.trimmed,
        attachments=seen.attachments,
        mark="; ".join(filter(None, (filed, seen.problems))),
        answer=where.answer,
        copied=seen.copied,
    )
    return _joining(mail, where, at=at, rules=rules)


def unread_rule(arrival: Arrival, where: Route, *, at: datetime, rules: Rules) -> Rule:
    """A mail that could not be read is shown in the thread it was sent to: its words are lost on us, not the mail."""
    unread = Incoming(
        at=arrival.envelope.at,
        sender=arrival.envelope.mail_from,
        sender_name="",
        verdict=Trust.UNCHECKED,
        message_id="",
        body_sha256="",
        mail=arrival.mail,
        subject="",
        text="",
        trimmed="",
        mark=UNREAD,
    )
    return _joining(unread, where, at=at, rules=rules)


def _joining(mail: Incoming, where: Route, *, at: datetime, rules: Rules) -> Rule:
    if where.side is Side.STAFF:
        return partial(_answered_from_seat, mail=mail, seat=where.seat, at=at)
    return partial(flow.replied, mail=mail, at=at, rules=rules)


def _answered_from_seat(known: Log, *, mail: Incoming, seat: str, at: datetime) -> tuple[Fact, ...]:
    person = flow.seat_person(known, seat) or Person("")
    return staff_answers.staff_answered(known, mail=mail, seat=person, at=at)


def _bounce(arrival: Arrival, seen: Look, where: Route, returned: Outgoing) -> Bounce:
    told = seen.bounce
    assert told
    return Bounce(
        review=where.review,
        at=arrival.envelope.at,
        delivery=returned.delivery.id,
        mail=arrival.mail,
        permanent=told.permanent,
        status=told.status,
        reason=told.reason,
    )
