"""What does the record page show? From the log of a review to what `templates/pages/record.html` asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviews.clicks import Step, Timeline
from reviews.facts import AutoReply, Comment, Message, StaffAction
from reviews.flow import VERIFIED, came_back, sent_on
from reviews.log import Log
from reviews.model import ASK, BOUNCED, By
from reviews.schedule import EMBEDDED
from reviews.unasked import unasked
from store import Outgoing
from templates import plain
from templates.brands import Brand
from templates.dates import said

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One review as the record page knows it, at one moment."""

    log: Log
    timeline: Timeline
    deliveries: tuple[Outgoing, ...]
    paused: bool
    brand: Brand
    now: datetime

    def shown(self, *, action: str, ask_url: str = "") -> Shown:
        """The context of the page; held answers can be sent by a form that posts to `action`, '' for none, and the
        customer be asked by one that posts to `ask_url`."""
        return {
            "review": self._review(),
            "rating": rating(self.timeline.at(self.now), self.brand),
            "comment": "\n\n".join(comment.words for comment in self.log.of(Comment)),
            "messages": [self._message(message) for message in self._messages(held=False)],
            "held": [self._held(message, action) for message in self._messages(held=True)],
            "deliveries": [self._delivery(outgoing) for outgoing in self.deliveries],
            "automatic": [self._automatic(answer) for answer in self.log.of(AutoReply)],
            "paused": self._why_not_asked(),
            "ask_url": "" if self.log.sends or self.log.review.ask == EMBEDDED else ask_url,
            "asked": [self._asked(done) for done in self.log.of(StaffAction) if done.action == ASK],
        }

    def _review(self) -> Shown:
        review = self.log.review
        return {
            "ticket": review.ticket,
            "subject": review.subject,
            "contact_name": review.contact.name,
            "contact_email": review.contact.email,
            "company": review.contact.company,
            "agent_name": review.agent.name or review.agent.email if review.agent else "",
            "team": review.team,
            "closed_text": self._said(review.closed_at),
        }

    def _messages(self, *, held: bool) -> Iterable[Message]:
        """The thread, or the staff answers that wait to be sent."""
        for message in self.log.of(Message):
            waits = message.by is By.STAFF and not sent_on(self.log, message)
            if waits is held:
                yield message

    def _message(self, message: Message) -> Shown:
        return {
            "by": message.by,
            "name": message.sender_name or message.sender,
            "at_text": self._said(message.at),
            "text": message.text,
            "trimmed": message.trimmed,
            "verified": message.verdict == VERIFIED,
            "attachments": [{"name": a.name, "size_text": plain.size(a.size_bytes)} for a in message.attachments],
        }

    def _held(self, message: Message, action: str) -> Shown:
        return {
            "id": message.id,
            "name": message.sender_name or message.sender,
            "at_text": self._said(message.at),
            "reason": message.held,
            "text": message.text,
            "action": action,
        }

    def _automatic(self, answer: AutoReply) -> Shown:
        return {"subject": answer.subject, "reason": answer.reason, "at_text": self._said(answer.at)}

    def _delivery(self, outgoing: Outgoing) -> Shown:
        bounce = came_back(self.log).get(outgoing.delivery.id)
        return {
            "kind": plain.KINDS[outgoing.delivery.purpose],
            "to": outgoing.delivery.recipient.email,
            "status": plain.STATES[BOUNCED if bounce else outgoing.status],
            "at_text": self._said(outgoing.settled_at or outgoing.due_at),
            "reason": bounce.reason if bounce else outgoing.reason,
        }

    def _asked(self, done: StaffAction) -> Shown:
        return {"who": done.who, "at_text": self._said(done.at), "reason": done.reason}

    def _why_not_asked(self) -> str:
        if self.log.sends:
            return ""
        reason = unasked(self.log)
        if reason:
            return plain.suppressed(reason)
        return plain.PAUSED if self.paused else ""

    def _said(self, at: datetime) -> str:
        return said(at, self.brand.timezone)


def rating(step: Step, brand: Brand) -> Shown | None:
    """What a page shows of a rating; None where nobody has rated."""
    if step.value is None:
        return None
    at_text = said(step.at, brand.timezone)
    return {"value": step.value, "status": step.status, "grade": step.grade or "", "at_text": at_text}
