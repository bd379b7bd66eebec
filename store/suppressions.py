"""Who must not be asked, why, since when? Every reason that stands, and how one is set or lifted by hand."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reviews.addresses import folded
from reviews.holds import Suppression
from store import audit
from store.audit import OPERATOR
from store.engines import Row, Session, Value
from store.facts import add_suppression, read_suppression
from store.paging import PAGE_MAX, page_size
from store.store import Store

STANDING = """select seq, body from suppression where lifted = 0 and seq < :before {filters} and not exists (
        select 1 from suppression as later where later.person = suppression.person and later.brand = suppression.brand
        and later.reason = suppression.reason and later.seq > suppression.seq)
    order by seq desc limit :most"""
OF_BRANDS = "and brand in (select asked.value ->> 0 from {each})"
OF_PERSON = "and person = :person"
ONE = "select seq, body from suppression where id = :id"
NEWEST_SEQ = 2**62


@dataclass(frozen=True, slots=True)
class Standing:
    """A reason not to ask an address; `seq` is its place in the list."""

    seq: int
    fact: Suppression


def standing(
    session: Session, *, most: int, before: int = NEWEST_SEQ, address: str = "", brands: Sequence[str] = ()
) -> list[Standing]:
    """The reasons that stand, newest first, those older than `before`; of that address and of those brands alone, where
    any are given. What has ended by itself is among them no more, so a page may be shorter than it could be."""
    filters, told = "", dict[str, Value]()
    if address:
        filters, told["person"] = OF_PERSON, folded(address)
    if brands:
        filters += f" {OF_BRANDS.format(each=session.dialect.each)}"
        told["asked"] = json.dumps([[brand] for brand in brands])
    rows = session.rows(STANDING.format(filters=filters), before=before, most=page_size(most), **told)
    return [_standing(row) for row in rows]


async def pages(store: Store) -> AsyncIterator[list[Suppression]]:
    """All that stand, newest first, in pages."""
    before = NEWEST_SEQ
    while found := await store.read(partial(standing, most=PAGE_MAX, before=before)):
        before = found[-1].seq
        yield [one.fact for one in found]


def ended(fact: Suppression, now: datetime) -> bool:
    """Whether it has ended by itself."""
    return fact.until is not None and fact.until <= now


def one(session: Session, id: str) -> Suppression | None:
    """The suppression with that id."""
    return next((_standing(row).fact for row in session.rows(ONE, id=id)), None)


def put(session: Session, fact: Suppression) -> bool:
    """Set or lift one by hand; whether it was new. The log of changes has its id, and not whose address it is."""
    new = add_suppression(session, fact)
    if new:
        action = "suppression lifted" if fact.lifted else "suppression set"
        audit.note(session, action, fact.id, who=fact.who or OPERATOR, at=fact.at, detail=fact.reason)
    return new


def _standing(row: Row) -> Standing:
    return Standing(int(row["seq"]), read_suppression(row["body"]))
