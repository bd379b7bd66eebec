"""Which mail came back, for whom, why, and for good?"""

import re
from dataclasses import dataclass

from reviews.addresses import read_addresses
from reviews.mail import Mail, read_mail

REPORT_BYTES_MAX = 65_536  # of a delivery-status part or a bounce's text; honest ones are under 4 kB
REASON_CHARS_MAX = 500

_FULL = "5.2.2"  # the mailbox is full (RFC 3463 section 3.3): for good as the code goes, for now as people do
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ :-](?!\d)")
_SNS_FIELD = re.compile(r'"(bounceType|emailAddress|status|diagnosticCode|messageId|action)":"([^"]{0,500})"')
_RETURNED_ID = re.compile(r"^[ \t>]{0,8}message-id:\s{0,8}<([^<>\s]{1,300})>", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
# fmt: off
_GONE = (
    "user unknown", "unknown user", "no such user", "no such recipient", "does not exist", "doesn't exist",
    "not exist", "mailbox unavailable", "mailbox not found", "recipient not found", "address rejected",
    "unknown recipient", "invalid recipient", "account has been disabled", "account is disabled",
    "no mailbox here", "doesn't have a", "nicht vorhanden", "n'existe pas", "no existe", "non esiste", "bestaat niet",
    "не существует", "存在しません", "地址不存在", "不存在", "존재하지 않",
    "not listed in", "host unknown", "domain not found", "unrouteable address", "unknown address", "not found",
)
_PASSING = (
    "delayed", "warning", "will be retried", "will retry", "still trying", "temporar", "(delay)", "over quota",
    "mailbox full",
)
# Words for people: first by what servers say, then by the code's subject and detail, or its subject alone.
_WORDS_FOR_PHRASES = (
    (("mailbox full", "over quota", "quota exceeded", "mailbox is full", "full mailbox"), "the mailbox is full"),
    (("spam", "blacklist", "blocklist", "block list", "reputation"), "it was taken for spam"),
    (("user unknown", "unknown user", "no such user", "no such recipient", "recipient not found", "mailbox not found",
      "does not exist", "doesn't exist", "unknown address", "invalid recipient", "no mailbox here",
      "doesn't have a", "not listed in", "n'existe pas", "no existe", "non esiste", "bestaat niet", "не существует",
      "不存在"),
     "there is no such address"),
    (("domain not found", "host unknown", "host or domain name not found", "nxdomain"), "there is no such domain"),
)
_WORDS_FOR_STATUS = {
    "1": "the address is wrong", "1.1": "there is no such address", "1.2": "there is no such domain",
    "1.3": "the address is wrong", "1.6": "the address has moved", "1.10": "the domain takes no mail",
    "2": "the mailbox takes no mail", "2.1": "the mailbox is closed", "2.2": "the mailbox is full",
    "2.3": "the mail is too large", "3": "the receiving system takes no mail", "3.4": "the mail is too large",
    "4": "the receiving server was not reached", "4.1": "the receiving server does not answer",
    "4.4": "there is no such domain", "4.7": "it took too long", "5": "the servers did not understand each other",
    "6": "the mail cannot be read there", "7": "it was refused by a rule of the receiver",
    "7.1": "it was refused by a rule of the receiver",
}
# fmt: on


ARRIVED = frozenset({"delivered", "relayed", "expanded"})
"""What a report of a success says was done (RFC 3464 section 2.3.3)."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One failed or delayed delivery.

    `permanent` is True only where the report says so: a wrong suppression silences a customer.
    """

    permanent: bool
    status: str  # enhanced status code, "5.1.1" (RFC 3463), "" where none is given
    reason: str  # the server's words
    recipient: str  # "" where the report names none
    original_id: str = ""  # Message-ID of the mail that came back, "" where it is not returned

    @property
    def words(self) -> str:
        """For good or for now, and why, in words for people."""
        return in_words(permanent=self.permanent, status=self.status, reason=self.reason)


def in_words(*, permanent: bool, status: str, reason: str) -> str:
    """What a bounce of this status code and with these words of the server's means for people."""
    return f"{'for good' if permanent else 'for now'}: {_meaning(status, reason.lower())}"


def read_bounce(mail: Mail) -> Bounce:
    """What a bounce says: from its delivery-status part (RFC 3464, RFC 6533), else from its words."""
    fields = report_of(mail) or _told_by_ses(mail)
    text = (mail.text or mail.html)[:REPORT_BYTES_MAX]
    status = _first(_STATUS, fields.get("status", "")) or _first(_STATUS, fields.get("diagnostic-code", ""))
    diagnosis = fields.get("diagnostic-code", "").partition(";")[2].strip() or fields.get("diagnostic-code", "")
    if not fields:
        status = _first(_STATUS, text)
        diagnosis = _telling_line(text)
    return Bounce(
        permanent=_is_permanent(fields.get("action", "").lower(), status, f"{mail.subject}\n{diagnosis}".lower()),
        status=status,
        reason=(diagnosis or mail.subject)[:REASON_CHARS_MAX],
        recipient=_recipient(mail, fields, text),
        original_id=_original_id(mail) or fields.get("original-message-id", ""),
    )


def report_of(mail: Mail) -> dict[str, str]:
    """The fields of its delivery-status part; none where there is no such part."""
    report = next((part for part in mail.attachments if part.type.endswith("delivery-status")), None)
    return report_fields(report.content[:REPORT_BYTES_MAX].decode("utf-8", "replace")) if report else {}


def _told_by_ses(mail: Mail) -> dict[str, str]:
    """The same fields from a notification of Amazon SES: JSON, or JSON within JSON, cut by a mail server."""
    text = mail.text[:REPORT_BYTES_MAX].replace("\\", "")
    if '"notificationType":"Bounce"' not in text.replace('" :', '":').replace(': "', ':"'):
        return {}
    told: dict[str, str] = {}
    for name, value in _SNS_FIELD.findall(text):
        told.setdefault(name, value)
    return {
        "action": told.get("action", "failed" if told.get("bounceType") == "Permanent" else "delayed"),
        "status": told.get("status", ""),
        "diagnostic-code": told.get("diagnosticCode", ""),
        "final-recipient": told.get("emailAddress", ""),
        "original-message-id": told.get("messageId", ""),
    }


def _meaning(status: str, words: str) -> str:
    """What an enhanced status code means (RFC 3463 section 3), or the server's own words where it gives none."""
    for phrases, meaning in _WORDS_FOR_PHRASES:
        if any(phrase in words for phrase in phrases):
            return meaning
    detail = status.partition(".")[2]
    return _WORDS_FOR_STATUS.get(detail) or _WORDS_FOR_STATUS.get(detail.partition(".")[0], "it could not be delivered")


def report_fields(report: str) -> dict[str, str]:
    """The fields of a delivery-status or feedback-report part, names in small letters; the first recipient's where
    there are several: one mail of ours has one."""
    fields: dict[str, str] = {}
    name = ""
    for line in report.replace("\r", "").split("\n"):
        if line[:1] in {" ", "\t"} and name:
            fields[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name in fields:
            name = ""
            continue
        fields[name] = value.strip()
    return fields


def _is_permanent(action: str, status: str, words: str) -> bool:
    if action in {"delayed", *ARRIVED} or status[:1] in {"2", "4"} or status == _FULL:
        return False
    if status.startswith("5.1."):  # the address itself, whatever the subject warns of (RFC 3463 section 3.2)
        return True
    if any(phrase in words for phrase in _PASSING):
        return False
    if action == "failed" or status[:1] == "5":
        return True
    code = _first(_SMTP_CODE, words)
    return code[:1] == "5" or (not code and any(phrase in words for phrase in _GONE))


def _telling_line(text: str) -> str:
    """The line of a bounce without a report that says why."""
    lines = [line.strip() for line in text.split("\n")[:400]]
    for pattern in (_STATUS, _SMTP_CODE):
        found = next((line for line in lines if pattern.search(line[:REASON_CHARS_MAX])), "")
        if found:
            below = lines[lines.index(found) + 1 :][:1]
            return " ".join([found, *below]) if found.endswith(":") else found
    return next((line for line in lines if any(phrase in line.lower() for phrase in _GONE + _PASSING)), "")


def _recipient(mail: Mail, fields: dict[str, str], text: str) -> str:
    for named in (
        fields.get("original-recipient", ""),
        fields.get("final-recipient", ""),
        mail.header("X-Failed-Recipients"),
    ):
        found = read_addresses(named.rpartition(";")[2])
        if found:
            return found[0].address
    text = text[: REASON_CHARS_MAX * 10]
    told = text[max(0, text.upper().find("RCPT TO")) :]
    return (_first(_ADDRESS, told) or _first(_ADDRESS, text)).strip(".")


def _original_id(mail: Mail) -> str:
    returned = next((part for part in mail.attachments if "rfc822" in part.type or part.type == "message/global"), None)
    if returned:
        return read_mail(returned.content[:REPORT_BYTES_MAX]).message_id
    return _first(_RETURNED_ID, mail.text[:REPORT_BYTES_MAX])  # exim and qmail return the mail in the text


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return (found[1] if pattern.groups else found[0]) if found else ""
