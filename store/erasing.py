"""Which visits are old enough to be forgotten? Each after some months; the rating it led to stays, with its reasons.

Facts are numbered in the order in which they came, so the job goes through them once, a piece at a time, and keeps how
far it got. Before the visits of a review go, its rating is sealed, in the same transaction.
"""

import contextlib
from datetime import datetime
from functools import partial
from itertools import takewhile

from reviews import hindsight
from store.engines import Session
from store.errors import UnknownReviewError
from store.records import Recorder
from store.rows import micros
from store.store import Store

PIECE = 500
"""Facts gone through in one transaction: others write in between."""
MARK = "select seq from erasing_mark where id = 1 {for_update}"
MOVE_MARK = "update erasing_mark set seq = :seq where id = 1"
NEXT = "select seq, review, kind, at from fact where seq > :after order by seq limit :most"
KINDS = tuple(kind.kind for kind in hindsight.ERASED)
ERASE = "delete from fact where review = :review and kind = :kind and at <= :until"


async def erase_visits(store: Store, *, now: datetime) -> int:
    """Forget every visit that is too old; how many reviews lost some."""
    erased = 0
    while True:
        more, reviews = await store.write(partial(_piece, recorder=store.recorder, now=now), urgent=True)
        erased += reviews
        if not more:
            return erased


def _piece(session: Session, recorder: Recorder, now: datetime) -> tuple[bool, int]:
    """Go through the next facts; whether there are more to go through, and how many reviews lost visits."""
    until = micros(now - recorder.rules.seal)
    mark = int(session.rows(MARK.format(for_update=session.dialect.for_update))[0]["seq"])
    facts = session.rows(NEXT, after=mark, most=PIECE)
    gone_through = list(takewhile(lambda fact: fact["kind"] not in KINDS or fact["at"] <= until, facts))
    reviews = sorted({fact["review"] for fact in gone_through if fact["kind"] in KINDS})
    for review in reviews:
        _erase(session, recorder, review, now=now, until=until)
    if gone_through:
        session.run(MOVE_MARK, seq=gone_through[-1]["seq"])
    return len(gone_through) == PIECE, len(reviews)


def _erase(session: Session, recorder: Recorder, review: str, *, now: datetime, until: int) -> None:
    with contextlib.suppress(UnknownReviewError):  # somebody was forgotten altogether
        recorder.record(session, review, partial(hindsight.rating_sealed, at=now, rules=recorder.rules))
    for kind in KINDS:
        session.run(ERASE, review=review, kind=kind, until=until)
