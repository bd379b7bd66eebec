"""Was the virus scanner away when a mail came? Then its files are looked at as soon as it is back, for a day."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from inbound.apart.workers import NoReader, Readers, TooMuch
from inbound.joining import Rule
from inbound.routing import Astray, Route
from inbound.scanning import Scanner
from reviews.attachments import Scan, looked_at_again
from store import Arrival, Store, StoreUnavailableError, UnknownReviewError, mails
from store.mails import READ, UNSCANNED

AGAIN = timedelta(minutes=15)
TRIES_MAX = 100
"""After a day nobody will mend it for this mail: its files stay marked as not looked at."""
BATCH = 5
EVERY_SECONDS = 60.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Rescanner:
    """Who looks again; `route` says to which reviews a mail belongs."""

    store: Store
    scanner: Scanner
    readers: Readers
    clock: Callable[[], datetime]
    route: Callable[[Arrival, tuple[str, ...]], Awaitable[tuple[Route, ...] | Astray]]

    async def run(self) -> None:
        """Look again what waits for it, every minute, until cancelled."""
        while True:
            try:
                while await self.look_again():
                    pass
            except StoreUnavailableError as error:
                log.warning("store unavailable", why=str(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def look_again(self) -> int:
        """Look at one batch; how many mails were done with. One that cannot be looked at now holds up no other."""
        claim = partial(mails.claim, now=self.clock(), most=BATCH, lease=AGAIN, status=UNSCANNED)
        done = 0
        for arrival in await self.store.write(claim):
            if not await self._looked(arrival) and arrival.tries < TRIES_MAX:
                continue
            told = {"review": arrival.review, "reason": arrival.reason}
            await self.store.mark_arrival(arrival.id, status=READ, at=self.clock(), **told)
            done += 1
        return done

    async def _looked(self, arrival: Arrival) -> bool:
        """Whether the scanner has said what it thinks of a mail's files; that is in its reviews then."""
        raw = await self.store.raw_mail(arrival.mail) or b""
        try:
            seen = await self.readers.look(raw, mail_from=arrival.envelope.mail_from, own_domains=())
        except (NoReader, TooMuch):
            return False
        files = seen.attachments
        scans = await self.scanner.scan_files(raw, len(files), lambda number: self.readers.file(raw, number=number))
        if Scan.AWAY in scans:
            return False
        infected = [file.sha256 for file, scan in zip(files, scans, strict=True) if scan is Scan.VIRUS]
        found = await self.route(arrival, seen.references)
        if Scan.UNKNOWN not in scans and not isinstance(found, Astray):
            rule = partial(looked_at_again, mail=arrival.mail, infected=infected, at=self.clock())
            for review in {one.review for one in found if one.review}:
                await self._told(review, rule)
        log.info("files scanned", arrival=arrival.id, count=len(files), found=len(infected))
        return True

    async def _told(self, review: str, rule: Rule) -> None:
        try:
            await self.store.record(review, rule)
        except UnknownReviewError:
            return
