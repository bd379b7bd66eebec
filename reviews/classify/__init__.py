"""What kind of mail is this?

The order of the tests is the rule: what a mail says about itself in a standard's words first, what is known of single
programs then, and phrases in a subject last. Whatever is left is a person's mail: taking a person for a machine loses
his words, the reverse does not.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from reviews.addresses import domain_of
from reviews.bounces import ARRIVED, REPORT_BYTES_MAX, report_fields, report_of
from reviews.classify.absence import away_until
from reviews.classify.phrases import (
    ABSENT_IN_TEXT,
    ABSENT_SENTENCES,
    ABSENT_SUBJECTS,
    ADMINISTRATORS,
    ADMINISTRATORS_NAMES,
    ANSWERED,
    AUTOMATIC_ANYWHERE,
    AUTOMATIC_HEADERS,
    AUTOMATIC_SUBJECTS,
    AUTOMATIC_VALUES,
    COMPLAINTS,
    DAEMONS,
    FAILED_IN_TEXT,
    FAILURES,
    RECEIPT_SUBJECTS,
    ROBOTS,
)
from reviews.mail import Mail

RECEIVED_MAX = 40  # hops; honest mail has under 15, our SMTP door refuses at 50
SUBJECT_CHARS_MAX = 300  # of a subject or sender that is compared
FIELD_CHARS_MAX = 100  # of a field of a report that is told
TYPE_CHARS_MAX = 1_000  # of a Content-Type that is searched
HTML_CHARS_MAX = 40_000  # of a page that is searched, its styles with it
ABSENCE_CHARS_MAX = 600  # of a text in which an absence is told: its first lines
TEXT_CHARS_MAX = 4_000  # of a text that is searched for what mail servers say

NO_COMPLAINTS = frozenset({"not-spam", "auth-failure"})  # RFC 6430, RFC 6591
_DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
_NOTICES = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_CALENDAR_ANSWERS = (b"METHOD:REPLY", b"METHOD:COUNTER")  # RFC 5546 section 1.4
_SMTP_LINE = re.compile(r"^\s{0,8}[45]\d\d[ -]", re.MULTILINE)
_REFUSED = re.compile(r"(?<![\d.])[45]\d\d[ -](?:#?[45]\.\d\.\d|[A-Z])")
_DIALOGUE = ("rcpt to", "mail from", "smtp")
# What may follow such a word: a sign, an answer's mark, or until when; "(e)" of the French, an ending of the Turks.
_END_OF_ABSENCE = re.compile(
    r"(?:\(e\)|\w{0,3})?\s{0,3}(?:[:：,(|/\])】］、–—-]|(?:re|aw|sv|antw|until|till|bis|ab|jusqu|du|hasta|fino|dal|tot|van|até|do|do|до|с|по)\b)"
)
_BRACKETS = " \t[(<*【［（「『-~"
_SIGN = re.compile(r"[^\s\x00-\x1f]")
_TAG = re.compile(r"<[^<>]{0,2000}>")


class Kind(StrEnum):
    """What sent this mail, in the words of `afterword explain`."""

    HUMAN = "human"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    AUTO_REPLY = "auto-reply"
    CALENDAR = "calendar"
    LIST_MAIL = "list"
    LOOP = "loop"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind, and the plain words why."""

    kind: Kind
    reason: str
    away_until: date | None = None  # of an automatic answer that says how long nobody is there
    feedback: str = ""  # of a complaint, its type in small letters ("abuse", RFC 5965 section 7.3)

    @property
    def accuses(self) -> bool:
        """Does somebody complain of our mail? Not who says it is no spam, nor a domain about its signatures."""
        return self.kind is Kind.COMPLAINT and self.feedback not in NO_COMPLAINTS


def classify(mail: Mail, *, mail_from: str | None = None, own_domains: Collection[str] = ()) -> Verdict:
    """The kind of a mail.

    `mail_from` is the envelope sender, "" for the null sender (RFC 5321 section 4.5.5), None where nobody knows it:
    then the Return-Path header speaks. `own_domains` are the ones that our own Message-IDs end in.
    """
    return (
        _report(mail)
        or _loop(mail, own_domains)
        or _notification(mail)
        or _daemon(mail)
        or _absent(mail, _automatic(mail))
        or _absent(mail, _null_sender(mail, mail_from))
        or _listed(mail)
        or _empty(mail)
        or Verdict(Kind.HUMAN, "nothing says that a machine wrote it")
    )


