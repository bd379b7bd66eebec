"""Which reviews were heard of in some days: said by customers, still waiting, or linked to something in a tracker?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.clicks import decide
from reviews.followups import OPEN, FollowUp, follow_up
from reviews.heard import Heard, said_in
from reviews.inbox import FOLLOW_UP
from reviews.model import IMPORTED
from reviews.regular import LATE_MAX, Span
from store.engines import Session
from store.records import Recorder
from store.rows import micros

HEARD_MAX = 1_000
"""Reviews of one look, the last to speak first: more are a busy week's, of which a mail tells a few."""
OPEN_MAX = 2_000
LINKED_MAX = 500
BATCH = 200
LATER = LATE_MAX + timedelta(days=1)
"""So long after its days a mail may be put together: who spoke once more in the meantime is still heard of."""
SAID = """select review from inbox where brand = :brand and at >= :since and at < :until {filters}
    and (face <> '' or exists (select 1 from fact where fact.review = inbox.review
        and fact.kind in ('comment', 'message')))
    order by at desc, review desc limit :most"""
AGENTS = """select distinct agent from inbox where brand = :brand and at >= :since and at < :until and agent <> ''"""
OWNERS = """select distinct inbox.owner from inbox_label join inbox on inbox.review = inbox_label.review
    where inbox_label.kind = :kind and inbox_label.name = :name and inbox.brand = :brand and inbox.owner <> ''"""
OWED = """select inbox.review from inbox_label join inbox on inbox.review = inbox_label.review
    where inbox_label.kind = :kind and inbox_label.name = :name and inbox.brand = :brand {filters}
    order by inbox_label.at desc limit :most"""
LINKED = """select distinct fact.review from fact {led} cross join inbox
    where fact.kind in ('linked', 'came_of') and fact.at >= :since and fact.at < :until
        and inbox.review = fact.review and inbox.brand = :brand {filters} limit :most"""
LINKED_BY = "fact_leading_on"


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which brand, and of it maybe one team's alone, one agent's, or what one person has to answer."""

    brand: str
    team: str = ""
    agent: str = ""
    owner: str = ""

    @property
    def filters(self) -> tuple[str, dict[str, str]]:
        """What narrows a statement, and its values."""
        asked = {name: value for name in ("team", "agent", "owner") if (value := getattr(self, name))}
        return "".join(f" and inbox.{name} = :{name}" for name in asked), {"brand": self.brand, **asked}


def said(session: Session, recorder: Recorder, whose: Whose, span: Span) -> list[Heard]:
    """The reviews of which customers said something in these days, the last to speak first. What another system had
    asked for is not heard of again."""
    filters, asked = whose.filters
    until = micros(span.ends + LATER)
    rows = session.rows(SAID.format(filters=filters), **asked, since=micros(span.begins), until=until, most=HEARD_MAX)
    found = _heard(session, recorder, (row["review"] for row in rows))
    return [one for one in found if said_in(one, span) and not one[0].review.source.startswith(IMPORTED)]


def linked(session: Session, recorder: Recorder, whose: Whose, span: Span) -> list[Heard]:
    """The reviews that were linked to something in these days, or of which it was said what came of them."""
    filters, asked = whose.filters
    sql, most = LINKED.format(filters=filters, led=session.dialect.by_index(LINKED_BY)), LINKED_MAX
    rows = session.rows(sql, **asked, since=micros(span.begins), until=micros(span.ends), most=most)
    return _heard(session, recorder, (row["review"] for row in rows))


def waiting(session: Session, recorder: Recorder, whose: Whose, now: datetime) -> list[tuple[Heard, FollowUp]]:
    """The reviews whose customers are owed an answer, the one that is due first at the head."""
    found = _owed(session, recorder, _open(session, whose, OPEN_MAX), now)
    return sorted(found, key=lambda pair: (pair[1].due_at, pair[0][0].review.id))


def how_many_wait(session: Session, recorder: Recorder, whose: Whose, now: datetime, *, most: int) -> tuple[int, bool]:
    """To how many customers an answer is owed, and whether there may be more: no more than so many are looked at."""
    looked_at = _open(session, whose, most)
    return len(_owed(session, recorder, looked_at, now)), len(looked_at) == most


def _open(session: Session, whose: Whose, most: int) -> list[str]:
    filters, asked = whose.filters
    rows = session.rows(OWED.format(filters=filters), **asked, kind=FOLLOW_UP, name=OPEN, most=most)
    return [row["review"] for row in rows]


def _owed(session: Session, recorder: Recorder, ids: list[str], now: datetime) -> list[tuple[Heard, FollowUp]]:
    told = ((one, follow_up(*one, now)) for one in _heard(session, recorder, ids))
    return [(one, owed) for one, owed in told if owed and owed.status == OPEN]


def people_of(session: Session, brand: str, span: Span) -> set[str]:
    """Whose reviews were heard of in these days, and who has something to answer: addresses."""
    until = micros(span.ends + LATER)
    agents = session.rows(AGENTS, brand=brand, since=micros(span.begins), until=until)
    owners = session.rows(OWNERS, brand=brand, kind=FOLLOW_UP, name=OPEN)
    return {row["agent"] for row in agents} | {row["owner"] for row in owners}


def _heard(session: Session, recorder: Recorder, reviews: Iterable[str]) -> list[Heard]:
    ids, found = list(reviews), list[Heard]()
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        logs = recorder.current(session, sorted(some))
        found += [(logs[id].log, decide(logs[id].log, recorder.rules)) for id in some if id in logs]
    return found
