"""When is a mail that nobody looked at thrown away? After its thirty days; whoever reads mail looks every hour."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from reviews.trust import QUARANTINE_DAYS
from store import Store, StoreUnavailableError, quarantine

EVERY_SECONDS = 3_600.0

log = structlog.get_logger()


async def keep_sweeping(store: Store, clock: Callable[[], datetime]) -> None:
    """Throw away what is too old, now and every hour, until cancelled."""
    while True:
        try:
            await sweep(store, clock())
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
        await asyncio.sleep(EVERY_SECONDS)


async def sweep(store: Store, now: datetime) -> int:
    """Throw away what waited too long for a person; how many mails."""
    swept = 0
    expire = partial(quarantine.expire, before=now - timedelta(days=QUARANTINE_DAYS))
    while count := await store.write(expire, urgent=True):
        swept += count
    if swept:
        log.info("quarantine swept", mails=swept)
    return swept
