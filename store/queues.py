"""What waits in the inbox, newest first? A queue, narrowed by filters and words: always walked by the index of the
narrowest of them, so that no way to look at a million reviews reads many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.inbox import CAUSE, EXCLUSION, KUDOS, TAG, WATCHER, Place
from store import inbox, lists
from store.engines import Session, Value
from store.engines.dialect import POSTGRES, SQLITE
from store.lists import Listed
from store.paging import NEWEST, Cursor, page_size
from store.rows import micros
from store.search import WRITTEN, edge_of
from store.words import Term, terms

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


WALK = """select inbox.review, inbox.at from {source} where {conditions}
    and ({by}.at, {by}.review) {beyond} (:edge_at, :edge_id) order by {by}.at {order}, {by}.review {order}
    limit :most"""
FIND = {
    SQLITE.name: """select inbox.review from searchable_index cross join searchable cross join inbox
        where searchable_index match :query and searchable.seq = searchable_index.rowid
        and inbox.review = searchable.review and searchable_index.rowid {beyond} :edge and {conditions}
        order by searchable_index.rowid {order} limit :most""",
    POSTGRES.name: """select inbox.review from searchable join inbox on inbox.review = searchable.review
        where searchable.index @@ cast(:query as tsquery) and searchable.seq {beyond} :edge and {conditions}
        order by searchable.seq {order} limit :most""",
}
"""The words lead the way: what else is wanted is looked at of each hit."""
PICK = """select inbox.review from {source} cross join searchable where {conditions}
    and searchable.review = inbox.review and searchable.seq {beyond} :edge and {terms}
    order by searchable.seq {order} limit :most"""
"""What else is wanted leads the way, where that is little: the words are looked for in each."""
PROBE = "select count(*) as lines from (select 1 from {source} where {conditions} limit :most) as probed"
PROBE_MAX = 2_000
"""Lines of which it is quicker to look at each than to choose better."""
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
    look = asked.found if sought.words else asked.walked
    reviews = look(most=page_size(most), edge=after or before, backwards=after is not None)
    return lines(session, reviews[::-1] if after else reviews, now=now)


def lines(session: Session, reviews: Sequence[str], *, now: datetime) -> list[Line]:
    """The lines of these reviews, in their order."""
    places, listed = inbox.places(session, reviews), lists.named(session, reviews, now=now)
    return [Line(listed[review], places[review]) for review in reviews]


def counts(session: Session, several: Sequence[Sought], *, now: datetime) -> list[int]:
    """How many lines each has, counted no further than COUNTED_MAX."""
    return [_Asked(session, sought, now).counted() for sought in several]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One look into the inbox."""

    session: Session
    sought: Sought
    now: datetime

    def walked(self, *, most: int, edge: Cursor | None, backwards: bool) -> list[str]:
        """The next reviews beyond the edge, in their order."""
        side, place = lists.NEWER if backwards else lists.OLDER, edge or NEWEST
        found: set[tuple[int, str]] = set()
        for narrowings in self._ways():
            source, conditions, by = self._led(narrowings)
            sql = WALK.format(source=source, conditions=conditions, by=by, **side)
            values = self._values(conditions)
            rows = self.session.rows(sql, edge_at=micros(place.at), edge_id=place.id, most=most, **values)
            found.update((row["at"], row["review"]) for row in rows)
        return [review for _, review in sorted(found, reverse=not backwards)[:most]]

    def found(self, *, most: int, edge: Cursor | None, backwards: bool) -> list[str]:
        """The next reviews that hold the words."""
        dialect, looked_for = self.session.dialect.name, terms(self.sought.words)
        beyond = edge_of(self.session, edge)
        if not looked_for or beyond is None:
            return []
        side, ways = lists.NEWER if backwards else lists.OLDER, self._ways()
        if len(ways) == 1 and (narrow := self._few(ways[0])):
            source, conditions, _ = self._led(narrow)
            likes = {f"term_{number}": _like(term) for number, term in enumerate(looked_for)}
            told = " and ".join(f"' ' || searchable.words || ' ' like :{name}" for name in likes)
            sql, words = PICK.format(source=source, conditions=conditions, terms=told, **side), likes
        else:
            conditions = f"(({') or ('.join(' and '.join(one.condition for one in way) for way in ways)}))"
            sql = FIND[dialect].format(conditions=conditions, **side)
            words = {"query": WRITTEN[dialect](looked_for)}
        rows = self.session.rows(sql, edge=beyond, most=most, **words, **self._values(conditions))
        return [row["review"] for row in rows]

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
        first, *others = self._few(narrowings) or narrowings
        source, led = self._source(first)
        conditions = " and ".join([led, *(one.condition for one in others)])
        return source, conditions, "inbox_label" if first.label else "inbox"

    def _few(self, narrowings: list[Narrowing]) -> list[Narrowing]:
        """The narrowings, first one that leaves few lines; none where each leaves many, or there is but one."""
        for one in narrowings if len(narrowings) > 1 else ():
            if one.index or one.label:
                source, condition = self._source(one)
                sql = PROBE.format(source=source, conditions=condition)
                probed = self.session.rows(sql, most=PROBE_MAX, **self._values(condition))
                if int(probed[0]["lines"]) < PROBE_MAX:
                    return [one, *(other for other in narrowings if other is not one)]
        return []

    def _source(self, one: Narrowing) -> tuple[str, str]:
        if one.label:
            return BY_LABEL, THE_LABEL.format(label=one.label, value=one.value)
        return f"inbox {self.session.dialect.by_index(one.index)}", one.condition

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


def _like(term: Term) -> str:
    """A term as it stands among words with a blank on either side; words hold no sign that LIKE knows."""
    return f"% {' '.join(term.words)}{'' if term.open else ' '}%"
