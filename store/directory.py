"""Who are the customers that were asked about, and who did the work? From the reviews themselves, by address."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.addresses import normal
from reviews.model import Person
from store.engines import Row, Session, Value
from store.facts import read_review
from store.paging import NEWEST, Cursor, page_size
from store.rows import instant, micros

CONTACTS = """select contact as address, count(*) as reviews, min(at) as first_at, max(at) as last_at,
    (select body from review as latest where latest.contact = review.contact {latest}
        order by at desc, id desc limit 1) as body
    from review where contact > :after {only} group by contact order by contact limit :most"""
LATELY = """select contact as address, body, at, id,
    (select count(*) from review as other where other.contact = review.contact {other}) as reviews,
    (select min(at) from review as other where other.contact = review.contact {other}) as first_at, at as last_at
    from review where (at < :edge_at or (at = :edge_at and id < :edge_id)) and at >= :since {only}
    and not exists (select 1 from review as latest where latest.contact = review.contact
        and (latest.at, latest.id) > (review.at, review.id) {latest})
    order by at desc, id desc limit :most"""
"""Each customer stands where their latest review does."""
ONLY = "and contact = :address"
OF_BRANDS = "and {table}brand in (select asked.value ->> 0 from {each})"
AGENTS_OF_BRANDS = """select agent as address, count(*) as reviews, min(at) as first_at, max(at) as last_at,
    (select body from review as latest where latest.agent = review.agent {latest}
        order by at desc, id desc limit 1) as body
    from review where agent > :after {only} group by agent order by agent limit :most"""
AGENTS = """with recursive known (address) as (
        select min(agent) from review where agent > :after
        union all select (select min(agent) from review where agent > known.address) from known
            where known.address is not null),
    listed as (select address from known where address is not null limit :most)
    select address, (select count(*) from review where agent = address) as reviews,
        (select min(at) from review where agent = address) as first_at,
        (select max(at) from review where agent = address) as last_at,
        (select body from review where agent = address order by at desc, id desc limit 1) as body
    from listed order by address"""
"""An agent has a great many reviews: each is leapt over in the index, and its reviews are counted in it alone. A
customer has few, which are read."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as the latest review has them, and how many reviews there are of them."""

    person: Person
    reviews: int
    first_at: datetime
    last_at: datetime
    team: str
    """Of the latest review."""


def contacts(
    session: Session, *, after: str = "", most: int, address: str = "", brands: Sequence[str] = ()
) -> list[Known]:
    """A page of the customers, by address; or that one alone. Of the reviews of these brands, or with none of all."""
    only: dict[str, str] = {"address": normal(address)} if address else {}
    of_brands, asked = _of_brands(session, brands)
    of_brands["only"] += f" {ONLY}" if only else ""
    rows = session.rows(CONTACTS.format(**of_brands), after=after.lower(), most=page_size(most), **only, **asked)
    return [_known(row, read_review(row["body"]).contact) for row in rows]


def lately(
    session: Session, *, before: Cursor = NEWEST, most: int, since: datetime | None = None, brands: Sequence[str] = ()
) -> list[tuple[Known, Cursor]]:
    """A page of the customers, each with the place of their latest review, newest first: the next ones older than
    `before`, none whose latest is older than `since`. Of the reviews of these brands, or with none of all."""
    of_brands, asked = _of_brands(session, brands)
    place: dict[str, Value] = {
        "edge_at": micros(before.at),
        "edge_id": before.id,
        "since": micros(since) if since else 0,
    }
    rows = session.rows(LATELY.format(**of_brands), most=page_size(most), **place, **asked)
    return [(_known(row, read_review(row["body"]).contact), Cursor(instant(row["at"]), row["id"])) for row in rows]


def agents(session: Session, *, after: str = "", most: int, brands: Sequence[str] = ()) -> list[Known]:
    """A page of those who did the work, by address. Of the reviews of these brands, or with none of all."""
    of_brands, asked = _of_brands(session, brands)
    sql = AGENTS_OF_BRANDS.format(**of_brands) if brands else AGENTS
    rows = session.rows(sql, after=after.lower(), most=page_size(most), **asked)
    return [_known(row, read_review(row["body"]).agent or Person(row["address"])) for row in rows]


def _of_brands(session: Session, brands: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What keeps a list to some brands: the parts of its statement, and their value."""
    if not brands:
        return {"only": "", "latest": "", "other": ""}, {}
    parts = {"only": "", "latest": "latest.", "other": "other."}
    told = {part: OF_BRANDS.format(table=table, each=session.dialect.each) for part, table in parts.items()}
    return told, {"asked": json.dumps([[brand] for brand in brands])}


def _known(row: Row, person: Person) -> Known:
    team = read_review(row["body"]).team
    return Known(person, int(row["reviews"]), instant(row["first_at"]), instant(row["last_at"]), team)
