"""A query that reads for too long is ended, and the next one is answered."""

import time
from itertools import count
from pathlib import Path

import pytest

from store import Session, StoreUnavailableError, lists, open_store
from store.engines import patience
from store.engines.sqlite import SqliteSession, connect
from tests.store.keeping import DOMAIN, url_of
from tests.story import RULES

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as n from n"
SHORT = "with recursive n(i) as (select 1 union all select i + 1 from n limit 200000) select count(*) as n from n"

SHORT_LOOKS_MAX = 400
"""Looks at the clock that one short query takes at most; here each look is a second."""


async def test_an_endless_query_is_ended_with_a_clear_word(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.Patience.__init__, "__kwdefaults__", {"seconds": 0.2, "clock": time.monotonic})
    store = open_store(url_of(file.parent), rules=RULES, mail_domain=DOMAIN)
    with pytest.raises(StoreUnavailableError, match="took longer than"):
        await store.read(endless)
    assert await store.read(lists.count) == 0
    await store.close()


def test_many_short_queries_may_take_long_together(file: Path) -> None:
    db = connect(file)
    looks = count()
    session = SqliteSession(patience.Patience(db, seconds=SHORT_LOOKS_MAX, clock=lambda: float(next(looks))))
    for _ in range(20):
        assert session.rows(SHORT) == [{"n": 200_000}]
    assert next(looks) > SHORT_LOOKS_MAX * 3
    db.close()


def endless(session: Session) -> None:
    session.rows(ENDLESS)
