"""Which mail came back, for whom, why, and for good?"""

import re
from dataclasses import dataclass

from reviews.addresses import read_addresses
from reviews.mail import Mail, read_mail

REPORT_BYTES_MAX = 65_536  # of a delivery-status part or a bounce's text; honest ones are under 4 kB
REASON_CHARS_MAX = 500

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
# fmt: off
_GONE = (
    "user unknown", "unknown user", "no such user", "no such recipient", "does not exist", "doesn't exist",
    "not exist", "mailbox unavailable", "mailbox not found", "recipient not found", "address rejected",
    "unknown recipient", "invalid recipient", "account has been disabled", "account is disabled", "no mailbox here",
    "not listed in", "host unknown", "domain not found", "unrouteable address", "unknown address", "not found",
)
_PASSING = (
    "delayed", "warning", "will be retried", "will retry", "still trying", "temporar", "(delay)", "over quota",
    "mailbox full",
)
# fmt: on


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


def read_bounce(mail: Mail) -> Bounce:
    """What a bounce says: from its delivery-status part (RFC 3464, RFC 6533), else from its words."""
    report = next((part for part in mail.attachments if part.type.endswith("delivery-status")), None)
    fields = _fields(report.content[:REPORT_BYTES_MAX].decode("utf-8", "replace")) if report else {}
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
        original_id=_original_id(mail),
    )


def _fields(report: str) -> dict[str, str]:
    """The fields of a delivery-status part; the first recipient's where there are several: one mail of ours has one."""
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
    if action in {"delayed", "delivered", "relayed", "expanded"} or status[:1] in {"2", "4"}:
        return False
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
            return found
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
    return _first(_ADDRESS, text[: REASON_CHARS_MAX * 10]).strip(".")


def _original_id(mail: Mail) -> str:
    returned = next((part for part in mail.attachments if "rfc822" in part.type or part.type == "message/global"), None)
    return read_mail(returned.content[:REPORT_BYTES_MAX]).message_id if returned else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return (found[1] if pattern.groups else found[0]) if found else ""
