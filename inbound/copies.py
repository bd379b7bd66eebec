"""A copy of a helpdesk's closing mail came to an address of a source: it starts a review, or waits with a hint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from inbound.apart.letters import Look
from reviews import flow
from reviews.classify import Kind
from reviews.copies import SYSTEMS, Copy, Unclear, address_id, ticket_of
from reviews.model import Person, slots_of
from reviews.notices import watchers
from reviews.tokens import COPY, Keys
from store import Arrival, Source, Store, sources
from store.engines import Session
from templates.brands import Brand

NO_COPIES = (Kind.BOUNCE, Kind.COMPLAINT)
GONE = "the helpdesk it was to tell of is not connected any more"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Copies:
    """What it takes to start a review: the brands, who hears where no agent is known, and chance for the links."""

    store: Store
    keys: Keys
    reply_domain: str
    brands: Mapping[str, Brand]
    operator: str
    shuffled: Callable[[tuple[str, ...]], tuple[str, ...]]

    def named(self, recipients: tuple[str, ...]) -> str:
        """What the address stands for among these that is a source's, or ''."""
        signed = (self.keys.read_address(one, self.reply_domain) for one in recipients)
        return next((one.id for one in signed if one and one.prefix == COPY), "")

    async def started(self, arrival: Arrival, seen: Look, id: str) -> str:
        """Start the review; why it cannot be, or ''."""
        if seen.verdict.kind in NO_COPIES:
            return f"it is no copy of a mail: {seen.verdict.reason}"
        found = await self.store.read(partial(_source_of, id=id))
        if found is None or found[0].brand not in self.brands:
            return GONE
        source, system = found
        staff = await self.store.all_staff()
        brand = self.brands[source.brand]
        own = (*arrival.envelope.recipients, brand.sender_address or "", *(one.email for one in staff))
        to = tuple(Person(email, name) for email, name in seen.to)
        copy = Copy(seen.sender, to, seen.subject, dict(seen.told), arrival.envelope.at)
        ticket = ticket_of(copy, system=system, brand=source.brand, source=source.id, own=own)
        if isinstance(ticket, Unclear):
            return ticket.hint
        facts = flow.ticket_closed(
            ticket,
            at=arrival.envelope.at,
            slots=self.shuffled(slots_of(brand.scale)),
            rules=self.store.rules,
            watchers=watchers(staff, ticket.team, brand=brand.key, operator=self.operator) if not ticket.agent else (),
            manners=brand.manners,
            staff=[one.email for one in staff],
            credit=brand.answering.credit,
        )
        new = await self.store.record_new(*facts)
        log.info("ticket closed", review=facts[0].review, teller=source.id, new=bool(new))
        return ""


def _source_of(session: Session, id: str) -> tuple[Source, str] | None:
    """The source, and the system, whose address this is."""
    known = sources.all_sources(session)
    return next(((one, system) for one in known for system in SYSTEMS if address_id(one.id, system) == id), None)
