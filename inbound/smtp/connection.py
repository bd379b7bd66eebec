"""How does one SMTP connection begin, wait and end?"""

import asyncio
import ssl
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import cast

import structlog
from aiosmtpd.smtp import SMTP

from inbound.smtp import refusals
from inbound.smtp.door import log_error
from inbound.smtp.limits import Limits
from inbound.smtp.load import Load
from inbound.smtp.refusals import Refusal
from inbound.smtp.wire import Wire

log = structlog.get_logger()


class Connection(SMTP, ABC):
    """One client on aiosmtpd's stream, greeting state and replies, under our own limits and with our own loop.

    aiosmtpd's loop answers a handler's exception 500 (a full disk would bounce customers' mail), takes a bare LF for a
    line end, forgets what a client sent before it closed, and logs addresses. What a line means is for `obey` to say.
    """

    line_length_limit = 64 * 1024  # aiosmtpd's name for how much is read ahead before the client has to wait

    def __init__(self, load: Load, limits: Limits, *, hostname: str, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(None, hostname=hostname, tls_context=tls, timeout=limits.read_seconds, loop=loop)
        self._load = load
        self._limits = limits
        self._peer = ""
        self._over = False
        self._busy = False
        self._leaving = False
        self._ends_at = loop.time() + limits.connection_seconds

    def __dir__(self) -> list[str]:
        # aiosmtpd searches every new connection for its commands by dir(), at half of its cost; ours are in a table.
        return []

    @abstractmethod
    async def obey(self, line: bytes | Refusal) -> None:
        """Answer one command, or say why the line is none."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or turn away a caller for whom there is no room."""
        self._peer = str((transport.get_extra_info("peername") or ("unknown",))[0])
        refusal = self._load.arrived(self._peer)
        if refusal is not None:
            log.info("connection refused", peer=self._peer, code=refusal.code, why=refusal.text)
            caller = cast(asyncio.WriteTransport, transport)  # uvloop's transports do not say so themselves
            caller.write(f"{refusal}\r\n".encode())
            caller.close()
            return
        super().connection_made(transport)
        self._wire = Wire(self._reader)
        assert self._handler_coroutine is not None
        self._handler_coroutine.add_done_callback(self._ended)

    def eof_received(self) -> bool | None:
        """Let what the client sent before it closed be read to its end (aiosmtpd would drop it)."""
        return super(SMTP, self).eof_received() if self.session is not None else False

    def connection_lost(self, error: Exception | None) -> None:
        """End the dialogue; a mail that is being kept is kept all the same."""
        if self.session is not None:  # else it was turned away
            super().connection_lost(error)

    def leave(self) -> None:
        """The server stops: end now, or after the mail that is being taken."""
        self._leaving = True
        if not self._busy:
            self._hang_up(refusals.STOPPING)

    async def ended(self) -> None:
        """Wait until this client is neither read nor answered any more."""
        if self._handler_coroutine is not None:
            await asyncio.wait({self._handler_coroutine})

    def abort(self) -> None:
        """Cut the connection, whatever it is doing."""
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} ESMTP")
            while not self._over:
                self._reset_timeout()
                await self.obey(await self._wire.line())
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
                    await self._wire.chunk()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._load.left(self._peer)
        if self.transport is not None:
            self.transport.close()
            self._arm(self._limits.close_seconds)  # the close waits for a client that does not read its last reply

    # One timer: while the client is waited for it runs, while we work for the client it does not.

    def _reset_timeout(self, duration: float | None = None) -> None:
        self._arm(max(0.0, min(duration or self._limits.read_seconds, self._ends_at - self.loop.time())))

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timeout_handle = self.loop.call_later(seconds, self._timeout_cb)

    def _disarm(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    def _timeout_cb(self) -> None:
        if self._handler_coroutine is not None and self._handler_coroutine.done():
            self.abort()
        else:
            self._hang_up(refusals.TOO_SLOW)
