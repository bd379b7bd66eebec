"""Who reads what comes for postmaster and abuse? The operator: its words are mailed on, the whole of it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from inbound.recipients import always
from reviews.classify import Kind, Verdict
from reviews.facts import Delivery
from reviews.model import DeliveryKind, Person
from store import Arrival, Store, outbox

FORWARDED = (Kind.HUMAN, Kind.LIST_MAIL, Kind.COMPLAINT)
"""What somebody meant for us. Bounces and automatic answers go no further: so nothing can go in circles."""
PER_HOUR_MAX = 20
"""Mails sent on in an hour: whoever floods postmaster floods nobody's mailbox. The others are kept as well."""
HOUR = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Forwarding:
    """To whom, in which brand's looks."""

    store: Store
    operator: str
    brand: str
    reply_domain: str
    clock: Callable[[], datetime]

    async def forward(self, arrival: Arrival, verdict: Verdict) -> bool:
        """Have a mail for postmaster or abuse mailed on; whether it was one and is."""
        meant = any(always(recipient, self.reply_domain) for recipient in arrival.envelope.recipients)
        if not (meant and self.operator and verdict.kind in FORWARDED):
            return False
        now = self.clock()
        count = partial(outbox.count_made, brand=self.brand, purpose=DeliveryKind.FORWARDED, since=now - HOUR)
        if await self.store.read(count) >= PER_HOUR_MAX:
            log.warning("mail not forwarded", arrival=arrival.id, why="too many came within an hour")
            return False
        delivery = Delivery("", now, DeliveryKind.FORWARDED, arrival.mail, Person(self.operator), due_at=now)
        await self.store.post(delivery, brand=self.brand)
        log.info("mail forwarded", arrival=arrival.id)
        return True
