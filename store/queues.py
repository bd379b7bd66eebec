"""What waits in the inbox, newest first? A queue, narrowed by filters and words: always walked by the index of the
narrowest of them, so that no way to look at a million reviews reads many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.inbox import CAUSE, TAG, Place
from store import inbox, lists
from store.engines import Row, Session, Value
from store.lists import Listed
from store.paging import NEWEST, Cursor, page_size
from store.rows import micros
from store.search import FOUND, WRITTEN, edge_of
from store.words import terms

COUNTED_MAX = 100
"""Up to which a queue is counted: nobody acts on the difference between 100 and 1,000."""


class Queue(StrEnum):
    """What the inbox is looked at for."""

    ALL = "all"
    UNREAD = "unread"
    OWED = "owed"
    UNHAPPY = "unhappy"
    NEUTRAL = "neutral"
    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines of the inbox; '' and None for all. `person` is who looks, for whom `mine` is theirs."""

    queue: Queue = Queue.ALL
    person: str = ""
    words: str = ""
    face: str = ""
    agent: str = ""
    team: str = ""
    company: str = ""
    tag: str = ""
    cause: str = ""
    brand: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the review as lists show it, and where it stands."""

    listed: Listed
    place: Place

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.place.at, self.place.review)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows the inbox: the rows it leaves, and how to walk just those, by an index or by a label."""

    condition: str
    index: str = ""
    label: str = ""


PLACED = ", ".join(f"inbox.{name}" for name in inbox.COLUMNS)
WALK = """select {placed} from {source} where {conditions} and ({by}.at, {by}.review) {beyond} (:edge_at, :edge_id)
    order by {by}.at {order}, {by}.review {order} limit :most"""
FIND = "select {placed} from review join inbox on inbox.review = review.id "
COUNT = "select count(*) as lines from (select 1 from {source} where {conditions} limit :most) as counted"
LABELLED = """exists (select 1 from inbox_label as other where other.kind = '{label}' and other.name = :{label}
    and other.at = inbox.at and other.review = inbox.review)"""
BY_LABEL = "inbox_label cross join inbox"
THE_LABEL = "inbox_label.kind = '{label}' and inbox_label.name = :{label} and inbox.review = inbox_label.review"

FILTERS = {
    "company": Narrowing("inbox.company = :company", index="inbox_by_company"),
    "agent": Narrowing("inbox.agent = :agent", index="inbox_by_agent"),
    "cause": Narrowing(LABELLED.format(label=CAUSE), label=CAUSE),
    "tag": Narrowing(LABELLED.format(label=TAG), label=TAG),
}
"""The narrow ones: of a company there are some hundred reviews, of an agent thousands."""
QUEUES = {
    Queue.MINE: Narrowing("inbox.owner = :person", index="inbox_by_owner"),
    Queue.OWED: Narrowing("inbox.owed_from is not null and inbox.owed_from <= :now", index="inbox_owed"),
    Queue.WAITING: Narrowing("inbox.answered_at is not null and inbox.answered_at <= :now", index="inbox_answered"),
    Queue.UNREAD: Narrowing("inbox.unread_from is not null and inbox.unread_from <= :now", index="inbox_unread"),
    Queue.UNHAPPY: Narrowing(
        "inbox.face in ('unhappy', 'very_unhappy') and inbox.rated_at <= :now", index="inbox_unhappy"
    ),
    Queue.NEUTRAL: Narrowing(
        "inbox.face = 'neutral' and inbox.face <> '' and inbox.rated_at <= :now", index="inbox_by_face"
    ),
    Queue.UNASSIGNED: Narrowing("inbox.owner = ''", index="inbox_by_owner"),
}
WIDE = {
    "face": Narrowing("inbox.face = :face and inbox.face <> '' and inbox.rated_at <= :now", index="inbox_by_face"),
    "team": Narrowing("inbox.team = :team", index="inbox_by_team"),
    "brand": Narrowing("inbox.brand = :brand", index="inbox_by_brand"),
    "since": Narrowing("inbox.at >= :since", index="inbox_by_time"),
    "until": Narrowing("inbox.at < :until", index="inbox_by_time"),
}
"""The wide ones, of which a page is soon full."""
ALL = Narrowing("inbox.at >= 0", index="inbox_by_time")


