"""What does a person's mail program send? A proper answer: in the thread, quoting, signed by their domain."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from demo.mail.keys import MailKeys
from demo.mail.mailbox import Kept, Mailboxes
from reviews.addresses import domain_of, read_addresses
from reviews.mail import Mail
from templates.words import one_line

REPLY_CHARS_MAX = 20_000
REFERENCES_MAX = 20
TIMEOUT_SECONDS = 20.0


class NotAnswerable(Exception):
    """There is nobody to answer, or nothing to say; the message says which."""


@dataclass(frozen=True, slots=True)
class MailClient:
    """Everybody's mail program. It hands its mails to Afterword's SMTP door, as the mail server of a domain would."""

    mailboxes: Mailboxes
    keys: MailKeys
    inbound_port: int
    clock: Callable[[], datetime]

    async def reply(self, kept: Kept, words: str, *, name: str) -> None:
        """Answer a mail from its owner's mailbox. NotAnswerable or aiosmtplib.SMTPException say why it did not go."""
        if not words.strip() or len(words) > REPLY_CHARS_MAX:
            raise NotAnswerable("Please write something first." if not words.strip() else "That is too long.")
        to = reply_to(kept.mail)
        if not to or kept.sent:
            raise NotAnswerable("Nobody can be answered here.")
        raw = written_reply(kept, words, name=name, to=to, at=self.clock())
        signed = self.keys.sign(raw, sender=kept.owner)
        await aiosmtplib.send(
            signed,
            sender=kept.owner,
            recipients=[to],
            hostname="127.0.0.1",
            port=self.inbound_port,
            start_tls=False,
            local_hostname=domain_of(kept.owner),
            timeout=TIMEOUT_SECONDS,
        )
        await self.mailboxes.keep_sent(kept.owner, signed)


def reply_to(mail: Mail) -> str:
    """Where an answer goes (Reply-To, RFC 5322 section 3.6.2); '' where the mail asks for none."""
    named = read_addresses(mail.header("Reply-To"))
    return named[0].address if named else ""


def written_reply(kept: Kept, words: str, *, name: str, to: str, at: datetime) -> bytes:
    """The answer to a mail as mail programs write it, its lines ended by CRLF."""
    mail = kept.mail
    reply = EmailMessage(policy=SMTP)
    reply["From"] = Address(one_line(name), addr_spec=kept.owner)
    reply["To"] = Address(one_line(mail.sender.name), addr_spec=to)
    reply["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    reply["Date"] = format_datetime(at)
    reply["Message-ID"] = f"<{secrets.token_hex(12)}@{domain_of(kept.owner)}>"
    reply["In-Reply-To"] = f"<{mail.message_id}>"
    thread = [*reversed(mail.references), mail.message_id]  # RFC 5322 section 3.6.4: the parent's, then the parent
    reply["References"] = " ".join(f"<{id}>" for id in dict.fromkeys(thread[-REFERENCES_MAX:]))
    reply["User-Agent"] = "Afterword demo mailbox"
    reply.set_content(f"{words.strip()}\n\n{quoted(mail)}\n", cte="quoted-printable")
    return reply.as_bytes()


def quoted(mail: Mail) -> str:
    """The mail that is answered, under the line mail programs put above it."""
    sender = f"{mail.sender.name} <{mail.sender.address}>" if mail.sender.name else mail.sender.address
    on = f"On {mail.date:%a, %d %b %Y at %H:%M}, {sender} wrote:" if mail.date else f"{sender} wrote:"
    return "\n".join([on, "", *(f"> {line}".rstrip() for line in mail.text.strip().split("\n"))])
