"""What does a mail look like on the wire? Envelope and bytes, from a delivery and the log it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from mailer import headers
from mailer.mime import CONTENT_TYPE, Body, alternatives
from reviews import trace
from reviews.addresses import domain_of, parse_address
from reviews.clicks import Timeline
from reviews.facts import Message
from reviews.gathered import Gathered
from reviews.links import Links
from reviews.log import Log
from reviews.mail import read_mail
from reviews.manners import Manners
from reviews.model import TO_STAFF, By, DeliveryKind, Envelope, Outcome
from reviews.onlookers import shows_agents
from reviews.regular import About
from store import Outgoing
from store.daily import Collected
from templates.brands import Brand
from templates.contexts import Answer, Confirmation, Consent, Invitation, MailContext, Thanks
from templates.languages import languages
from templates.letters import letter, letter_to_staff, voice
from templates.letters_to_staff import daily_mail, forwarded
from templates.mails import compile_mails
from templates.regular_contexts import CameOfIt
from templates.regular_letters import Post, regular_mail
from templates.senders import from_name
from templates.words import masked, one_line

REFERENCES_MAX = 12
AUTOMATIC = {
    "Auto-Submitted": b"auto-generated",  # RFC 3834 section 5: keeps polite auto-responders quiet
    "X-Auto-Response-Suppress": b"All",  # the same for Exchange
}
Fields = dict[str, bytes]
"""Header fields by name, as they stand on the wire."""


class UnknownBrand(LookupError):
    """No file describes the brand of this mail."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to be handed over; `text` is what a reply will quote, `wording` the question
    it asks or '', `sender_domain` the one in From, `signatures` are whole header fields."""

    envelope_from: str
    envelope_to: str
    subject: str
    text: str
    head: Fields
    body: Body
    wording: str = ""
    sender_domain: str = ""
    signatures: bytes = b""

    @property
    def raw(self) -> bytes:
        """The bytes of the mail."""
        fields = [b"%s: %s\r\n" % (name.encode(), value) for name, value in self.head.items()]
        return b"".join([self.signatures, *fields, b"\r\n", self.body.wire])


@dataclass(frozen=True)
class Composer:
    """What composing needs to know of this installation. With `only_to`, every mail goes there, marked (trial mode)."""

    brands: Mapping[str, Brand]
    links: Links
    sender: str
    only_to: str = ""

    @cached_property
    def manners(self) -> Mapping[str, Manners]:
        """How each brand asks."""
        return {key: brand.manners for key, brand in self.brands.items()}

    def compose(
        self, outgoing: Outgoing, log: Log, timeline: Timeline, *, siblings: Sequence[Outgoing], now: datetime
    ) -> Composed:
        """The mail of a delivery of a review; `siblings` are the review's deliveries, for the thread."""
        brand = voice(self._brand(outgoing.brand), log.review, outgoing.delivery)
        trial = bool(self.only_to)
        context = letter(outgoing.delivery, log, timeline, brand=brand, links=self.links, now=now, trial=trial)
        fields = self._fields(outgoing, brand, now=now, name=from_name(context, brand))
        fields |= _thread(outgoing, log, siblings)
        fields |= self._purpose_fields(outgoing, log, context)
        return self._finished(outgoing, brand, context, fields)

    def compose_alone(self, outgoing: Outgoing, *, now: datetime) -> Composed:
        """A mail that belongs to no review: a sign-in link, or the test of an address, which is to be answered."""
        brand = self._brand(outgoing.brand)
        fields = self._fields(outgoing, brand, now=now, name=brand.sender_name) | AUTOMATIC
        if outgoing.delivery.purpose is DeliveryKind.ROUND_TRIP:
            fields["Reply-To"] = headers.plain("Reply-To", self.links.staff_address(outgoing.delivery.seat))
        return self._finished(outgoing, brand, letter_to_staff(outgoing.delivery, self.links), fields)

    def compose_daily(self, outgoing: Outgoing, found: Collected, *, now: datetime) -> Composed:
        """The daily mail to one of the staff. Its text is not kept: it holds customers' words, each of whom may wish
        to be forgotten."""
        brand, person = self._brand(outgoing.brand), outgoing.delivery.recipient
        fields = self._fields(outgoing, brand, now=now, name=brand.sender_name) | AUTOMATIC
        context = daily_mail(
            person, found.told, found.waiting, until=found.until, brand=brand, links=self.links, now=now
        )
        return replace(self._finished(outgoing, brand, context, fields), text="")

    def compose_regular(self, outgoing: Outgoing, found: Gathered, *, now: datetime) -> Composed:
        """A regular mail to one of the staff; its text is not kept either."""
        mail = outgoing.delivery
        brand = self._brand(outgoing.brand).said_in(mail.recipient.language)
        fields = self._fields(outgoing, brand, now=now, name=brand.sender_name) | AUTOMATIC
        agents = shows_agents([brand.answering.figures])
        post = Post(mail.recipient, About.read(mail.occasion), brand, self.links, now, agents)
        return replace(self._finished(outgoing, brand, regular_mail(mail.purpose, found, post), fields), text="")

    def compose_forwarded(
        self, outgoing: Outgoing, raw: bytes, came: tuple[str, Envelope] | None, *, now: datetime
    ) -> Composed:
        """A mail for postmaster or abuse, on its way to the operator, whose answer goes to its sender. `came` is the id
        and the envelope of its arrival. It bears the trace of its whole way, so that a circle ends somewhere."""
        brand, mail = self._brand(outgoing.brand), read_mail(raw)
        ours = [trace.received(came[1], by=self.links.reply_domain, id=came[0])] if came else []
        fields = _trace([*ours, *trace.carried(mail.headers)])
        fields |= self._fields(outgoing, brand, now=now, name=brand.sender_name) | AUTOMATIC
        if sender := parse_address(mail.sender.address):
            fields["Reply-To"] = headers.mailbox("Reply-To", "", sender.address)
        return self._finished(outgoing, brand, forwarded(mail, self.links), fields)

    def _brand(self, key: str) -> Brand:
        if key not in self.brands:
            raise UnknownBrand(f"no file describes the brand {key}")
        return self.brands[key]

    def _fields(self, outgoing: Outgoing, brand: Brand, *, now: datetime, name: str) -> Fields:
        to_name = "" if self.only_to else one_line(outgoing.delivery.recipient.name)
        return {
            "From": headers.mailbox("From", one_line(name), brand.sender_address or self.sender),
            "To": headers.mailbox("To", to_name, self._to(outgoing)),
            "Date": headers.date(now.replace(microsecond=0)),
            "Message-ID": headers.plain("Message-ID", f"<{outgoing.message_id}>"),
        }

    def _to(self, outgoing: Outgoing) -> str:
        return self.only_to or outgoing.delivery.recipient.email

    def _purpose_fields(self, outgoing: Outgoing, log: Log, context: MailContext) -> Fields:
        purpose = outgoing.delivery.purpose
        if purpose in TO_STAFF:
            reply_to = self.links.staff_address(outgoing.delivery.seat)
            return {"Reply-To": headers.plain("Reply-To", reply_to), **AUTOMATIC}
        fields = {"Reply-To": headers.plain("Reply-To", self.links.customer_address(log.review.id))}
        if isinstance(context, Invitation | Thanks | Confirmation | Consent):
            fields |= AUTOMATIC
        if isinstance(context, Invitation | Thanks | Confirmation | CameOfIt):
            fields["List-Unsubscribe"] = headers.plain("List-Unsubscribe", f"<{context.unsubscribe_url}>")
            fields["List-Unsubscribe-Post"] = b"List-Unsubscribe=One-Click"  # RFC 8058
        return fields

    def _finished(self, outgoing: Outgoing, brand: Brand, context: MailContext, fields: Fields) -> Composed:
        rendered = compile_mails(brand).render(context)
        subject = rendered.subject
        says_itself = isinstance(context, Invitation | Thanks | Confirmation | Answer | Consent | CameOfIt)
        if self.only_to and not says_itself:
            meant = masked(outgoing.delivery.recipient.email)
            subject = f"{languages()[brand.language].say('[Trial for {address}]', address=meant)} {subject}"
        fields |= {
            "Subject": headers.text("Subject", subject),
            "MIME-Version": b"1.0",
            "Content-Type": CONTENT_TYPE,
        }
        return Composed(
            envelope_from=self.links.bounce_address(outgoing.delivery.id),
            envelope_to=headers.mail_address(self._to(outgoing)),
            sender_domain=domain_of(headers.mail_address(brand.sender_address or self.sender)),
            subject=subject,
            text=rendered.text,
            head=fields,
            wording=brand.wording if isinstance(context, Invitation) else "",
            body=alternatives(rendered.text, rendered.html_pieces),
        )


