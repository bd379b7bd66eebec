"""What does a client say, and what is it answered? The commands of SMTP (RFC 5321 section 4.1)."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog

from inbound.smtp import refusals
from inbound.smtp.callers import EVERYBODY, Callers
from inbound.smtp.connection import Connection
from inbound.smtp.data import DataReader, in_circles
from inbound.smtp.door import Door
from inbound.smtp.limits import HELO_BYTES_MAX, Limits
from inbound.smtp.load import Load
from inbound.smtp.paths import Sender, read_recipient, read_sender
from inbound.smtp.refusals import Refusal
from inbound.smtp.tls import BEFORE_TLS, Tls
from inbound.smtp.waiter import Waiter
from reviews.model import Envelope

OK = "250 2.0.0 OK"
NOT_SMTP = re.compile(rb"^(?:[A-Za-z-]{1,60}:|CONNECT|GET|POST|PUT)(?: |$)|HTTP/[0-9.]{1,5}$")
"""A request of a browser, which a web page sent here, or a line of a header: of who does not hear what we answer. What
comes next may be the words of somebody else, and is not obeyed."""

log = structlog.get_logger()


class Dialogue(Connection):
    """One client's commands in their order, and the mails that come of them."""

    def __init__(
        self,
        door: Door,
        load: Load,
        limits: Limits,
        *,
        hostname: str,
        tls: Tls | None,
        callers: Callers = EVERYBODY,
    ) -> None:
        super().__init__(load, limits, hostname=hostname, callers=callers)
        self._door = door
        self._offered_tls = tls
        self._helo = ""
        self._sender: Sender | None = None
        self._recipients: list[str] = []
        self._verb = ""
        self._errors = 0
        self._commands = 0
        self._kept: Waiter | None = None  # while a mail is being kept

    async def obey(self, line: bytes | Refusal) -> None:
        """Answer one command, or say why the line is none. Counts both, so that a guesser is put out."""
        self._commands += 1
        self._verb = ""
        if self._commands > self._limits.commands:
            await self._answer(refusals.TOO_MANY_COMMANDS)
        elif isinstance(line, Refusal):
            await self._answer(line)
        else:
            # What is not UTF-8 becomes U+FFFD, which no address may hold: a surrogate would raise later, in the store.
            verb, _, argument = line.decode("utf-8", "replace").partition(" ")
            name = verb.upper() if verb.isascii() else ""  # RSET with a long s has the same capitals
            command = self.commands.get(name)
            self._verb = name if command else ""  # only words of ours go into the log
            if self._needs_tls():
                await self._answer(refusals.TLS_FIRST)
            elif command is None:
                await self._answer(refusals.NOT_SMTP if NOT_SMTP.search(line) else refusals.UNKNOWN_COMMAND)
            else:
                await self._answer(await command(self, argument.strip(" ")))

    def _needs_tls(self) -> bool:
        required = self._offered_tls is not None and self._offered_tls.required
        return required and not self._tls and self._verb not in BEFORE_TLS

    async def _answer(self, reply: str | Refusal | None) -> None:
        if reply is None:  # answered already
            return
        if not isinstance(reply, Refusal):
            await self.say(reply)
            return
        self._errors += reply.permanent
        if self._errors > self._limits.errors and not reply.closes:
            reply = refusals.TOO_MANY_ERRORS
        log.info("refused", peer=self._peer, command=self._verb, code=reply.code, why=reply.text)
        await self.say(str(reply))
        if reply.closes:
            await self._part()

    @property
    def commands(self) -> "Mapping[str, Command]":
        """What is understood."""
        return COMMANDS

    # Greeting.

    async def helo(self, hostname: str) -> str | Refusal:
        """RFC 5321 section 4.1.1.1."""
        return self._greeted(hostname) or f"250 {self.hostname}"

    async def ehlo(self, hostname: str) -> str | Refusal:
        """RFC 5321 section 4.1.1.1, with what we offer beyond it."""
        offered = [f"SIZE {self._limits.mail_bytes}", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"]
        if self._offered_tls is not None and not self._tls:
            offered.insert(0, "STARTTLS")
        *first, last = [self.hostname, *offered]
        return self._greeted(hostname) or "\r\n".join([*(f"250-{keyword}" for keyword in first), f"250 {last}"])

    def _greeted(self, hostname: str) -> Refusal | None:
        if not hostname or len(hostname.encode()) > HELO_BYTES_MAX or not hostname.isprintable():
            return refusals.SYNTAX
        self._helo = hostname
        self._forget_mail()
        return None

    async def starttls(self, argument: str) -> Refusal | None:
        """RFC 3207: nothing that came in clear is obeyed under TLS, and the client begins anew. None when TLS is on."""
        if self._offered_tls is None:
            return refusals.NOT_OFFERED
        if self._tls:
            return refusals.TLS_TWICE
        if argument:
            return refusals.SYNTAX
        await self.say("220 2.0.0 Ready to start TLS")
        self._disarm()  # the handshake has its own limit of time
        self._wire.drop()  # from here nothing is waited for until TLS reads the socket, so nothing more comes in clear
        context = self._offered_tls.context()
        await self._writer.start_tls(context, ssl_handshake_timeout=self._limits.read_seconds)
        self.transport = self._writer.transport
        self._wire.begin_anew(self.transport)
        self._tls = True
        self._helo = ""
        self._forget_mail()
        return None

    # A mail.

    async def mail(self, argument: str) -> str | Refusal:
        """RFC 5321 section 4.1.1.2."""
        if not self._helo:
            return refusals.HELO_FIRST
        if self._sender is not None:
            return refusals.MAIL_TWICE
        sender = read_sender(argument, size_bytes_max=self._limits.mail_bytes)
        if isinstance(sender, Refusal):
            return sender
        self._sender = sender
        return "250 2.1.0 OK"

    async def rcpt(self, argument: str) -> str | Refusal:
        """RFC 5321 section 4.1.1.3."""
        if self._sender is None:
            return refusals.MAIL_FIRST
        if len(self._recipients) >= self._limits.recipients:
            return refusals.TOO_MANY_RECIPIENTS
        address = read_recipient(argument, utf8=self._sender.utf8)
        if isinstance(address, Refusal):
            return address
        if (stranger := await self._door.stranger(address)) is not None:
            return await self._held_back(stranger)
        self._recipients.append(address)
        return "250 2.1.5 OK"

    async def _held_back(self, stranger: Refusal) -> Refusal:
        """The refusal, later for a caller who has asked for many addresses that do not exist."""
        if stranger.permanent and (wait_seconds := self._load.guessed(self._peer)):
            await asyncio.sleep(wait_seconds)
            self._reset_timeout()
        return stranger

    async def data(self, argument: str) -> str | Refusal:
        """RFC 5321 section 4.1.1.4: 250 is said only when the mail is committed."""
        if argument:
            return refusals.SYNTAX
        if self._sender is None:
            return refusals.MAIL_FIRST
        if not self._recipients:
            return refusals.NO_RECIPIENT
        self._busy = True
        await self.say("354 End data with <CR><LF>.<CR><LF>")
        data = await self._read_data()
        refusal = data.refusal or await self._take(data.content(), self._sender)
        self._busy = False
        number = len(self._recipients)
        self._forget_mail()
        if refusal is None:
            self._errors = self._commands = 0
        return await self.taken(refusal or OK, number)

    async def taken(self, reply: str | Refusal, recipients: int) -> str | Refusal:
        """The reply to a mail, which is one for all of its recipients."""
        return reply

    async def _read_data(self) -> DataReader:
        data = DataReader(size_bytes_max=self._limits.mail_bytes, read_bytes_max=self._limits.discarded_bytes)
        begun = self.loop.time()
        with self._load.share() as share:
            while not data.ended and (chunk := await self._next_chunk(data, begun)):
                data.feed(chunk)
                share.resize(data.held_bytes)
                if not self._load.has_room():
                    data.refuse(refusals.NO_ROOM)
                    share.resize(0)
        self._wire.put_back(data.rest)
        return data

    async def _next_chunk(self, data: DataReader, begun: float) -> bytes:
        """The next bytes; none when the lines of the mail are broken and its client may be waiting for an answer. The
        client may rest, but has to keep up a least speed over all."""
        if chunk := self._wire.chunk():
            return chunk
        sent_seconds = data.read_bytes / self._limits.data_bytes_per_second
        late_at = begun + self._limits.read_seconds + sent_seconds
        self._reset_timeout(min(self._load.read_seconds, max(0.0, late_at - self.loop.time())))
        if data.refusal is refusals.BARE_NEWLINE:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wire.more(), self._limits.quiet_seconds)
        else:
            await self._wire.more()
        return self._wire.chunk()

    async def _take(self, content: bytes, sender: Sender) -> Refusal | None:
        """Have the mail kept. Its client may leave meanwhile: the write goes on by itself."""
        if in_circles(content, by=self.hostname, hops_max=self._limits.hops):
            return refusals.LOOP
        envelope = Envelope(
            at=self._door.clock(),
            peer=self._peer,
            helo=self._helo,
            mail_from=sender.address,
            recipients=tuple(self._recipients),
            tls=self._tls,
        )
        write = self.loop.create_task(self._keep(envelope, content))
        self._load.writes.add(write)
        write.add_done_callback(self._load.writes.discard)
        kept = await self._outcome(write)
        self._arm(self._limits.read_seconds)  # for the reply, which a client may refuse to read
        return kept

    async def _outcome(self, write: "asyncio.Task[Refusal | None]") -> Refusal | None:
        """What becomes of a write, or passing trouble when that takes too long. It goes on if the client leaves."""
        waiter = self._kept = Waiter(self.loop)
        write.add_done_callback(lambda _: waiter.wake())
        self._arm(self._limits.accept_seconds)
        try:
            await waiter
        finally:
            self._kept = None
        return write.result() if write.done() else refusals.TRY_AGAIN

    def _late(self) -> None:
        if self._kept is None:
            super()._late()
        else:
            self._kept.wake()

    async def _keep(self, envelope: Envelope, content: bytes) -> Refusal | None:
        with self._load.share(len(content)):
            return await self._door.keep(envelope, content)

    def _forget_mail(self) -> None:
        self._sender = None
        self._recipients = []

    # The rest; what is written behind them is ignored.

    async def rset(self, _: str) -> str:
        """RFC 5321 section 4.1.1.5."""
        self._forget_mail()
        return OK

    async def noop(self, _: str) -> str:
        """RFC 5321 section 4.1.1.9."""
        return OK

    async def vrfy(self, _: str) -> str:
        """RFC 5321 section 3.5.3: the answer that tells nothing."""
        return "252 2.0.0 Send the mail and see"

    async def help(self, _: str) -> str:
        """RFC 5321 section 4.1.1.8."""
        return "214 2.0.0 See RFC 5321"

    async def quit(self, _: str) -> str:
        """RFC 5321 section 4.1.1.10."""
        self._over = True
        return "221 2.0.0 Bye"

    async def not_offered(self, _: str) -> Refusal:
        """A command of SMTP, but none of ours."""
        return refusals.NOT_OFFERED


Command = Callable[[Dialogue, str], Awaitable[str | Refusal | None]]
COMMANDS: dict[str, Command] = {
    "HELO": Dialogue.helo,
    "EHLO": Dialogue.ehlo,
    "STARTTLS": Dialogue.starttls,
    "MAIL": Dialogue.mail,
    "RCPT": Dialogue.rcpt,
    "DATA": Dialogue.data,
    "RSET": Dialogue.rset,
    "NOOP": Dialogue.noop,
    "VRFY": Dialogue.vrfy,
    "HELP": Dialogue.help,
    "QUIT": Dialogue.quit,
    **dict.fromkeys(("AUTH", "BDAT", "EXPN"), Dialogue.not_offered),
}
