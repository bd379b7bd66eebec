"""Which webhooks could not be read? Kept as they came, with the reason, until the mapping is mended or somebody drops
them.

The same payload of the same source is one letter, however often it is sent.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.engines import Row, Session, Value
from store.paging import NEWEST, Cursor, page_size
from store.rows import instant, micros

LETTERS_MAX = 20_000
"""Of one source: a day of a busy helpdesk whose mapping is wrong. Past it a helpdesk is told to send again later."""
ID_CHARS = 32

ADD = """insert into dead_letter (id, source, at, last_at, times, reason, headers, body)
    values (:id, :source, :at, :at, 1, :reason, :headers, :body)
    on conflict (id) do update set
        times = dead_letter.times + 1, last_at = excluded.last_at, reason = excluded.reason"""
KNOWN = "select id from dead_letter where id = :id"
COUNT = "select count(*) as letters from dead_letter where source = :source"
COUNTS = "select source, count(*) as letters from dead_letter group by source order by source"
ONE = "select * from dead_letter where id = :id"
PAGE = """select * from dead_letter where (:source = '' or source = :source)
    and (at < :edge_at or (at = :edge_at and id < :edge_id)) order by at desc, id desc limit :most"""
SET_REASON = "update dead_letter set reason = :reason, last_at = :at where id = :id"
DROP = "delete from dead_letter where id = :id"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A webhook that could not be read; `headers` are those that its mapping looked at."""

    source: str
    at: datetime
    reason: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1

    @property
    def id(self) -> str:
        named = json.dumps([self.source, sorted(self.headers.items())])
        return hashlib.sha256(named.encode() + b"\0" + self.body).hexdigest()[:ID_CHARS]

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.id)


def keep(session: Session, letter: DeadLetter) -> bool:
    """Keep a letter, or count that it came again; False where its source has as many as are kept."""
    known = session.rows(KNOWN, id=letter.id)
    if not known and session.rows(COUNT, source=letter.source)[0]["letters"] >= LETTERS_MAX:
        return False
    row: dict[str, Value] = {"id": letter.id, "source": letter.source, "at": micros(letter.at)}
    headers = json.dumps(dict(letter.headers), sort_keys=True)
    session.run(ADD, **row, reason=letter.reason, headers=headers, body=letter.body)
    return True


def page(session: Session, *, source: str = "", most: int, before: Cursor = NEWEST) -> list[DeadLetter]:
    """A page of the letters of a source, or of all, newest first."""
    place: dict[str, Value] = {"edge_at": micros(before.at), "edge_id": before.id}
    return [_letter(row) for row in session.rows(PAGE, source=source, most=page_size(most), **place)]


def one(session: Session, id: str) -> DeadLetter | None:
    """The letter with that id."""
    return next((_letter(row) for row in session.rows(ONE, id=id)), None)


def set_reason(session: Session, id: str, *, reason: str, at: datetime) -> None:
    """Say why a letter could not be read, once more."""
    session.run(SET_REASON, id=id, reason=reason, at=micros(at))


def drop(session: Session, id: str) -> bool:
    """Take a letter away; whether there was one."""
    return session.run(DROP, id=id) > 0


def counts(session: Session) -> dict[str, int]:
    """How many letters each source has."""
    return {row["source"]: int(row["letters"]) for row in session.rows(COUNTS)}


def _letter(row: Row) -> DeadLetter:
    headers = json.loads(row["headers"])
    return DeadLetter(row["source"], instant(row["at"]), row["reason"], bytes(row["body"]), headers, row["times"])
