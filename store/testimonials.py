"""Whose words may everybody read? Found by the consents, told by each log as it is at this moment."""

from reviews.log import Log
from store.engines import Session
from store.records import Recorder

LATEST_MAX = 100
"""On one page: the latest to agree."""
CONSENTED = """select fact.review, max(fact.at) as at from fact join review on review.id = fact.review
    where fact.kind = 'consented' and review.brand = :brand
    group by fact.review order by max(fact.at) desc, fact.review limit :most"""


def consented(session: Session, recorder: Recorder, *, brand: str) -> list[Log]:
    """The reviews of a brand whose customers chose about their words, the latest first; what they chose, the rules
    tell."""
    ids = [str(row["review"]) for row in session.rows(CONSENTED, brand=brand, most=LATEST_MAX)]
    logs = recorder.current(session, sorted(ids))
    return [logs[id].log for id in ids if id in logs]
