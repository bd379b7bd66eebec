"""What waits in the inbox, newest first? A queue, narrowed by filters and words: always walked by the index of the
narrowest of them, so that no way to look at a million reviews reads many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.inbox import CAUSE, EXCLUSION, KUDOS, TAG, WATCHER, Place
from store import inbox, lists
from store.engines import Row, Session, Value
from store.lists import Listed
from store.paging import NEWEST, Cursor, page_size
from store.rows import micros
from store.search import FOUND, WRITTEN, edge_of
from store.words import terms

NAMES = re.compile(":([a-z_0-9]+)")
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


LABELLED = """exists (select 1 from inbox_label as other where other.kind = '{label}' and other.name = :{value}
    and other.at = inbox.at and other.review = inbox.review)"""


@dataclass(frozen=True, slots=True)
class Wall:
    """What somebody may see: these brands, () for all; and of them, where `email` is given, only what is theirs or
    their team's (`reviews.roles.sees`)."""

    brands: tuple[str, ...] = ()
    email: str = ""
    team: str = ""


NO_WALL = Wall()


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
    kudos: str = ""
    exclusion: str = ""
    brand: str = ""
    since: datetime | None = None
    until: datetime | None = None
    wall: Wall = NO_WALL


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
    """What narrows the inbox: the rows it leaves, and how to walk just those, by an index or by a kind of label. Of
    several the one that leaves fewest leads the way: the smaller `width`."""

    width: int
    condition: str
    index: str = ""
    label: str = ""
    value: str = ""
    """Whose name the label has."""


def _labelled(width: int, kind: str, value: str) -> Narrowing:
    return Narrowing(width, LABELLED.format(label=kind, value=value), label=kind, value=value)


PLACED = ", ".join(f"inbox.{name}" for name in inbox.COLUMNS)
WALK = """select {placed} from {source} where {conditions} and ({by}.at, {by}.review) {beyond} (:edge_at, :edge_id)
    order by {by}.at {order}, {by}.review {order} limit :most"""
FIND = "select {placed} from review join inbox on inbox.review = review.id "
COUNT = "select inbox.review from {source} where {conditions} limit :most"
BY_LABEL = "inbox_label cross join inbox"
THE_LABEL = "inbox_label.kind = '{label}' and inbox_label.name = :{value} and inbox.review = inbox_label.review"
AWAKE = "(inbox.snoozed_until is null or inbox.snoozed_until <= :now)"

FILTERS = {
    "company": Narrowing(1, "inbox.company = :company", index="inbox_by_company"),
    "agent": Narrowing(2, "inbox.agent = :agent", index="inbox_by_agent"),
    "exclusion": _labelled(3, EXCLUSION, "exclusion"),
    "kudos": _labelled(3, KUDOS, "kudos"),
    "cause": _labelled(4, CAUSE, "cause"),
    "tag": _labelled(5, TAG, "tag"),
    "face": Narrowing(11, "inbox.face = :face and inbox.face <> '' and inbox.rated_at <= :now", index="inbox_by_face"),
    "team": Narrowing(12, "inbox.team = :team", index="inbox_by_team"),
    "brand": Narrowing(13, "inbox.brand = :brand", index="inbox_by_brand"),
    "since": Narrowing(14, "inbox.at >= :since", index="inbox_by_time"),
    "until": Narrowing(14, "inbox.at < :until", index="inbox_by_time"),
}
"""Of a company there are some hundred reviews, of an agent thousands; of a brand a page is soon full."""
QUEUES = {
    Queue.ALL: Narrowing(15, "inbox.at >= 0", index="inbox_by_time"),
    Queue.MINE: Narrowing(3, f"inbox.owner = :person and {AWAKE}", index="inbox_by_owner"),
    Queue.OWED: Narrowing(
        6, f"inbox.owed_from is not null and inbox.owed_from <= :now and {AWAKE}", index="inbox_owed"
    ),
    Queue.WAITING: Narrowing(
        7, f"inbox.answered_at is not null and inbox.answered_at <= :now and {AWAKE}", index="inbox_answered"
    ),
    Queue.UNHAPPY: Narrowing(
        8, f"inbox.face in ('unhappy', 'very_unhappy') and inbox.rated_at <= :now and {AWAKE}", index="inbox_unhappy"
    ),
    Queue.NEUTRAL: Narrowing(
        9,
        f"inbox.face = 'neutral' and inbox.face <> '' and inbox.rated_at <= :now and {AWAKE}",
        index="inbox_by_face",
    ),
    Queue.UNREAD: Narrowing(
        10, f"inbox.unread_from is not null and inbox.unread_from <= :now and {AWAKE}", index="inbox_unread"
    ),
    Queue.UNASSIGNED: Narrowing(12, f"inbox.owner = '' and {AWAKE}", index="inbox_by_owner"),
}
OWN = (
    Narrowing(2, "inbox.agent = :wall_email", index="inbox_by_agent"),
    Narrowing(2, "inbox.owner = :wall_email", index="inbox_by_owner"),
    _labelled(2, WATCHER, "wall_email"),
)
OWN_TEAM = Narrowing(12, "inbox.team = :wall_team", index="inbox_by_team")
"""What an agent sees: each is walked for itself, and then they are put together."""


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
    asked = _Asked(session, sought, now)
    rows = (asked.found if sought.words else asked.walked)(
        most=page_size(most), edge=after or before, backwards=after is not None
    )
    labels = inbox.labels_of(session, [row["review"] for row in rows])
    places = [inbox.read(row, labels.get(row["review"], ())) for row in (rows[::-1] if after else rows)]
    listed = lists.named(session, [place.review for place in places], now=now)
    return [Line(listed[place.review], place) for place in places]