def _trace(lines: Sequence[str]) -> Fields:
    """Lines of trace, the newest first; it is the one field that stands several times, and it stands on top."""
    values = [headers.plain(trace.FIELD, line) for line in lines]
    return {trace.FIELD: f"\r\n{trace.FIELD}: ".encode().join(values)} if values else {}


def _thread(outgoing: Outgoing, log: Log, siblings: Sequence[Outgoing]) -> Fields:
    """In-Reply-To and References (RFC 5322 section 3.6.4): what this person has of the thread, oldest first."""
    to = outgoing.delivery.recipient.email.lower()
    ours = [(s.settled_at, s.message_id) for s in siblings if _reached(s, to) and s.settled_at]
    theirs = [(m.at, m.message_id) for m in log.of(Message) if m.message_id and _wrote(m, to, log)]
    ids = [id for _, id in sorted(ours + theirs) if headers.MESSAGE_ID.fullmatch(id)][-REFERENCES_MAX:]
    if outgoing.delivery.purpose is DeliveryKind.INVITATION or not ids:
        return {}
    return {"In-Reply-To": headers.message_ids(ids[-1:]), "References": headers.message_ids(ids)}


def _reached(sibling: Outgoing, to: str) -> bool:
    return sibling.status == Outcome.SENT and sibling.delivery.recipient.email.lower() == to


def _wrote(message: Message, to: str, log: Log) -> bool:
    """Whether this person wrote that message, from whichever of a customer's addresses."""
    if message.by is By.CUSTOMER:
        return to == log.review.contact.email.lower()
    return message.sender.lower() == to