def _report(mail: Mail) -> Verdict | None:
    """The mails that say in a standard's form what they are."""
    types = {attachment.type for attachment in mail.attachments}
    shape = mail.header("Content-Type")[:TYPE_CHARS_MAX].lower()
    report = shape if shape.startswith("multipart/report") else ""
    if "message/feedback-report" in types or "feedback-report" in report:  # RFC 5965
        return _complaint(mail)
    exchange = mail.header("Content-Class").strip().lower().removeprefix("urn:content-classes:")
    if types & _DELIVERY_STATUS or "delivery-status" in report or exchange == "dsn":  # RFC 3464, RFC 6533
        if report_of(mail).get("action", "").lower() in ARRIVED:
            return Verdict(Kind.RECEIPT, "delivery status report of a mail that arrived")
        return Verdict(Kind.BOUNCE, "delivery status report")
    if mail.header("X-Failed-Recipients"):
        return Verdict(Kind.BOUNCE, "X-Failed-Recipients header")
    if types & _NOTICES or "disposition-notification" in report or exchange == "mdn":  # RFC 8098
        return Verdict(Kind.RECEIPT, "disposition notification")
    if _is_calendar_answer(mail, shape):
        return Verdict(Kind.CALENDAR, "calendar answer")
    return None


def _complaint(mail: Mail) -> Verdict:
    """A feedback report with its type, and the program that sent it (RFC 5965 section 3.1)."""
    parts = (part.content[:REPORT_BYTES_MAX] for part in mail.attachments if part.type == "message/feedback-report")
    fields = report_fields(next(parts, b"").decode("utf-8", "replace"))
    feedback = fields.get("feedback-type", "")[:FIELD_CHARS_MAX].lower()
    sender = fields.get("user-agent", "")[:FIELD_CHARS_MAX]
    told = ", ".join(filter(None, (feedback, f"from {sender}" if sender else "")))
    return Verdict(Kind.COMPLAINT, f"feedback report: {told}" if told else "feedback report", feedback=feedback)


def _is_calendar_answer(mail: Mail, shape: str) -> bool:
    told = (part.content[:2_000].upper() for part in mail.attachments if part.type == "text/calendar")
    answers = any(method in content for content in told for method in _CALENDAR_ANSWERS)
    return answers or shape.startswith("text/calendar")


def _loop(mail: Mail, own_domains: Collection[str]) -> Verdict | None:
    if mail.message_id and domain_of(mail.message_id) in {domain.lower() for domain in own_domains}:
        return Verdict(Kind.LOOP, "our own Message-ID")
    if sum(name.lower() == "received" for name, _ in mail.headers) > RECEIVED_MAX:
        return Verdict(Kind.LOOP, f"more than {RECEIVED_MAX} Received headers")
    return None


def _notification(mail: Mail) -> Verdict | None:
    """What a relay tells by a service of its own (Amazon SES through SNS), or a mail program in its owner's name."""
    if mail.header("x-amz-sns-message-id") or mail.sender.address.endswith("@sns.amazonaws.com"):
        told = mail.text[:TEXT_CHARS_MAX].replace("\\", "").replace(" ", "")
        if '"notificationType":"Bounce"' in told:
            return Verdict(Kind.BOUNCE, "Amazon SES notification of a bounce")
        if '"notificationType":"Complaint"' in told:
            return Verdict(Kind.COMPLAINT, "Amazon SES notification of a complaint")
    if mail.header("X-Apple-Unsubscribe"):  # Apple Mail answers List-Unsubscribe by itself (RFC 2369)
        return Verdict(Kind.COMPLAINT, "Apple Mail unsubscribes its owner")
    return None


def _daemon(mail: Mail) -> Verdict | None:
    """Mail servers that follow no RFC: who sends, and what the subject says."""
    sender = mail.header("From")[:SUBJECT_CHARS_MAX].lower()
    subject = mail.subject[:SUBJECT_CHARS_MAX].lower()
    failed = any(phrase in subject for phrase in FAILURES)
    if any(name in sender for name in DAEMONS) and (failed or not subject.startswith(ANSWERED)):
        return Verdict(Kind.BOUNCE, "sent by a mail server")
    administrator = _is_administrator(mail)
    if failed and administrator:
        return Verdict(Kind.BOUNCE, "a postmaster's subject about a failure")
    returned = any(returned.type in _RETURNED for returned in mail.attachments)
    if returned and subject.startswith(COMPLAINTS):
        return Verdict(Kind.COMPLAINT, "subject about a complaint, with the mail returned")
    robot = any(name in mail.sender.address.partition("@")[0].lower() for name in ROBOTS)
    coded = failed and _REFUSED.search(mail.text[:TEXT_CHARS_MAX]) is not None
    if (administrator or robot) and (coded or _tells_failure(mail, returned=returned)):
        return Verdict(Kind.BOUNCE, "a robot's words about a failure")
    return None


def _is_administrator(mail: Mail) -> bool:
    """By the address before its @, or by how the name begins: a company may have such a word in its domain."""
    local = mail.sender.address.partition("@")[0].lower()
    return any(name in local for name in ADMINISTRATORS) or mail.sender.name.lower().startswith(ADMINISTRATORS_NAMES)


def _tells_failure(mail: Mail, *, returned: bool) -> bool:
    """Does its text speak as mail servers do: an answer code and the dialogue it ended, or the mail itself returned?"""
    text = mail.text[:TEXT_CHARS_MAX].lower()
    if returned:
        return any(phrase in text for phrase in FAILED_IN_TEXT)
    return _SMTP_LINE.search(text) is not None and any(words in text for words in _DIALOGUE)


