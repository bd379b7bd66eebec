"""What does the record page show? From the log of a review to what `templates/pages/record.html` asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reviews.attachments import files_of
from reviews.clicks import Step, Timeline
from reviews.evidence import evidence
from reviews.facts import AutoReply, Comment, Message, StaffAction, Vote
from reviews.flow import sent_on
from reviews.handling import causes, own_work
from reviews.log import Log
from reviews.model import ASK, BOUNCED, DECOY, EMBEDDED, Attachment, By, Cause
from reviews.redacted import Ours, without_ours
from reviews.returned import returned, why_returned
from reviews.rules import Rules
from reviews.speakers import speaker
from reviews.trust import QUARANTINE_DAYS, Trust
from reviews.unasked import unasked
from store import Outgoing
from store.quarantine import Waiting
from templates import plain
from templates.brands import Brand
from templates.dates import said
from templates.evidence import sentences

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One review as the record page knows it, at one moment."""

    log: Log
    timeline: Timeline
    deliveries: tuple[Outgoing, ...]
    astray: tuple[Waiting, ...]
    """Mails that were meant for it and wait for somebody to put them here."""
    being_read: int
    """How many mails were put here by hand and are not read yet."""
    paused: bool
    brand: Brand
    rules: Rules
    now: datetime
    ours: Ours

    def shown(self, *, here: str, action: str, corrector: str, ask_url: str = "", mails: bool = False) -> Shown:
        """The context of the page at the address `here`; held answers can be sent by a form that posts to `action`, ''
        for none, the rating be corrected by `corrector`, '' for a reader, and the customer be asked by a form that
        posts to `ask_url`; `mails` as they came are below `here`."""
        return {
            "review": self._review(),
            "rating": rating(self.timeline.at(self.now), self.brand),
            "comment": self._safe("\n\n".join(comment.words for comment in self.log.of(Comment) if comment.words)),
            "about": self._about(),
            "messages": [self._message(message, here, mails=mails) for message in self._messages(held=False)],
            "held": [self._held(message, action) for message in self._messages(held=True)],
            "astray": [self._astray(waiting) for waiting in self.astray],
            "being_read": self.being_read,
            "deliveries": [self._delivery(outgoing) for outgoing in self.deliveries],
            "automatic": [self._automatic(answer) for answer in self.log.of(AutoReply)],
            "paused": self._why_not_asked(),
            "ask_url": "" if self.log.sends or self.log.review.ask == EMBEDDED else ask_url,
            "asked": [self._asked(done) for done in self.log.of(StaffAction) if done.action == ASK],
            "evidence": self._evidence(),
            "correct_url": f"{here}/rating" if corrector and not own_work(self.log, corrector) else "",
            "votes": self._restorable(),
        }

    def _evidence(self) -> list[Shown]:
        found = evidence(self.log, self.rules, now=self.now)
        return [{"at_text": at, "words": words} for at, words in sentences(found, self.brand)]

    def _restorable(self) -> list[Shown]:
        """The votes that staff may say are the customer's, the latest of each answer."""
        latest = {vote.answer: vote for vote in self.log.of(Vote) if vote.answer != DECOY}
        return [{"id": vote.id, "value": value} for value, vote in latest.items()]

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

    def _message(self, message: Message, here: str, *, mails: bool) -> Shown:
        return {
            "by": message.by,
            "name": speaker(self.log, message),
            "at_text": self._said(message.at),
            "text": self._safe(message.text),
            "trimmed": self._safe(message.trimmed),
            "mail_url": f"{here}/mails/{message.mail}" if message.body_sha256 and mails else "",
            "verified": message.verdict == Trust.VERIFIED,
            "sender": plain.sender(message.verdict, message.proof),
            "mark": message.mark,
            "copied": message.copied,
            "attachments": [_file(attachment, here) for attachment in files_of(self.log, message)],
        }

    def _held(self, message: Message, action: str) -> Shown:
        return {
            "id": message.id,
            "name": message.sender_name or message.sender,
            "at_text": self._said(message.at),
            "reason": message.held,
            "sender": plain.sender(message.verdict, message.proof),
            "text": self._safe(message.text),
            "action": action,
        }

    def _astray(self, waiting: Waiting) -> Shown:
        judged = waiting.judged
        return {
            "name": judged.sender or waiting.envelope.mail_from or plain.NOBODY,
            "at_text": self._said(waiting.envelope.at),
            "reason": waiting.reason,
            "text": self._safe(judged.text),
            "until_text": self._said(waiting.envelope.at + timedelta(days=QUARANTINE_DAYS)),
        }

    def _automatic(self, answer: AutoReply) -> Shown:
        return {"subject": answer.subject, "reason": answer.reason, "at_text": self._said(answer.at)}

    def _delivery(self, outgoing: Outgoing) -> Shown:
        bounce = returned(self.log).get(outgoing.delivery.id)
        return {
            "kind": plain.KINDS[outgoing.delivery.purpose],
            "to": outgoing.delivery.recipient.email,
            "status": plain.STATES[BOUNCED if bounce and bounce.permanent else outgoing.status],
            "at_text": self._said(outgoing.settled_at or outgoing.due_at),
            "reason": why_returned(bounce) if bounce else outgoing.reason,
        }

    def _asked(self, done: StaffAction) -> Shown:
        return {"who": done.who, "at_text": self._said(done.at), "reason": done.reason}

    def _about(self) -> str:
        return ", ".join(plain.CAUSES[Cause(cause)] for cause in causes(self.log))

    def _why_not_asked(self) -> str:
        if self.log.sends:
            return ""
        reason = unasked(self.log)
        if reason:
            return plain.suppressed(reason)
        return plain.PAUSED if self.paused else ""

    def _safe(self, text: str) -> str:
        """Words of others, without what only the customer may press."""
        return without_ours(text, self.ours)

    def _said(self, at: datetime) -> str:
        return said(at, self.brand.timezone)


def _file(attachment: Attachment, here: str) -> Shown:
    return {
        "url": f"{here}/files/{attachment.sha256}",
        "name": attachment.name or plain.UNNAMED,
        "size_text": plain.size(attachment.size_bytes),
        "danger": plain.DANGERS.get(attachment.danger, ""),
    }


def rating(step: Step, brand: Brand) -> Shown | None:
    """What a page shows of a rating; None where nobody has rated."""
    if step.value is None:
        return None
    at_text = said(step.at, brand.timezone)
    return {"value": step.value, "status": step.status, "grade": step.grade or "", "at_text": at_text}
