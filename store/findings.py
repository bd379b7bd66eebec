"""What did the last look at all reviews show? Gone through once a day, a page at a time, and kept for whoever asks."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from pydantic import TypeAdapter
from pydantic_core import from_json

from reviews.findings import BEFORE, LATELY, Finding, Found, Seen
from reviews.inbox import CAUSE, TAG
from reviews.model import Cause
from reviews.naming import growing, read
from store.engines import Row, Session
from store.errors import StoreUnavailableError
from store.naming import named
from store.quotes import written
from store.rows import instant, micros
from store.store import Store

LOOK_SECONDS = 300
EVERY = timedelta(hours=20)
"""How old what was found may be: so that it is new every day, whenever a process began."""
LATE = timedelta(days=45)
"""How long after its closing a rating may still come: reviews are gone through from so much earlier on."""
PAGE_MAX = 1_000
TEXTS_MAX = 10_000
"""In which followed themes are looked for, the newest: some 100 ms."""
REVIEWS = """select review.at, review.id, review.person, review.body, inbox.face, inbox.rated_at
    from review join inbox on inbox.review = review.id
    where (review.at, review.id) > (:at, :id) and review.at <= :now
    order by review.at, review.id limit :most"""
LABELS = """select review, kind, name from inbox_label where review in (select asked.value ->> 0 from {each})"""
KEEP = """insert into finding (brand, at, body) values (:brand, :at, :body)
    on conflict (brand) do update set at = excluded.at, body = excluded.body"""
KEPT = "select brand, at, body from finding order by brand"

log = structlog.get_logger()
_findings = TypeAdapter(list[Finding])


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for a brand, as of when."""

    brand: str
    at: datetime
    findings: tuple[Finding, ...]


async def look(store: Store, brands: Sequence[str], *, now: datetime) -> dict[str, list[Finding]]:
    """Go through the reviews of the last weeks once and say what they show, by brand. Others read in between."""
    found = {brand: Found(now) for brand in brands}
    edge = (micros(now - LATELY - BEFORE - LATE), "")
    while True:
        rows, labels = await store.read(partial(_page, edge=edge, now=now))
        for brand, seen in (_seen(row, labels) for row in rows):
            if brand in found:
                found[brand].see(seen)
        if len(rows) < PAGE_MAX:
            return {brand: await _all(store, brand, one, now) for brand, one in found.items()}
        edge = (rows[-1]["at"], rows[-1]["id"])


async def _all(store: Store, brand: str, found: Found, now: datetime) -> list[Finding]:
    """What the reviews of a brand show, and which of its followed themes grow."""
    known = [theme for theme in await store.read(partial(named, brand=brand)) if theme.followers]
    ask = partial(written, since=now - LATELY - BEFORE, now=now, brand=brand, most=TEXTS_MAX)
    texts = [read(one.at, one.quote) for one in await store.read(ask)] if known else []
    return [*await asyncio.to_thread(found.findings), *growing(known, texts, now=now)]


def keep(session: Session, *, found: dict[str, list[Finding]], now: datetime) -> None:
    """Keep what was found, in the place of what was found before."""
    for brand, findings in found.items():
        session.run(KEEP, brand=brand, at=micros(now), body=_findings.dump_json(findings).decode())


def kept(session: Session, *, brands: Sequence[str]) -> list[Looked]:
    """What was found last for each of these brands; a brand that nobody looked at yet is not among them."""
    return [
        Looked(row["brand"], instant(row["at"]), tuple(_findings.validate_json(row["body"])))
        for row in session.rows(KEPT)
        if row["brand"] in brands
    ]


async def keep_looking(store: Store, clock: Callable[[], datetime], stop: asyncio.Event, brands: Sequence[str]) -> None:
    """Look once a day, until told to stop. Two processes that look at once find the same."""
    while not stop.is_set():
        try:
            now = clock()
            looked = await store.read(partial(kept, brands=brands))
            if len(looked) < len(brands) or min(one.at for one in looked) < now - EVERY:
                found = await look(store, brands, now=now)
                await store.write(partial(keep, found=found, now=now))
                log.info("findings looked for", number=sum(map(len, found.values())))
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


Labels = dict[str, list[tuple[str, str]]]


def _page(session: Session, *, edge: tuple[int, str], now: datetime) -> tuple[list[Row], Labels]:
    rows = session.rows(REVIEWS, at=edge[0], id=edge[1], now=micros(now), most=PAGE_MAX)
    labels: Labels = {}
    asked = json.dumps([[row["id"]] for row in rows])
    for row in session.rows(LABELS.format(each=session.dialect.each), asked=asked) if rows else ():
        labels.setdefault(row["review"], []).append((row["kind"], row["name"]))
    return rows, labels


def _seen(row: Row, labels: Labels) -> tuple[str, Seen]:
    """The brand, and what findings ask of a review; its body is read as plain JSON, which is quicker by far."""
    body, own = from_json(row["body"]), labels.get(row["id"], ())
    return body["brand"], Seen(
        review=row["id"],
        company=body["contact"]["company"],
        contact=row["person"],
        tags=tuple(name for kind, name in own if kind == TAG),
        closed_at=datetime.fromisoformat(body["closed_at"]),
        face=row["face"],
        rated_at=instant(row["rated_at"]) if row["face"] else None,
        wait=(CAUSE, str(Cause.WAIT)) in own,
    )
