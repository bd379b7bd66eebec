"""How does one SMTP connection begin, wait and end?"""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import cast

import structlog
from aiosmtpd.smtp import SMTP

from inbound.smtp import proxied, refusals
from inbound.smtp.callers import Callers, peer_of
from inbound.smtp.door import log_error
from inbound.smtp.limits import Limits
from inbound.smtp.load import Load
from inbound.smtp.refusals import Refusal
from inbound.smtp.wire import Wire

NEVER = float("inf")

log = structlog.get_logger()


class _Bare:
    """aiosmtpd searches every new connection and its handler by dir() for what they can do, at half of the cost of a
    connection. Ours have their commands in a table, so there is nothing to be found."""

    def __dir__(self) -> list[str]:
        return []


NO_HOOKS = _Bare()


class Connection(_Bare, SMTP, ABC):
    """One client on aiosmtpd's connection, flow control and STARTTLS, under our own limits and with our own loop.

    aiosmtpd's loop answers a handler's exception 500 (a full disk would bounce customers' mail), takes a bare LF for a
    line end, forgets what a client sent before it closed, and logs addresses. What a line means is for `obey` to say.
    """

    protocol = "ESMTP"
    line_length_limit = 1  # of aiosmtpd's stream, which nothing is read from: the wire is fed by the transport

    def __init__(self, load: Load, limits: Limits, *, hostname: str, callers: Callers) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(NO_HOOKS, hostname=hostname, timeout=limits.read_seconds, loop=loop)
        self._load = load
        self._limits = limits
        self._callers = callers
        self._header: bytearray | None = None  # of the PROXY protocol, as long as it is not whole
        self._tls = False
        self._peer = ""
        self._over = False
        self._unread = False
        self._busy = False
        self._leaving = False
        self._ends_at = loop.time() + limits.connection_seconds
        self._late_at: float | None = None
        self._looks_at = NEVER

    @abstractmethod
    async def obey(self, line: bytes | Refusal) -> None:
        """Answer one command, or say why the line is none."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hear first who really calls, where a load balancer does."""
        self._peer = peer_of(transport)
        if self._callers.hand_on(self._peer):
            self._header = bytearray()
            self._waiting = transport, self.loop.call_later(proxied.SECONDS, _cut, transport)
        else:
            self._begin(transport)

    def _hear(self, data: bytes) -> None:
        """The header of the PROXY protocol, or a part of it. Who is to say one and does not is cut off."""
        assert self._header is not None
        self._header += data
        transport, timer = self._waiting
        try:
            length = proxied.header_bytes(bytes(self._header))
            if not length:
                return
            caller = proxied.read_header(bytes(self._header[:length]))
        except ValueError as error:
            log.warning("no word of who calls", peer=self._peer, why=str(error))
            timer.cancel()
            _cut(transport)
            return
        timer.cancel()
        rest, self._header = bytes(self._header[length:]), None
        self._peer, self._tls = caller.address or self._peer, caller.tls
        self._begin(transport)
        if rest:
            self.data_received(rest)

    def _begin(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or turn away a caller for whom there is no room."""
        refusal = None if self._callers.may_call(self._peer) else refusals.NOT_FOR_YOU
        refusal = refusal or self._load.arrived(self._peer)
        if refusal is not None:
            log.info("connection refused", peer=self._peer, code=refusal.code, why=refusal.text)
            caller = cast(asyncio.WriteTransport, transport)  # uvloop's transports do not say so themselves
            caller.write(f"{refusal}\r\n".encode())
            caller.close()
            return
        self._wire = Wire(transport)
        super().connection_made(transport)
        assert self._handler_coroutine is not None
        self._handler_coroutine.add_done_callback(self._ended)

    def data_received(self, data: bytes) -> None:
        """The client has sent something."""
        if self._header is not None:
            self._hear(data)
        elif self.session is not None:
            self._wire.feed(data)

    def eof_received(self) -> bool:
        """Let what the client sent before it closed be read to its end (aiosmtpd would drop it)."""
        if self.session is None:
            return False
        self._wire.end()
        return self._writer.get_extra_info("sslcontext") is None  # a TLS transport cannot stay half open

    def connection_lost(self, error: Exception | None) -> None:
        """End the dialogue; a mail that is being kept is kept all the same."""
        if self._header is not None:
            self._waiting[1].cancel()
        if self.session is not None:  # else it was turned away
            self._wire.end()
            super().connection_lost(error)

    def leave(self) -> None:
        """The server stops: end now, or after the mail that is being taken."""
        self._leaving = True
        if self._header is not None:
            _cut(self._waiting[0])
        elif not self._busy:
            self._hang_up(refusals.STOPPING)

    async def ended(self) -> None:
        """Wait until this client is neither read nor answered any more."""
        if self._handler_coroutine is not None:
            await asyncio.wait({self._handler_coroutine})

    def abort(self) -> None:
        """Cut the connection, whatever it is doing."""
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()

    def pause_writing(self) -> None:
        """The client does not read its replies."""
        super().pause_writing()
        self._unread = True

    async def say(self, reply: str) -> None:
        """Send a reply; once a client has stopped reading them, it is waited for."""
        self._writer.write(f"{reply}\r\n".encode())
        if self._unread:
            await self._writer.drain()
            self._unread = False

    async def _handle_client(self) -> None:
        try:
            self._reset_timeout()
            await self.say(f"220 {self.hostname} {self.protocol}")
            while not self._over:
                line = self._wire.line()
                if line is None:
                    await self._wire.more()
                    continue
                self._reset_timeout()
                await self.obey(line)
                if self._leaving:
                    return self._hang_up(refusals.STOPPING)
        except (EOFError, OSError):  # OSError is also a TLS handshake that failed
            log.debug("client left", peer=self._peer)
        except Exception as error:  # noqa: BLE001  # our own mistake may cost one connection, never a 5xx to a customer
            log_error("dialogue failed", error, peer=self._peer)
            self._hang_up(refusals.OUR_FAULT)

    def _hang_up(self, refusal: Refusal) -> None:
        """Say why, and end the dialogue wherever it stands."""
        if self._handler_coroutine is None or self._handler_coroutine.done():
            return
        if not self._over:  # else the last word has been said
            log.info("connection ended", peer=self._peer, code=refusal.code, why=refusal.text)
            self._writer.write(f"{refusal}\r\n".encode())
        self._handler_coroutine.cancel()

    async def _part(self) -> None:
        """End so that the last reply arrives: a close on unread input is a reset (RFC 1122 section 4.2.2.13)."""
        self._over = True
        if self._writer.can_write_eof():
            self._writer.write_eof()
        with suppress(TimeoutError, EOFError):
            async with asyncio.timeout(self._limits.linger_seconds):
                while True:
                    self._wire.drop()
                    await self._wire.more()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._load.left(self._peer)
        if self.transport is not None:
            self.transport.close()
            self._arm(self._limits.close_seconds)  # the close waits for a client that does not read its last reply

    # One timer: while the client is waited for it runs, while we work for the client it does not. It is moved by noting
    # when the client is late; a timer of the event loop's own for every line would cost more than reading the line.

    def _reset_timeout(self, duration: float | None = None) -> None:
        seconds = self._load.read_seconds if duration is None else duration
        self._arm(max(0.0, min(seconds, self._ends_at - self.loop.time())))

    def _arm(self, seconds: float) -> None:
        self._late_at = self.loop.time() + seconds
        if self._late_at < self._looks_at:
            self._look_at(self._late_at)

    def _disarm(self) -> None:
        self._late_at = None

    def _look_at(self, instant: float) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._looks_at = instant
        self._timeout_handle = self.loop.call_at(instant, self._timeout_cb)

    def _timeout_cb(self) -> None:
        self._looks_at = NEVER
        if self._late_at is None:
            return
        if self.loop.time() < self._late_at:
            self._look_at(self._late_at)
        else:
            self._late()

    def _late(self) -> None:
        """The client, or what we wait for on its behalf, has taken too long."""
        if self._handler_coroutine is not None and self._handler_coroutine.done():
            self.abort()
        else:
            self._hang_up(refusals.TOO_SLOW)


def _cut(transport: asyncio.BaseTransport) -> None:
    cast(asyncio.WriteTransport, transport).abort()
