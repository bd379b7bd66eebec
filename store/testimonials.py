"""Whose words may everybody read? Found by the consents, told by each log as it is at this moment."""

from reviews.log import Log
from store.engines import Session, Value
from store.records import Recorder

LATEST_MAX = 100
"""On one page: the latest to agree."""
CONSENTED = """select fact.seq, fact.at, fact.review from fact {led} cross join review
    where fact.kind = 'consented' and (fact.at, fact.seq) < (:at, :seq)
        and review.id = fact.review and review.brand = :brand
    order by fact.at desc, fact.seq desc limit :most"""
CONSENTED_BY = "fact_consented"
NEVER = 2**62
"""Microseconds: later than anything."""


def consented(session: Session, recorder: Recorder, *, brand: str) -> list[Log]:
    """The reviews of a brand whose customers chose about their words, the latest first; what they chose, the rules
    tell. Their logs are kept in memory: the page is for everybody, and asked for again and again."""
    ids = _latest(session, brand)
    known = recorder.current(session, sorted(ids))
    for one in known.values():
        recorder.logs.keep(one)
    return [known[id].log for id in ids if id in known]


def _latest(session: Session, brand: str) -> list[str]:
    """The reviews by their last choice; who changed their mind is found several times, and counts once."""
    sql = CONSENTED.format(led=session.dialect.by_index(CONSENTED_BY))
    found: dict[str, None] = {}
    edge: dict[str, Value] = {"at": NEVER, "seq": NEVER}
    while len(found) < LATEST_MAX:
        rows = session.rows(sql, brand=brand, most=LATEST_MAX, **edge)
        found.update(dict.fromkeys(str(row["review"]) for row in rows))
        if len(rows) < LATEST_MAX:
            break
        edge = {"at": rows[-1]["at"], "seq": rows[-1]["seq"]}
    return list(found)[:LATEST_MAX]
