"""How is a mail handed over? By SMTP to one relay, over a connection that is kept."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientRefused, SMTPResponseException

from mailer.compose import Composed
from reviews.model import Outcome

TIMEOUT_SECONDS = 60.0
DATA_SECONDS = 600.0
"""RFC 5321 section 4.5.3.2.6: who gives up sooner after the final dot sends again what was taken."""
SLOWEST = timedelta(seconds=7 * TIMEOUT_SECONDS + DATA_SECONDS)
"""Connect, EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, and the mail itself: no hand-over takes longer."""
GONE = re.compile(r"\b5\.1\.(?:1|2|3|10)\b")
"""Enhanced status codes that say the mailbox or its domain does not exist (RFC 3463 section 3.2, RFC 7505)."""
REASON_LENGTH_MAX = 300
STARTTLS = {"require": True, "opportunistic": None, "none": False}
SES_HOST = "email-smtp."


@dataclass(frozen=True, slots=True)
class Handed:
    """What the relay answered: sent, deferred (try again) or refused (never), with its words."""

    outcome: Outcome
    reason: str = ""
    relay_id: str = ""
    gone: bool = False
    """Whether the address itself was said not to exist."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """A relay as `SMTP_URL` names it. `starttls` None: when it is offered."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool | None


def read_smtp_url(url: str) -> RelayAddress:
    """`smtp://user:pass@host:587?starttls=require` or `smtps://…`; ValueError says what was expected."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    wish = parse_qs(parts.query).get("starttls", ["opportunistic"])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or wish not in STARTTLS:
        raise ValueError(
            "expected smtp://user:password@host:587?starttls=require (or opportunistic, none) or smtps://…"
        )
    return RelayAddress(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=False if tls else STARTTLS[wish],
    )


class Relay:
    """One kept connection. Whatever goes wrong becomes an outcome; only a passing failure is tried again."""

    def __init__(self, address: RelayAddress, *, hostname: str) -> None:
        self._address = address
        self._hostname = hostname
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail: Composed) -> Handed:
        """Hand one mail over."""
        try:
            return await self._sent(mail)
        except SMTPResponseException as error:
            await self._tidy()
            outcome = Outcome.REFUSED if _is_permanent(error) else Outcome.DEFERRED
            gone = isinstance(error, SMTPRecipientRefused) and bool(GONE.search(error.message))
            return Handed(outcome, f"{error.code} {error.message}"[:REASON_LENGTH_MAX], gone=gone)
        except (SMTPException, OSError, ValueError) as error:
            await self.close()
            return Handed(Outcome.DEFERRED, f"{type(error).__name__}: {error}"[:REASON_LENGTH_MAX])

    async def close(self) -> None:
        """Take leave of the relay."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await asyncio.wait_for(client.quit(), 2)
        except (SMTPException, OSError, TimeoutError):
            client.close()

    async def _sent(self, mail: Composed) -> Handed:
        client = await self._begin(mail)
        # A connection lost from here on may have been too late: then the same Message-ID goes out again.
        _, words = await client.data(mail.raw, timeout=DATA_SECONDS)
        return Handed(Outcome.SENT, words[:REASON_LENGTH_MAX], reported_id(self._address.host, words))

    async def _begin(self, mail: Composed) -> aiosmtplib.SMTP:
        """MAIL and RCPT; a kept connection that the relay has closed meanwhile is made anew, once."""
        client = await self._connected()
        try:
            await client.mail(mail.envelope_from)
        except (aiosmtplib.SMTPServerDisconnected, ConnectionError):
            await self.close()
            client = await self._connected()
            await client.mail(mail.envelope_from)
        await client.rcpt(mail.envelope_to)
        return client

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = aiosmtplib.SMTP(
                hostname=self._address.host,
                port=self._address.port,
                username=self._address.user or None,
                password=self._address.password or None,
                use_tls=self._address.tls,
                start_tls=self._address.starttls,
                local_hostname=self._hostname,
                timeout=TIMEOUT_SECONDS,
            )
            await self._client.connect()
        return self._client

    async def _tidy(self) -> None:
        """After a refusal: the connection is good, its transaction is not."""
        try:
            if self._client is not None:
                await self._client.rset()
        except (SMTPException, OSError):
            await self.close()


def reported_id(host: str, words: str) -> str:
    """The Message-ID a relay put in place of ours: Amazon SES says `250 Ok ID`, writes `<ID@REGION.amazonses.com>`."""
    if not host.startswith(SES_HOST) or not words.startswith("Ok "):
        return ""
    region = host.split(".")[1]
    return f"{words.split()[1]}@{'email' if region == 'us-east-1' else region}.amazonses.com"


def _is_permanent(error: SMTPResponseException) -> bool:
    """Whether the relay said "never" to this mail. A refused login, greeting or sender is about us: it passes once
    somebody has mended it, and no customer must be lost for it."""
    about_mail = isinstance(error, SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    return about_mail and 500 <= error.code <= 599
