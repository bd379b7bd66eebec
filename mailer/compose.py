"""What does a mail look like on the wire? Envelope and bytes, from a delivery and the log it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from reviews.clicks import Timeline
from reviews.facts import Message
from reviews.links import Links
from reviews.log import Log
from reviews.model import By, DeliveryKind, Outcome
from store import Outgoing
from templates.brands import Brand
from templates.contexts import Answer, Invitation, MailContext
from templates.letters import letter, letter_to_staff
from templates.mails import Rendered, compile_mails
from templates.words import masked, one_line

BODY = SMTP.clone(cte_type="7bit")
WIRE = BODY.clone(max_line_length=998)
"""RFC 5322 section 2.1.1. Folded at 78, Python turns a long List-Unsubscribe into encoded words nobody can read."""
REFERENCES_MAX = 12
AUTOMATIC = {
    "Auto-Submitted": "auto-generated",  # RFC 3834 section 5: keeps polite auto-responders quiet
    "X-Auto-Response-Suppress": "All",  # the same for Exchange
}


class UnknownBrand(LookupError):
    """No file describes the brand of this mail."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to be handed over; `text` is what a reply will quote."""

    envelope_from: str
    envelope_to: str
    subject: str
    text: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Composer:
    """What composing needs to know of this installation. With `only_to`, every mail goes there, marked (trial mode)."""

    brands: Mapping[str, Brand]
    links: Links
    sender: str
    only_to: str = ""

    def compose(
        self, outgoing: Outgoing, log: Log, timeline: Timeline, *, siblings: Sequence[Outgoing], now: datetime
    ) -> Composed:
        """The mail of a delivery of a review; `siblings` are the review's deliveries, for the thread."""
        brand = self._brand(outgoing.brand)
        trial = bool(self.only_to)
        context = letter(outgoing.delivery, log, timeline, brand=brand, links=self.links, now=now, trial=trial)
        headers = self._headers(outgoing, brand, now=now, name=_from_name(context, brand))
        headers |= _thread(outgoing, log, siblings)
        headers |= self._purpose_headers(outgoing, log)
        return self._finished(outgoing, brand, context, headers)

    def compose_alone(self, outgoing: Outgoing, *, now: datetime) -> Composed:
        """A mail that belongs to no review: a sign-in link, or the test of an address, which is to be answered."""
        brand = self._brand(outgoing.brand)
        headers = self._headers(outgoing, brand, now=now, name=brand.sender_name) | AUTOMATIC
        if outgoing.delivery.purpose is DeliveryKind.ROUND_TRIP:
            headers["Reply-To"] = self.links.staff_address(outgoing.delivery.seat)
        return self._finished(outgoing, brand, letter_to_staff(outgoing.delivery, self.links), headers)

    def _brand(self, key: str) -> Brand:
        if key not in self.brands:
            raise UnknownBrand(f"no file describes the brand {key}")
        return self.brands[key]

    def _headers(self, outgoing: Outgoing, brand: Brand, *, now: datetime, name: str) -> dict[str, str]:
        recipient = outgoing.delivery.recipient
        to = Address(display_name="" if self.only_to else one_line(recipient.name), addr_spec=self._to(outgoing))
        return {
            "From": str(Address(display_name=one_line(name), addr_spec=brand.sender_address or self.sender)),
            "To": str(to),
            "Date": format_datetime(now),
            "Message-ID": f"<{outgoing.message_id}>",
        }

    def _to(self, outgoing: Outgoing) -> str:
        return self.only_to or outgoing.delivery.recipient.email

    def _purpose_headers(self, outgoing: Outgoing, log: Log) -> dict[str, str]:
        purpose, review = outgoing.delivery.purpose, log.review.id
        if purpose in (DeliveryKind.NOTICE, DeliveryKind.HELD):
            return {"Reply-To": self.links.staff_address(outgoing.delivery.seat), **AUTOMATIC}
        headers = {"Reply-To": self.links.customer_address(review)}
        if purpose is DeliveryKind.INVITATION:
            headers |= AUTOMATIC
            headers["List-Unsubscribe"] = f"<{self.links.unsubscribe(review)}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        return headers

    def _finished(self, outgoing: Outgoing, brand: Brand, context: MailContext, headers: Mapping[str, str]) -> Composed:
        rendered = compile_mails(brand).render(context)
        subject = rendered.subject
        if self.only_to and not isinstance(context, Invitation | Answer):  # those two say it themselves
            subject = f"[Trial for {masked(outgoing.delivery.recipient.email)}] {subject}"
        return Composed(
            envelope_from=self.links.bounce_address(outgoing.delivery.id),
            envelope_to=self._to(outgoing),
            subject=subject,
            text=rendered.text,
            raw=_wire(headers, subject, rendered),
        )


def _from_name(context: MailContext, brand: Brand) -> str:
    """Who a mail is from: the brand, and in an answer the first name of who wrote it."""
    if isinstance(context, Answer) and context.staff_name:
        return f"{context.staff_name} at {brand.sender_name}"
    return brand.sender_name


def _thread(outgoing: Outgoing, log: Log, siblings: Sequence[Outgoing]) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4): what this person has of the thread, oldest first."""
    to = outgoing.delivery.recipient.email.lower()
    ours = [(s.settled_at, s.message_id) for s in siblings if _reached(s, to) and s.settled_at]
    theirs = [(m.at, m.message_id) for m in log.of(Message) if m.message_id and _wrote(m, to, log)]
    ids = [f"<{id}>" for _, id in sorted(ours + theirs)][-REFERENCES_MAX:]
    if outgoing.delivery.purpose is DeliveryKind.INVITATION or not ids:
        return {}
    return {"In-Reply-To": ids[-1], "References": " ".join(ids)}


def _reached(sibling: Outgoing, to: str) -> bool:
    return sibling.status == Outcome.SENT and sibling.delivery.recipient.email.lower() == to


def _wrote(message: Message, to: str, log: Log) -> bool:
    """Whether this person wrote that message, from whichever of a customer's addresses."""
    if message.by is By.CUSTOMER:
        return to == log.review.contact.email.lower()
    return message.sender.lower() == to


def _wire(headers: Mapping[str, str], subject: str, rendered: Rendered) -> bytes:
    mail = EmailMessage(policy=BODY)
    for name, value in {**headers, "Subject": subject}.items():
        if "\r" in value or "\n" in value:  # CVE-2024-6923: Python's own check is not to be relied upon
            raise ValueError(f"a line break in {name}")
        mail[name] = value
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes(policy=WIRE)
