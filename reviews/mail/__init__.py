"""What does this mail hold?

`read_mail` never raises and takes time in proportion to the bytes: everything is capped before it is read, and every
limit met is a sentence in `problems`. The raw mail is kept elsewhere, so nothing here has to be kept whole.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import escape

from reviews.addresses import Address, plain_name, read_addresses
from reviews.mail.charsets import decode, decode_words, label_in_html
from reviews.mail.flowed import unflowed
from reviews.mail.parts import (
    Budget,
    Header,
    Part,
    header_of,
    leaves,
    parameters,
    read_headers,
    split_head,
    without_blank_start,
)
from reviews.mail.wrapping import unwrapped

MAIL_BYTES_MAX = 26_214_400  # 25 MB, the SIZE our door announces
REFERENCES_MAX = 50  # newest first; a thread that long has its review by address
LETTER_BYTES_MAX = 4_194_304  # of one text or page: more words than anybody reads, whatever their alphabet
NAME_CHARS_MAX = 200  # of an attachment; file systems end at 255 bytes
DATE_CHARS_MAX = 200

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ID_IN_BRACKETS = re.compile(r"<([^<>]{1,400})>")
_PATH_OR_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

__all__ = ["Attachment", "Mail", "read_mail"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the letter itself; of a bounce also what it reports and what it returns."""

    name: str  # as sent, without path and control characters; "" where it has none
    type: str  # "image/png", as claimed
    size_bytes: int
    sha256: str
    content: bytes = field(repr=False)
    content_id: str = ""  # by which the HTML names it (RFC 2392), without brackets


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as values: no lone surrogate, no NUL, line ends are LF, ids without their brackets."""

    headers: tuple[tuple[str, str], ...]
    message_id: str
    references: tuple[str, ...]  # In-Reply-To first, then References, newest first
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...]
    body_sha256: str  # of the raw bytes after the header block: part of the message's identity (DESIGN section 2)

    def header(self, name: str, default: str = "") -> str:
        """The first header of this name, decoded; `default` where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes (RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 3676): whatever they are, without raising."""
    budget = Budget()
    if len(raw) > MAIL_BYTES_MAX:
        budget.note("the mail is too large")
        raw = raw[:MAIL_BYTES_MAX]
    raw = without_blank_start(raw)
    body_sha256 = sha256(memoryview(raw)[split_head(raw)[1] :]).hexdigest()
    data = _with_line_feeds(raw)
    head_end, body = split_head(data)
    headers = read_headers(data[:head_end], budget)
    if not headers:
        budget.note("there are no headers")
    texts, htmls, attachments = _sorted_parts(unwrapped(list(leaves(data, body, headers, budget)), budget))
    return Mail(
        headers=tuple((header.name, header.decoded) for header in headers),
        message_id=next(iter(_ids(header_of(headers, "Message-ID"))), ""),
        references=_references(headers),
        sender=next(iter(_addresses(headers, "From")), Address("", "")),
        to=_addresses(headers, "To"),
        cc=_addresses(headers, "Cc"),
        subject=_one_line(decode_words(header_of(headers, "Subject"))),
        date=_date(header_of(headers, "Date")),
        text="\n".join(texts),
        html="\n".join(htmls),
        attachments=attachments,
        problems=tuple(budget.problems),
        body_sha256=body_sha256,
    )


def _one_line(text: str) -> str:
    """What encoded words can hide in a subject is no line end of ours."""
    return _CONTROL.sub(" ", text).strip()


def _with_line_feeds(raw: bytes) -> bytes:
    if b"\r" not in raw:
        return raw
    return raw.replace(b"\r\n", b"\n") if b"\n" in raw else raw.replace(b"\r", b"\n")


def _sorted_parts(parts: list[Part]) -> tuple[list[str], list[str], tuple[Attachment, ...]]:
    """The plain texts, the HTML pages, and all the rest."""
    texts: list[str] = []
    htmls: list[str] = []
    attachments: list[Attachment] = []
    any_html = any(part.type == "text/html" and _is_letter(part) for part in parts)
    for part in parts:
        if not _is_letter(part):
            attachments.append(_attachment(part))
        elif part.type == "text/html":
            htmls.append(_text(part))
        else:
            text = _text(part)
            texts.append(text)
            if any_html and not part.group and text.strip():  # it has no twin: whoever reads the HTML must see it too
                htmls.append(f"<pre>{escape(text, quote=False)}</pre>")
    return texts, htmls, tuple(attachments)


def _is_letter(part: Part) -> bool:
    """Is this a part that people read as the mail itself?"""
    if part.type not in {"text/plain", "text/html"}:
        return False
    disposition = part.header("Content-Disposition").partition(";")[0].strip().lower()
    return part.depth == 0 or (disposition != "attachment" and not _name(part))


def _text(part: Part) -> str:
    content = part.content()[:LETTER_BYTES_MAX]
    values = parameters(part.header("Content-Type"))
    labels = [values.get("charset", ""), label_in_html(content) if part.type == "text/html" else ""]
    text = decode(content, *labels).replace("\r\n", "\n").replace("\r", "\n")
    if part.type == "text/plain" and values.get("format", "").lower() == "flowed":
        return unflowed(text, delsp=values.get("delsp", "").lower() == "yes")
    return text


def _attachment(part: Part) -> Attachment:
    content, named = part.content(), next(iter(_ids(part.header("Content-ID"))), "")
    return Attachment(_name(part), part.type, len(content), sha256(content).hexdigest(), content, named)


def _name(part: Part) -> str:
    name = parameters(part.header("Content-Disposition")).get("filename", "")
    name = name or parameters(part.header("Content-Type")).get("name", "")
    return _PATH_OR_CONTROL.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()[-NAME_CHARS_MAX:]


def _ids(value: str) -> list[str]:
    # Blanks within an id are where a program has folded the line.
    found = ["".join(id.split()) for id in _ID_IN_BRACKETS.findall(value)]
    return list(filter(None, found)) or value.strip("<> ").split()[:1]  # some programs forget the brackets


def _references(headers: tuple[Header, ...]) -> tuple[str, ...]:
    answered = _ids(header_of(headers, "In-Reply-To"))
    thread = reversed(_ids(header_of(headers, "References")))
    return tuple(dict.fromkeys((*answered, *thread)))[:REFERENCES_MAX]


def _addresses(headers: tuple[Header, ...], name: str) -> tuple[Address, ...]:
    written = read_addresses(header_of(headers, name))
    return tuple(Address(plain_name(decode_words(found.name)), found.address) for found in written)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value[:DATE_CHARS_MAX])
    except Exception:  # noqa: BLE001 - it raises five kinds of error on broken dates (THREATS.md); such a mail has no date
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
