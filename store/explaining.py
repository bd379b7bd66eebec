"""Which reviews are behind a figure? Found by going through the logs, so that what the counts say can be proved."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from reviews.addresses import folded
from reviews.clicks import decide
from reviews.counting import AGENT, EXCLUDED, NOT_THEIRS, Measure, beside, counts, hundredths
from reviews.deeds import WHOLE
from reviews.facts import Review
from reviews.log import Log
from reviews.rules import Rules
from reviews.scoring import NONE, Numbers, with_parts
from store import facts, lists
from store.counted import Asked
from store.engines import Session
from store.paging import PAGE_MAX, page_size
from store.rollups import keys_of
from store.store import Store

CONTACT = "contact"
"""A customer's own figures: no counts are kept of them, so they are counted from their few logs."""
OF_CONTACT = "select id from review where person = :person and id > :after order by id limit :most"


@dataclass(frozen=True, slots=True)
class Part:
    """What one review adds to a figure: its measures and their days."""

    review: Review
    added: tuple[tuple[date, Measure], ...]
    excluded: bool
    not_theirs: bool
    hundredths: int = WHOLE
    """How much of it is counted there: less than all where credit is shared."""


async def parts(
    store: Store, asked: Asked, *, now: datetime, told: Callable[[int], None] = lambda number: None
) -> AsyncIterator[Part]:
    """The reviews that are counted there, in the order of their ids; `told` hears how many were gone through. It reads
    every log unless a contact is asked for."""
    last = ""
    while ids := await store.read(partial(_ids, asked=asked, after=last)):
        last = ids[-1]
        for part in await store.read(partial(_parts, ids=ids, asked=asked, rules=store.rules, now=now)):
            yield part
        told(len(ids))


def summed(several: list[Part], scale: str) -> tuple[Numbers, Numbers, Numbers]:
    """All that reviews of a scale add, of it what is excluded, and what is not the agent's."""
    sums: tuple[Counter[Measure], Counter[Measure], Counter[Measure]] = (Counter(), Counter(), Counter())
    for part in several:
        if part.review.scale != scale:
            continue
        for total, counts_here in zip(sums, (True, part.excluded, part.not_theirs), strict=True):
            if counts_here:
                for _, measure in part.added:
                    total[measure] += part.hundredths
    everything, excluded, not_theirs = (with_parts(NONE, total) for total in sums)
    return everything, excluded, not_theirs


def _ids(session: Session, *, asked: Asked, after: str) -> list[str]:
    if asked.facet != CONTACT:
        return lists.ids(session, after=after, most=PAGE_MAX)
    person = folded(asked.name or "")
    return [row["id"] for row in session.rows(OF_CONTACT, person=person, after=after, most=page_size(PAGE_MAX))]


def _parts(session: Session, *, ids: list[str], asked: Asked, rules: Rules, now: datetime) -> list[Part]:
    logs = (facts.load(session, id) for id in ids)
    return [part for log in logs if log and (part := _part(log, asked, rules, now))]


def _part(log: Log, asked: Asked, rules: Rules, now: datetime) -> Part | None:
    keys = keys_of(log)
    name = asked.name or ""
    part = WHOLE if asked.facet == CONTACT else hundredths(keys, asked.facet, name)
    if asked.brand not in (None, log.review.brand) or not part:
        return None
    added = counts(log, decide(log, rules), now)
    within = tuple(sorted(place for place in added.elements() if asked.since <= place[0] < asked.until))
    if not within:
        return None
    excluded = (beside("", EXCLUDED), "") in keys
    not_theirs = asked.facet == AGENT and any(key[0].startswith(NOT_THEIRS) and key[1] == name for key in keys)
    return Part(log.review, within, excluded, not_theirs, part)
