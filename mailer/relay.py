"""How is a mail handed over? By SMTP to one relay, over a connection that is kept."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPHeloError, SMTPResponseException

from mailer.compose import Composed
from mailer.dialogue import ConnectionEnded, Dialogue, Reply, dialogue_over, is_sayable
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
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
SES_HOST = "email-smtp."
QUIT_SECONDS = 2.0
COMPLETED, GO_AHEAD = 250, 354
NO_SMTPUTF8 = Reply(550, "5.6.7 the relay does not announce SMTPUTF8, which this address needs")
"""RFC 6531 section 3.5: such an address has no other form, so the mail cannot be sent."""


Envelope = tuple[bytes, ...]
"""The commands that announce a mail."""


def _none() -> None:
    """No mail follows."""


class Stage(Enum):
    """What a refusal is about."""

    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    MAIL = auto()


@dataclass(frozen=True, slots=True)
class Handed:
    """What the relay answered: sent, deferred (try again) or refused (never), with its words."""

    outcome: Outcome
    reason: str = ""
    relay_id: str = ""
    gone: bool = False
    """Whether the address itself was said not to exist."""
    route_failed: bool = False
    """Whether it was the relay that failed, not this mail: no connection, no login, no answer."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """A relay as `SMTP_URL` names it. `starttls` None: when it is offered."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool | None
    authority: str | None = None
    """A PEM file of certificates that the relay's is checked against, in place of those the machine trusts."""


def read_smtp_url(url: str) -> RelayAddress:
    """`smtp://user:pass@host:587?starttls=require` or `smtps://…`; ValueError says what was expected."""
    parts = urlsplit(url)
    tls, asked = parts.scheme == "smtps", parse_qs(parts.query)
    # Who stands in between can take the offer of TLS away: a password must not go to them.
    secret = parts.password and parts.hostname not in LOCAL_HOSTS
    wish = asked.get("starttls", ["require" if secret else "opportunistic"])[0]
    wrong = wish not in STARTTLS or asked.keys() - {"starttls", "ca"}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or wrong:
        raise ValueError(
            "expected smtp://user:password@host:587?starttls=require (or opportunistic, none; &ca=FILE.pem) or smtps://…"
        )
    return RelayAddress(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=False if tls else STARTTLS[wish],
        authority=asked.get("ca", [None])[0],
    )


class Refusal(Exception):
    """The relay said no, at `stage`: MAIL, RCPT, DATA, or the mail itself."""

    def __init__(self, stage: Stage, reply: Reply) -> None:
        super().__init__(f"{reply.code} {reply.words}")
        self.stage, self.reply = stage, reply

    @property
    def is_permanent(self) -> bool:
        """Whether the relay said "never" to this mail. A refused login, greeting or sender is about us: it passes once
        somebody has mended it, and no customer must be lost for it."""
        return self.stage is not Stage.SENDER and 500 <= self.reply.code <= 599

    @property
    def gone(self) -> bool:
        """Whether it was said that there is no such address."""
        return self.stage is Stage.RECIPIENT and bool(GONE.search(self.reply.words))


