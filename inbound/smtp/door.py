"""What stands behind the SMTP server, and how is it asked so that none of its mistakes costs a mail?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from inbound.smtp.refusals import NO_ROOM, TRY_AGAIN, Refusal
from reviews.model import Envelope

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the SMTP server is told; it knows neither store nor reviews."""

    accept: Callable[[Envelope, bytes], Awaitable[None]]
    """Keeps a mail: returns once it is committed. What it raises is answered 451, one of `full` 452, never 5xx."""
    recipient: Callable[[str], Awaitable[Refusal | None]]
    """Why this address is not ours, or None when it is. Asked at RCPT, so that nothing is bounced after 250."""
    clock: Callable[[], datetime]
    """The time, in UTC."""
    full: tuple[type[Exception], ...] = ()
    """The exceptions of `accept` that mean there is no room."""

    async def keep(self, envelope: Envelope, content: bytes) -> Refusal | None:
        """Have a mail kept: None once it is committed, else the passing trouble. Raises nothing."""
        known: dict[str, str | int] = {
            "peer": envelope.peer,
            "size_bytes": len(content),
            "recipients": len(envelope.recipients),
        }
        began = self.clock()
        try:
            await self.accept(envelope, content)
        except self.full as error:
            log_error("mail not kept", error, **known)
            return NO_ROOM
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001  # whatever it is, it may pass
            log_error("mail not kept", error, **known)
            return TRY_AGAIN
        seconds = (self.clock() - began).total_seconds()
        log.info("mail accepted", **known, tls=envelope.tls, seconds=seconds)
        return None

    async def stranger(self, address: str) -> Refusal | None:
        """Why a mail to this address is refused; passing trouble while we cannot know."""
        try:
            return await self.recipient(address)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a locked database must not turn a customer away for good
            log_error("recipient not known", error)
            return TRY_AGAIN


def log_error(event: str, error: BaseException, **known: str | int) -> None:
    """Log where something failed, without its message and its variables: both can hold an address or a mail."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else "unknown"
    log.error(event, error=type(error).__name__, where=where, **known)
