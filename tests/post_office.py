"""The rest of the mail world for tests: a stock SMTP server with everybody's mailboxes, and senders who sign."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from typing import Any

import aiosmtplib
import dkim
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SELECTOR = "test"


@dataclass
class Posted:
    """One mail as it reached a mailbox."""

    mail_from: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def text(self) -> str:
        """The text part, as a person reads it."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def html(self) -> str:
        """The HTML part."""
        body = self.mail.get_body(("html",))
        assert body is not None
        return str(body.get_content())


@dataclass
class PostOffice:
    """A stock aiosmtpd server; `answers` are its next replies to DATA instead of 250."""

    posted: list[Posted] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Replies to RCPT by address, instead of 250."""
    sender_reply: str = ""
    """The reply to MAIL, instead of 250."""
    dot_seconds: float = 0
    """How long it takes to answer the final dot."""
    look: Callable[[bytes], Awaitable[None]] | None = None
    """Called with each mail before its final dot is answered."""
    connections: int = 0
    port: int = 0
    utf8: bool = True
    """Whether it announces SMTPUTF8."""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.look:
            await self.look(envelope.original_content or b"")
        await asyncio.sleep(self.dot_seconds)
        if self.answers:
            return self.answers.pop(0)
        content = envelope.original_content or b""
        self.posted.append(Posted(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        self._came.set()
        return "250 2.0.0 Ok: queued"

    def to(self, address: str) -> list[Posted]:
        """What reached one mailbox, in order."""
        return [posted for posted in self.posted if address in posted.recipients]

    async def wait_for(self, address: str, number: int = 1, seconds: float = 60) -> Posted:
        """The mail with that number (from 1) in a mailbox, once it is there."""
        async with asyncio.timeout(seconds):
            while len(self.to(address)) < number:
                await self._came.wait()
                self._came.clear()
        return self.to(address)[number - 1]


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """A running post office on a free port."""
    office = PostOffice()

    def answer() -> SMTP:
        office.connections += 1
        return SMTP(office, enable_SMTPUTF8=office.utf8)

    server = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()


@cache
def _key(domain: str) -> tuple[bytes, bytes]:
    """A domain's DKIM key: the private one in PEM, and the record of the public one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - quick to make; nothing is kept secret with it
    encoding, formats = serialization.Encoding, serialization.PrivateFormat
    private = key.private_bytes(encoding.PEM, formats.TraditionalOpenSSL, serialization.NoEncryption())
    public = key.public_key().public_bytes(encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def private_key(domain: str) -> bytes:
    """The private key of a domain, in PEM."""
    return _key(domain)[0]


def key_record(domain: str) -> bytes:
    """The record of a domain's public key."""
    return _key(domain)[1]


def resolver(name: str, kind: str) -> tuple[bytes, ...]:
    """A DNS in which every domain under `.example` publishes its test key, and nothing else."""
    selector, _, domain = name.partition("._domainkey.")
    known = kind == "TXT" and selector == SELECTOR and domain.endswith(".example")
    return (key_record(domain),) if known else ()


def signed(raw: bytes, domain: str, **options: Any) -> bytes:
    """The mail with a DKIM signature of that domain; `options` as dkimpy takes them."""
    return bytes(dkim.sign(raw, SELECTOR.encode(), domain.encode(), private_key(domain), **options)) + raw


def written(*, sender: str, to: str, subject: str, text: str, **headers: str) -> bytes:
    """A plain mail as somebody's program writes it; `In_Reply_To` and the like by keyword."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Sat, 21 Nov 2026 12:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


async def deliver(port: int, raw: bytes, *, mail_from: str, to: str | list[str]) -> None:
    """Hand a mail to the SMTP server on that port of this machine; `mail_from` "" is the null reverse-path."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.mail(mail_from, options=["BODY=8BITMIME"])
        for address in [to] if isinstance(to, str) else to:
            await client.rcpt(address)
        await client.data(raw)
