"""What was a program told when it asked this before? So that a request sent twice is one, by its Idempotency-Key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import micros

FORGET = "delete from answered where at < :old or (status = 0 and at < :stale)"
BEGIN = """insert into answered (id, at, asked, status, headers, body) values (:id, :at, :asked, 0, '{}', '')
    on conflict (id) do nothing"""
ONE = "select asked, status, headers, body from answered where id = :id"
END = "update answered set asked = :asked, status = :status, headers = :headers, body = :body where id = :id"
DROP = "delete from answered where id = :id"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; `asked` is the hash of what was asked, `status` 0 while it is still being found."""

    asked: str
    status: int
    headers: Mapping[str, str]
    body: str


def begin(session: Session, *, id: str, asked: str, at: datetime, stale: datetime, old: datetime) -> Answered | None:
    """Take a request on; or what is known of it. Answers of before `old` are forgotten, and requests that were begun
    before `stale` and never answered."""
    session.run(FORGET, old=micros(old), stale=micros(stale))
    if session.run(BEGIN, id=id, at=micros(at), asked=asked):
        return None
    row = session.rows(ONE, id=id)[0]
    return Answered(row["asked"], row["status"], json.loads(row["headers"]), row["body"])


def end(session: Session, *, id: str, told: Answered) -> None:
    """Keep the answer."""
    headers = json.dumps(dict(told.headers))
    session.run(END, id=id, asked=told.asked, status=told.status, headers=headers, body=told.body)


def drop(session: Session, id: str) -> None:
    """It was not answered: it may be asked again."""
    session.run(DROP, id=id)