def counts(session: Session, several: Sequence[Sought], *, now: datetime) -> list[int]:
    """How many lines each has, counted no further than COUNTED_MAX."""
    return [_Asked(session, sought, now).counted() for sought in several]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One look into the inbox."""

    session: Session
    sought: Sought
    now: datetime

    def walked(self, *, most: int, edge: Cursor | None, backwards: bool) -> list[Row]:
        """The next rows beyond the edge, in their order."""
        side, place = lists.NEWER if backwards else lists.OLDER, edge or NEWEST
        found: dict[str, Row] = {}
        for narrowings in self._ways():
            source, conditions, by = self._led(narrowings)
            sql = WALK.format(placed=PLACED, source=source, conditions=conditions, by=by, **side)
            values = self._values(conditions)
            for row in self.session.rows(sql, edge_at=micros(place.at), edge_id=place.id, most=most, **values):
                found[row["review"]] = row
        return sorted(found.values(), key=lambda row: (row["at"], row["review"]), reverse=not backwards)[:most]

    def found(self, *, most: int, edge: Cursor | None, backwards: bool) -> list[Row]:
        """The next rows that hold the words."""
        dialect, looked_for = self.session.dialect.name, terms(self.sought.words)
        beyond = edge_of(self.session, edge)
        if not looked_for or beyond is None:
            return []
        ways = [" and ".join(one.condition for one in narrowings) for narrowings in self._ways()]
        conditions = f"(({') or ('.join(ways)}))"
        side = lists.NEWER if backwards else lists.OLDER
        sql = FIND.format(placed=PLACED) + FOUND[dialect].format(filters=f"and {conditions}", **side)
        values = self._values(conditions)
        return self.session.rows(sql, query=WRITTEN[dialect](looked_for), edge=beyond, most=most, **values)

    def counted(self) -> int:
        """How many there are, up to COUNTED_MAX; words are not counted."""
        known: set[str] = set()
        for narrowings in self._ways():
            source, conditions, _ = self._led(narrowings)
            sql = COUNT.format(source=source, conditions=conditions)
            known.update(r["review"] for r in self.session.rows(sql, most=COUNTED_MAX, **self._values(conditions)))
        return min(len(known), COUNTED_MAX)

    def _ways(self) -> list[list[Narrowing]]:
        """What narrows it, the narrowest first; several ways where a wall leaves what belongs to one of several."""
        sought, wall = self.sought, self.sought.wall
        asked = [QUEUES[sought.queue], *(one for name, one in FILTERS.items() if getattr(sought, name))]
        brands = [_wall_brand(number) for number in range(len(wall.brands))]
        if not wall.email:
            ways = [[*asked, brand] for brand in brands] or [asked]
        else:
            behind = f"({' or '.join(brand.condition for brand in brands)})" if brands else ""
            walls = [Narrowing(99, behind)] if behind else []
            ways = [[*asked, *walls, own] for own in (*OWN, *((OWN_TEAM,) if wall.team else ()))]
        return [sorted(way, key=lambda one: one.width) for way in ways]

    def _led(self, narrowings: list[Narrowing]) -> tuple[str, str, str]:
        """From where to read, which rows, and whose columns give the order."""
        first, *others = narrowings
        led = THE_LABEL.format(label=first.label, value=first.value) if first.label else first.condition
        source = BY_LABEL if first.label else f"inbox {self.session.dialect.by_index(first.index)}"
        conditions = " and ".join([led, *(one.condition for one in others)])
        return source, conditions, "inbox_label" if first.label else "inbox"

    def _values(self, conditions: str) -> dict[str, Value]:
        """What the conditions ask for: an engine refuses a value that no statement names."""
        sought = self.sought
        values: dict[str, Value] = {
            name: getattr(sought, name) for name in ("face", "team", "tag", "cause", "kudos", "exclusion", "brand")
        }
        values |= {name: getattr(sought, name).lower() for name in ("person", "agent", "company")}
        values |= {"wall_email": sought.wall.email.lower(), "wall_team": sought.wall.team, "now": micros(self.now)}
        values |= {f"wall_brand_{number}": brand for number, brand in enumerate(sought.wall.brands)}
        instants = {"since": sought.since, "until": sought.until}
        values |= {name: micros(at) for name, at in instants.items() if at}
        named = set(NAMES.findall(conditions))
        return {name: value for name, value in values.items() if name in named}


def _wall_brand(number: int) -> Narrowing:
    return Narrowing(13, f"inbox.brand = :wall_brand_{number}", index="inbox_by_brand")