def page(
    session: Session,
    sought: Sought,
    *,
    now: datetime,
    most: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> list[Line]:
    """A page of lines, newest first, at most `most`: the next ones older than `before`, or newer than `after`. What is
    found by words is in the order it was recorded."""
    read = _found if sought.words else _walked
    rows = read(session, sought, now=now, most=page_size(most), edge=after or before, backwards=after is not None)
    places = [inbox.read(row) for row in (rows[::-1] if after else rows)]
    listed = lists.named(session, [place.review for place in places], now=now)
    return [Line(listed[place.review], place) for place in places]


def counts(session: Session, several: Sequence[Sought], *, now: datetime) -> list[int]:
    """How many lines each has, counted no further than COUNTED_MAX."""
    return [_count(session, sought, now=now) for sought in several]


def _count(session: Session, sought: Sought, *, now: datetime) -> int:
    first, *others = _narrowings(sought)
    source, condition, _ = _driven(session, first)
    conditions = " and ".join([condition, *(one.condition for one in others)])
    values = _values(sought, conditions, now=now)
    found = session.rows(COUNT.format(source=source, conditions=conditions), most=COUNTED_MAX, **values)
    return int(found[0]["lines"])


def _walked(
    session: Session, sought: Sought, *, now: datetime, most: int, edge: Cursor | None, backwards: bool
) -> list[Row]:
    first, *others = _narrowings(sought)
    source, condition, by = _driven(session, first)
    conditions = " and ".join([condition, *(one.condition for one in others)])
    side = lists.NEWER if backwards else lists.OLDER
    sql = WALK.format(placed=PLACED, source=source, conditions=conditions, by=by, **side)
    place = edge or NEWEST
    values = _values(sought, conditions, now=now)
    return session.rows(sql, edge_at=micros(place.at), edge_id=place.id, most=most, **values)


def _found(
    session: Session, sought: Sought, *, now: datetime, most: int, edge: Cursor | None, backwards: bool
) -> list[Row]:
    dialect, looked_for, beyond = session.dialect.name, terms(sought.words), edge_of(session, edge)
    if not looked_for or beyond is None:
        return []
    conditions = " and ".join(one.condition for one in _narrowings(sought))
    side = lists.NEWER if backwards else lists.OLDER
    sql = FIND.format(placed=PLACED) + FOUND[dialect].format(filters=f"and {conditions}", **side)
    values = _values(sought, conditions, now=now)
    return session.rows(sql, query=WRITTEN[dialect](looked_for), edge=beyond, most=most, **values)


def _driven(session: Session, first: Narrowing) -> tuple[str, str, str]:
    """From where to read for that narrowing, its rows, and whose columns give the order."""
    if first.label:
        return BY_LABEL, THE_LABEL.format(label=first.label), "inbox_label"
    return f"inbox {session.dialect.by_index(first.index)}", first.condition, "inbox"


def _narrowings(sought: Sought) -> list[Narrowing]:
    """What narrows it, the narrowest first."""
    narrow = [one for name, one in FILTERS.items() if getattr(sought, name)]
    queue = [QUEUES[sought.queue]] if sought.queue in QUEUES else []
    return [*narrow, *queue, *(one for name, one in WIDE.items() if getattr(sought, name))] or [ALL]


def _values(sought: Sought, conditions: str, *, now: datetime) -> dict[str, Value]:
    """What the conditions ask for: an engine refuses a value that no statement names."""
    values: dict[str, Value] = {
        "person": sought.person.lower(),
        "face": sought.face,
        "agent": sought.agent.lower(),
        "team": sought.team,
        "company": sought.company.lower(),
        TAG: sought.tag,
        CAUSE: sought.cause,
        "brand": sought.brand,
        "since": micros(sought.since) if sought.since else 0,
        "until": micros(sought.until) if sought.until else 0,
        "now": micros(now),
    }
    return {name: value for name, value in values.items() if f":{name}" in conditions}