def _automatic(mail: Mail) -> Verdict | None:
    submitted = mail.header("Auto-Submitted", "no").partition(";")[0].partition("(")[0].strip().lower()
    if submitted not in {"no", ""}:  # RFC 3834 section 5
        return Verdict(Kind.AUTO_REPLY, "Auto-Submitted header")
    named = next((name for name, _ in mail.headers if name.lower() in AUTOMATIC_HEADERS), "")
    if named:
        return Verdict(Kind.AUTO_REPLY, f"{named} header")
    for name, values in AUTOMATIC_VALUES:
        if mail.header(name)[:SUBJECT_CHARS_MAX].strip().lower().startswith(values):
            return Verdict(Kind.AUTO_REPLY, f"{name.title()} header")
    subject = _compared(mail.subject)
    if _is_automatic_subject(subject):
        return Verdict(Kind.AUTO_REPLY, "subject of an automatic answer")
    told = mail.text[:ABSENCE_CHARS_MAX].lower()
    if _may_tell_an_absence(subject) and any(phrase in told for phrase in ABSENT_IN_TEXT):
        return Verdict(Kind.AUTO_REPLY, "subject and words of an absence")
    if _is_receipt_of_a_ticket(mail, subject):
        return Verdict(Kind.AUTO_REPLY, "a robot's subject about what it received")
    return None


def _compared(subject: str) -> str:
    """In small letters, the Turkish ones as well, and without the brackets some programs put round its beginning."""
    return subject[:SUBJECT_CHARS_MAX].replace("İ", "i").lower().lstrip(_BRACKETS)


def _is_automatic_subject(subject: str) -> bool:
    anywhere = not subject.startswith(ANSWERED) and any(phrase in subject for phrase in AUTOMATIC_ANYWHERE)
    return anywhere or subject.startswith(AUTOMATIC_SUBJECTS)


def _may_tell_an_absence(subject: str) -> bool:
    """`Holiday: How did we do?`, `On leave until Monday`; people leave it at the word, or go on in others ("Holiday
    booking lost")."""
    if subject.startswith(ABSENT_SENTENCES):
        return True
    words = max((words for words in ABSENT_SUBJECTS if subject.startswith(words)), key=len, default="")
    return bool(words) and _END_OF_ABSENCE.match(subject, len(words)) is not None


def _absent(mail: Mail, verdict: Verdict | None) -> Verdict | None:
    """The verdict with the day until which nobody is there, where an automatic answer names it."""
    if verdict is None or verdict.kind is not Kind.AUTO_REPLY or mail.date is None:
        return verdict
    text = f"{mail.subject[:SUBJECT_CHARS_MAX]}\n{mail.text or _TAG.sub(' ', mail.html[:HTML_CHARS_MAX])}"
    until = away_until(text, sent=mail.date.date())
    return replace(verdict, reason=f"{verdict.reason}; away until {until}", away_until=until) if until else verdict


def _is_receipt_of_a_ticket(mail: Mail, subject: str) -> bool:
    """A subject about something received says enough where the sender is a robot, or wants no robot to answer."""
    if subject.startswith(ANSWERED) or mail.header("List-Id"):  # an agent's answer, somebody on a mailing list
        return False
    local = mail.sender.address.partition("@")[0].lower()
    robot = any(name in local for name in ROBOTS) or bool(mail.header("X-Auto-Response-Suppress"))
    bulk = mail.header("Precedence").strip().lower() == "bulk"
    return (robot or bulk) and any(phrase in subject for phrase in RECEIPT_SUBJECTS)


def _null_sender(mail: Mail, mail_from: str | None) -> Verdict | None:
    envelope = mail.header("Return-Path", "unknown") if mail_from is None else mail_from
    if envelope.strip(" <>\t"):
        return None
    # Only servers and automatic answers write from nobody (RFC 5321 section 4.5.5).
    told = f"{mail.subject[:SUBJECT_CHARS_MAX]}\n{mail.text[:TEXT_CHARS_MAX]}".lower()
    failed = _SMTP_LINE.search(told) is not None or any(phrase in told for phrase in (*FAILURES, *FAILED_IN_TEXT))
    if not failed and any(phrase in told for phrase in ABSENT_IN_TEXT):
        return Verdict(Kind.AUTO_REPLY, "null envelope sender, and the words of an absence")
    return Verdict(Kind.BOUNCE, "null envelope sender")


def _listed(mail: Mail) -> Verdict | None:
    if mail.header("List-Id") or mail.header("List-Post"):  # RFC 2919, RFC 2369
        return Verdict(Kind.LIST_MAIL, "mailing list headers")
    if mail.header("Precedence").strip().lower() in {"list", "bulk"}:
        return Verdict(Kind.LIST_MAIL, "Precedence header")
    return None


def _empty(mail: Mail) -> Verdict | None:
    if mail.attachments or _SIGN.search(mail.text) or "<img" in mail.html.lower():
        return None
    shown = _TAG.sub("", mail.html).replace("&nbsp;", "").replace("&#160;", "").replace("\xa0", "")
    return None if _SIGN.search(shown) else Verdict(Kind.EMPTY, "nothing is written in it")
