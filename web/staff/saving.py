"""How is a mail of others given to staff as a file, and a file that came in one? Without what only the customer may
press: a mail program would make links of it again."""

import re
from collections.abc import Iterable
from email import policy
from email.message import EmailMessage
from email.utils import formatdate

from reviews.attachments import clean_name
from reviews.mail import Attachment, Mail, read_mail
from reviews.redacted import Ours, without_ours
from web.staff.letters import cleaned_html

HEADERS = ("From", "To", "Cc", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Received")
"""Which are kept, as they were, for whoever looks where it came from."""
HEADER_CHARS_MAX, HEADERS_MAX = 900, 60
WITHIN_MAX = 5
"""Mails in one another that are looked into; what is deeper is left out."""
LEFT_OUT = b"[left out: mails within mails, too deep]\n"
MAILS, PAGES = ("message/rfc822", "message/global"), ("text/html", "application/xhtml+xml")
_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,100}")
_ENDS_OF_MAILS, _ENDS_OF_TEXTS = (".eml", ".mht", ".mhtml"), (".htm", ".html", ".xhtml", ".svg", ".txt")


def saved_mail(raw: bytes, ours: Ours, *, within: int = 0) -> bytes:
    """The mail written anew: its words, its page cleaned, its files, and the headers that say where it came from."""
    mail = read_mail(raw)
    made = EmailMessage(policy.SMTP.clone(cte_type="7bit", refold_source="none"))
    made.set_content(without_ours(mail.text, ours))
    if page := cleaned_html(mail.html, ours, pictures={}) if mail.html else "":
        made.add_alternative(page, subtype="html")
    for file in mail.attachments:
        kind, _, subtype = _type(file).partition("/")
        content = saved_file(file, ours, within=within + 1)
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=clean_name(file.name) or "file")
    return _head(mail, ours) + made.as_bytes()


def saved_file(file: Attachment, ours: Ours, *, within: int = 0) -> bytes:
    """The bytes of a file: of mails, pages and texts without what is ours, of all others as they are."""
    name = file.name.lower()
    if file.type in MAILS or name.endswith(_ENDS_OF_MAILS):
        return saved_mail(file.content, ours, within=within) if within < WITHIN_MAX else LEFT_OUT
    if file.type.startswith("text/") or file.type in PAGES or name.endswith(_ENDS_OF_TEXTS):
        # Byte for byte: what is taken out is ASCII, in whichever of the usual charsets.
        return without_ours(file.content.decode("latin-1"), ours).encode("latin-1")
    return file.content


def _type(file: Attachment) -> str:
    """Bytes to be saved: a mail in a mail is a file too, so that no program opens it in its place."""
    usual = _TYPE.fullmatch(file.type) and not file.type.startswith(("message/", "multipart/", "text/"))
    return file.type if usual else "application/octet-stream"


def _head(mail: Mail, ours: Ours) -> bytes:
    """Headers, a line each."""
    wanted = {name.lower() for name in HEADERS}
    kept = [(name, value) for name, value in mail.headers if name.lower() in wanted][:HEADERS_MAX]
    lines = [*_lines(kept, ours), *_lines([("Subject", mail.subject)], ours)]
    if not any(name.lower() == "date" for name, _ in kept):
        lines += _lines([("Date", formatdate(0))], ours)
    return "".join(lines).encode()


def _lines(headers: Iterable[tuple[str, str]], ours: Ours) -> list[str]:
    return [f"{name}: {' '.join(without_ours(value, ours).split())[:HEADER_CHARS_MAX]}\r\n" for name, value in headers]