class NotToBeSent(Exception):
    """What was to come before the mail's words has failed; `why` is its error."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


class Relay:
    """One kept connection. Whatever goes wrong becomes an outcome; only a passing failure is tried again."""

    def __init__(self, address: RelayAddress, *, hostname: str) -> None:
        self._address = address
        self._hostname = hostname
        self._dialogue: Dialogue | None = None
        self._ahead: Envelope = ()  # the envelope that went out with the end of the last mail

    async def send(
        self, mail: Composed, *, after: Awaitable[None] | None = None, then: Callable[[], Composed | None] = _none
    ) -> Handed:
        """Hand one mail over: its envelope at once, its words when `after` is done, whose error is raised. The envelope
        of the mail that comes `then`, if it is known by that time, goes out with its end: a write less for each."""
        try:
            return await self._sent(mail, after, then)
        except NotToBeSent as error:
            raise error.why from None
        except Refusal as refusal:
            outcome = Outcome.REFUSED if refusal.is_permanent else Outcome.DEFERRED
            return Handed(outcome, str(refusal)[:REASON_LENGTH_MAX], gone=refusal.is_permanent and refusal.gone)
        except SMTPResponseException as error:  # on connecting, or signing in
            await self.close()
            return _failed(f"{error.code} {error.message}")
        except (SMTPException, OSError) as error:
            await self.close()
            return _failed(f"{type(error).__name__}: {error}")
        except ValueError as error:  # what this mail would have us say
            await self.close()
            return Handed(Outcome.DEFERRED, f"{type(error).__name__}: {error}"[:REASON_LENGTH_MAX])

    async def close(self) -> None:
        """Take leave of the relay."""
        dialogue, self._dialogue = self._dialogue, None
        ahead, self._ahead = self._ahead, ()
        if dialogue and ahead:
            dialogue.abort()  # it waits for the words of a mail, and would take QUIT for them
        elif dialogue:
            await dialogue.quit(QUIT_SECONDS)

    async def _sent(self, mail: Composed, after: Awaitable[None] | None, then: Callable[[], Composed | None]) -> Handed:
        dialogue = await self._begun(mail)
        if after:
            try:
                await after
            except Exception as error:
                dialogue.abort()
                raise NotToBeSent(error) from error
        self._ahead = _envelope_ahead(then(), dialogue)
        # A connection lost from here on may have been too late: then the same Message-ID goes out again.
        reply = await dialogue.hand_over(mail.raw, ahead=self._ahead, seconds=DATA_SECONDS)
        if reply.code != COMPLETED:
            raise Refusal(Stage.MAIL, reply)
        return Handed(Outcome.SENT, reply.words[:REASON_LENGTH_MAX], reported_id(self._address.host, reply.words))

    async def _begun(self, mail: Composed) -> Dialogue:
        """MAIL, RCPT and DATA; a kept connection that the relay has closed meanwhile is made anew, once."""
        kept = self._dialogue
        if kept and kept.is_open:
            try:
                return await self._announced(kept, mail)
            except (ConnectionEnded, ConnectionError):
                pass
        await self.close()
        self._dialogue = await self._connected()
        return await self._announced(self._dialogue, mail)

    async def _announced(self, dialogue: Dialogue, mail: Composed) -> Dialogue:
        envelope, (ahead, self._ahead) = _envelope(mail, dialogue), (self._ahead, ())
        if not ahead:
            replies = await dialogue.ask(*envelope, seconds=TIMEOUT_SECONDS)
        elif ahead == envelope:
            replies = await dialogue.answers(seconds=TIMEOUT_SECONDS)
        else:
            dialogue.abort()  # it waits for another mail, which does not go out after all
            raise ConnectionEnded("another mail was announced")
        refusals = [
            Refusal(stage, reply)
            for stage, reply in zip((Stage.SENDER, Stage.RECIPIENT, Stage.DATA), replies, strict=False)
            if reply.code != (GO_AHEAD if stage is Stage.DATA else COMPLETED) and not _forwarded(stage, reply)
        ]
        if any(200 <= refusal.reply.code < 400 for refusal in refusals):
            dialogue.abort()  # it answered more often than it was asked, and no answer means what it seems to
            raise ConnectionEnded("the relay's answers are out of step")
        if refusals:
            await self._tidy(dialogue, replies)
            raise refusals[0]
        return dialogue

    async def _tidy(self, dialogue: Dialogue, replies: list[Reply]) -> None:
        """After a refusal the connection is good, its transaction is not. RFC 2920 section 3.1: a relay that asks for
        the mail all the same is given an empty one, which it has nobody to send to."""
        try:
            if replies[-1].code == GO_AHEAD:
                await dialogue.hand_over(b"", seconds=TIMEOUT_SECONDS)
            await dialogue.ask(b"RSET", seconds=TIMEOUT_SECONDS)
        except (OSError, TimeoutError):
            await self.close()

    async def _connected(self) -> Dialogue:
        client = aiosmtplib.SMTP(
            hostname=self._address.host,
            port=self._address.port,
            username=self._address.user or None,
            password=self._address.password or None,
            use_tls=self._address.tls,
            start_tls=self._address.starttls,
            cert_bundle=self._address.authority,
            local_hostname=self._hostname,
            timeout=TIMEOUT_SECONDS,
        )
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            try:
                await client.ehlo()
            except SMTPHeloError:
                await client.helo()
        if client.transport is None:
            raise ConnectionEnded("the relay closed the connection")
        return dialogue_over(client.transport, tuple(client.esmtp_extensions))


def _envelope(mail: Composed, dialogue: Dialogue) -> Envelope:
    return _mail_from(mail, dialogue), f"RCPT TO:<{mail.envelope_to}>".encode(), b"DATA"


def _envelope_ahead(mail: Composed | None, dialogue: Dialogue) -> Envelope:
    """What may be said of the next mail already; what cannot be said at all is told in its own turn."""
    if mail is None or not dialogue.pipelines:
        return ()
    try:
        envelope = _envelope(mail, dialogue)
        return envelope if is_sayable(envelope) else ()
    except Refusal:
        return ()


def _failed(why: str) -> Handed:
    return Handed(Outcome.DEFERRED, why[:REASON_LENGTH_MAX], route_failed=True)


def _mail_from(mail: Composed, dialogue: Dialogue) -> bytes:
    command = f"MAIL FROM:<{mail.envelope_from}>"
    if mail.envelope_to.isascii() and all(value.isascii() for value in mail.head.values()):
        return command.encode()
    if "smtputf8" not in dialogue.extensions:
        raise Refusal(Stage.RECIPIENT, NO_SMTPUTF8)
    return f"{command} BODY=8BITMIME SMTPUTF8".encode()  # RFC 6531 section 3.4; who has the one has the other


def _forwarded(stage: "Stage", reply: Reply) -> bool:
    """RFC 5321 section 3.4: 251 and 252 take the mail as well."""
    return stage is Stage.RECIPIENT and reply.code in (251, 252)


def reported_id(host: str, words: str) -> str:
    """The Message-ID a relay put in place of ours: Amazon SES says `250 Ok ID`, writes `<ID@REGION.amazonses.com>`."""
    if not host.startswith(SES_HOST) or not words.startswith("Ok "):
        return ""
    region = host.split(".")[1]
    return f"{words.split()[1]}@{'email' if region == 'us-east-1' else region}.amazonses.com"
