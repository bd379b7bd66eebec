"""How is a review told to a program? As JSON, the same to who asks and to who is told; times are RFC 3339 in UTC.
Whoever reads it is no customer: words are without the links and addresses that only those may press."""

from datetime import UTC, datetime
from typing import Any

from reviews.attachments import files_of
from reviews.clicks import Step, Timeline
from reviews.deeds import Share
from reviews.facts import AutoReply, Comment, Message, Review, StaffAction
from reviews.flow import sent_on
from reviews.followups import FollowUp, follow_up, recovered_at
from reviews.handling import shares
from reviews.log import Log
from reviews.model import ASK, Attachment, Cause, Person, score_of
from reviews.redacted import Ours, without_ours
from reviews.unasked import unasked

Shape = dict[str, Any]


def instant(at: datetime) -> str:
    """An instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def told_shape(log: Log, timeline: Timeline, *, now: datetime, ours: Ours) -> Shape:
    """One review, but for the fate of its mails."""
    review = log.review
    comments = log.of(Comment)
    written = [comment.words for comment in comments if comment.words]
    owed, recovered = follow_up(log, timeline, now), recovered_at(timeline, now)
    return {
        "id": review.id,
        "source": review.source,
        "ticket": review.ticket,
        "subject": review.subject,
        "brand": review.brand,
        "closed_at": instant(review.closed_at),
        "contact": contact_shape(review.contact),
        "agent": staff_shape(review.agent) if review.agent else None,
        "team": review.team,
        "language": review.language or None,
        "tags": list(review.tags),
        "not_asked": unasked(log) or None,
        "asked_by_hand": [_by_hand(done) for done in log.of(StaffAction) if done.action == ASK],
        "rating": rating_shape(review, timeline.at(now)),
        "comment": without_ours(written[-1], ours) if written else None,
        "causes": [cause for cause in Cause if comments and cause in comments[-1].causes],
        "credit": [_share(share) for share in shares(log)],
        "follow_up": follow_up_shape(owed) if owed else None,
        "recovered_at": instant(recovered) if recovered else None,
        "messages": [message_shape(message, log, ours) for message in log.of(Message)],
        "automatic": [_automatic(answer) for answer in log.of(AutoReply)],
    }


def _share(share: Share) -> Shape:
    return {"agent": share.agent or None, "team": share.team or None, "percent": share.percent}


def _by_hand(done: StaffAction) -> Shape:
    return {"at": instant(done.at), "who": done.who, "reason": done.reason}


def contact_shape(contact: Person) -> Shape:
    """A customer."""
    return {
        "email": contact.email,
        "name": contact.name,
        "company": contact.company,
        "language": contact.language,
        "timezone": contact.timezone,
    }


def staff_shape(person: Person) -> Shape:
    """A member of staff."""
    return {"email": person.email, "name": person.name}


def rating_shape(review: Review, step: Step) -> Shape:
    """The rating as a step has it."""
    return {
        "scale": review.scale,
        "score": score_of(review.scale, step.value) if step.value else None,
        "value": step.value,
        "status": step.status,
        "grade": step.grade,
        "counted": step.counted,
        "at": instant(step.at) if step.value else None,
    }


def follow_up_shape(owed: FollowUp) -> Shape:
    """What is owed to a customer."""
    return {
        "status": owed.status,
        "owner": staff_shape(owed.owner) if owed.owner else None,
        "since": instant(owed.since),
        "due_at": instant(owed.due_at),
        "why": owed.why,
        "ended_at": instant(owed.ended_at) if owed.ended_at else None,
        "outcome": owed.outcome or None,
    }


def message_shape(message: Message, log: Log, ours: Ours) -> Shape:
    """One mail of the thread."""
    return {
        "id": message.id,
        "by": message.by,
        "sender": {"address": message.sender, "verdict": message.verdict, "reason": message.proof or None},
        "at": instant(message.at),
        "text": without_ours(message.text, ours),
        "trimmed": without_ours(message.trimmed, ours),
        "attachments": [_attachment(attachment) for attachment in files_of(log, message)],
        "held": message.held if message.held and not sent_on(log, message) else None,
        "mark": message.mark or None,
    }


def _attachment(attachment: Attachment) -> Shape:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "size_bytes": attachment.size_bytes,
        "sha256": attachment.sha256,
        "danger": attachment.danger or None,
    }


def _automatic(answer: AutoReply) -> Shape:
    back_at = instant(answer.back_at) if answer.back_at else None
    return {"at": instant(answer.at), "subject": answer.subject, "reason": answer.reason, "back_at": back_at}
