"""Is what is derived equal to the facts? Ratings and words review by review, then the counts as a whole."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reviews.clicks import decide
from reviews.counting import counts
from reviews.doorstep import doorstep
from reviews.inbox import place
from reviews.log import Log
from reviews.rules import Rules
from store import doorsteps, facts, inbox, lists, records, rollups, search, steps
from store.engines import Session
from store.paging import PAGE_MAX
from store.records import Kept
from store.rollups import Cell, Cells
from store.store import Store

RATING, WORDS, DOORSTEP, INBOX, COUNTS = "rating", "words", "doorstep", "inbox", "counts"
"""What is derived."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as the facts say: of a review its rating, words, doorstep or place in the inbox; or a day's counts
    and what they lack."""

    what: str
    of: str
    lacks: str = ""


async def recompute(
    store: Store, *, mend: bool, clock: Callable[[], datetime], told: Callable[[int], None]
) -> AsyncIterator[Difference]:
    """Hold what is derived against the facts, and tell every difference; with `mend` it is set right as well. Others
    may write meanwhile. `told` hears of every review that was gone through, twice each, from any thread."""
    last = ""
    while ids := await store.read(partial(lists.ids, after=last, most=PAGE_MAX)):
        last = ids[-1]
        for difference in await store.read(partial(differences, ids=ids, rules=store.rules)):
            if mend:
                await store.write(partial(derive_again, review=difference.of, rules=store.rules))
            yield difference
        told(len(ids))
    lacking = await store.read(partial(miscounted, rules=store.rules, clock=clock, told=told))
    if mend and lacking:
        await store.write(partial(rollups.add, cells=lacking))
    for cell, numbers in lacking.items():
        yield Difference(COUNTS, _named(cell), ", ".join(f"{measure} {n:+}" for measure, n in numbers.items() if n))


def differences(session: Session, ids: Sequence[str], *, rules: Rules) -> list[Difference]:
    """What of these reviews is not as it should be."""
    logs = (facts.load(session, id) for id in ids)
    return [found for log in logs if log for found in _differences(session, log, rules)]


def derive_again(session: Session, review: str, *, rules: Rules) -> None:
    """Derive what is kept of a review anew; its part of the counts moves along with its rating."""
    log = facts.load(session, review, for_update=session.dialect.for_update)
    if log:
        before = (log, steps.load(session, review))
        records.keep(session, [Kept(log, decide(log, rules), before, (log.review, *log.facts))])
        doorsteps.put(session, [log])
        search.put(session, log)
        inbox.put_again(session, place(log, decide(log, rules)))


def miscounted(session: Session, *, rules: Rules, clock: Callable[[], datetime], told: Callable[[int], None]) -> Cells:
    """What the counts lack to be those of the facts as of now, nothing when they are right. All is read on one
    snapshot, so that nobody need stop writing; it takes some 500 bytes of memory for each row of the counts."""
    now = rollups.as_of(session, clock())
    lacking: Cells = {}
    for log in _logs(session, told):
        for cell, measure, number in rollups.cells_of(log, counts(log, decide(log, rules), now)):
            lacking.setdefault(cell, Counter())[measure] += number
    for cell, numbers in rollups.due(session, now=now).items():
        lacking.setdefault(cell, Counter()).subtract(numbers)
    for cell, numbers in rollups.every(session):
        lacking.setdefault(cell, Counter()).subtract(numbers)
    return {cell: numbers for cell, numbers in sorted(lacking.items()) if any(numbers.values())}


def _logs(session: Session, told: Callable[[int], None]) -> Iterator[Log]:
    last = ""
    while ids := lists.ids(session, after=last, most=PAGE_MAX):
        last = ids[-1]
        yield from (log for log in (facts.load(session, id) for id in ids) if log)
        told(len(ids))


def _differences(session: Session, log: Log, rules: Rules) -> Iterator[Difference]:
    review = log.review.id
    if steps.load(session, review) != decide(log, rules):
        yield Difference(RATING, review)
    if search.kept(session, review) != search.words_of(log):
        yield Difference(WORDS, review)
    if doorsteps.kept(session, review) != doorstep(log):
        yield Difference(DOORSTEP, review)
    if inbox.kept(session, review) != place(log, decide(log, rules)):
        yield Difference(INBOX, review)


def _named(cell: Cell) -> str:
    week = "week of " if cell.days == rollups.A_WEEK else ""
    return f"{week}{' '.join((str(cell.day), cell.brand, cell.facet or 'all', cell.name))}".rstrip()
