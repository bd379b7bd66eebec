"""What does the record hold? Counted in the words of the clients' ledger."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator

from bench.faults.house import House
from bench.faults.ledger import Kept, Ledger
from reviews.facts import Arrived, Comment, Hit, Message, Vote
from reviews.log import Log
from reviews.model import DeliveryKind
from store import Session, Store

LOOK_SECONDS = 0.1
PENDING = "select count(*) as waiting from arrival where status = 'pending'"
AGAIN = "select count(*) - count(distinct mail) as again from arrival"
WAITING = "select mail from arrival where status = 'pending'"
SOUND = "pragma integrity_check"


async def hold_against_record(house: House, ledger: Ledger, *, all_read: bool = True) -> None:
    """Compare, and look whether the file itself is sound. A mail is in its thread, or, unless all were read by now,
    waits to be."""
    async with house.store() as store:
        there = await found(store, {kept.review for kept in ledger.kept})
        if not all_read:
            waiting = await store.read(_waiting)
            there.update(kept for kept in ledger.kept if not there[kept] and kept.what.split()[-1] in waiting)
        ledger.compare(there)
        if house.url.startswith("sqlite:") and await store.read(_sound) != "ok":
            ledger.wrong.append("the database is broken")
        for kept in (kept for kept in ledger.kept if kept.kind == "mail"):
            if await store.raw_mail(kept.what.split()[1]) is None:
                ledger.lost.append(f"the bytes of {kept.what}")


async def nothing_unanswered(house: House, ledger: Ledger) -> None:
    """What a process did before it left in order, it has answered."""
    async with house.store() as store:
        there = await found(store, {kept.review for kept in ledger.cut})
        for kept in ledger.cut:
            if there[kept] or (kept.kind == "mail" and await store.raw_mail(kept.what.split()[1]) is not None):
                ledger.wrong.append(f"done, and its answer cut off: {' '.join(kept)}")


async def found(store: Store, reviews: Iterable[str]) -> Counter[Kept]:
    """How often each thing is in the record."""
    count: Counter[Kept] = Counter()
    for review in reviews:
        log = await store.log(review)
        if log is None:
            continue
        count.update(_facts(log))
        asked = [out for out in await store.deliveries(review) if out.delivery.purpose is DeliveryKind.INVITATION]
        count[Kept("ticket", review, log.review.ticket)] = len(asked)
    return count


async def all_read(house: House, *, seconds: float) -> None:
    """Wait until every mail that was taken was read; TimeoutError when that takes too long."""
    async with asyncio.timeout(seconds), house.store() as store:
        while await store.read(_pending):
            await asyncio.sleep(LOOK_SECONDS)


async def came_again(house: House) -> int:
    """How many mails were delivered once more, because their sender was never told that they are kept."""
    async with house.store() as store:
        return await store.read(_again)


def _facts(log: Log) -> Iterator[Kept]:
    review = log.review.id
    for fact in log.facts:
        match fact:
            case Hit():
                yield Kept("hit", review, fact.id)
            case Arrived():
                yield Kept("arrived", review, fact.hit)
            case Vote():
                yield Kept("vote", review, f"{fact.hit} {fact.answer} {fact.mode}")
            case Comment():
                yield Kept("comment", review, f"{fact.hit} {fact.words}")
            case Message():
                yield Kept("mail", review, f"{fact.message_id} {fact.mail}")
            case _:
                pass


def _pending(session: Session) -> int:
    return int(session.rows(PENDING)[0]["waiting"])


def _again(session: Session) -> int:
    return int(session.rows(AGAIN)[0]["again"])


def _waiting(session: Session) -> set[str]:
    """The SHA-256 of each mail that is still to be read."""
    return {str(row["mail"]) for row in session.rows(WAITING)}


def _sound(session: Session) -> str:
    return str(session.rows(SOUND)[0]["integrity_check"])
