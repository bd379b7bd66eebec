"""Who is told of what happens, where, and under which secret?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from store import audit
from store.audit import OPERATOR
from store.engines import Row, Session
from store.rows import instant, micros

CHATS = ("webhook", "slack", "teams", "mail")
"""The kinds that are told; every other is a helpdesk that is written to."""
SET = """insert into endpoint (id, kind, url, secrets, brand, events, options, at)
    values (:id, :kind, :url, :secrets, :brand, :events, :options, :at)
    on conflict (id) do update set kind = excluded.kind, url = excluded.url, secrets = excluded.secrets,
        brand = excluded.brand, events = excluded.events, options = excluded.options"""
ONE = "select * from endpoint where id = :id"
ALL = "select * from endpoint order by id"
DROP = "delete from endpoint where id = :id"
DROP_CALLS = "delete from call where endpoint = :id"
DISABLE = "update endpoint set disabled_at = :at, reason = :reason where id = :id and disabled_at is null"
ENABLE = "update endpoint set disabled_at = null, reason = '' where id = :id and disabled_at is not null"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Another system that is told: `kind` says which way of telling (`calling/ways.py`), `events` of which news, none
    for all. `secrets` are what it is told under, newest first; `options` what else its kind needs."""

    id: str
    kind: str
    url: str
    secrets: tuple[str, ...]
    at: datetime
    """News of before are not told."""
    brand: str = ""
    """The brand whose reviews it hears of, '' for all."""
    events: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    disabled_at: datetime | None = None
    reason: str = ""
    """Why it is told nothing any more, or ''."""

    def hears(self, kind: str, *, brand: str) -> bool:
        """Whether it is told of that news."""
        return self.disabled_at is None and self.brand in ("", brand) and (not self.events or kind in self.events)


def set_endpoint(session: Session, endpoint: Endpoint, *, at: datetime, who: str = OPERATOR) -> None:
    """Add one, or change it; since when it is told stays."""
    session.run(
        SET,
        id=endpoint.id,
        kind=endpoint.kind,
        url=endpoint.url,
        secrets=json.dumps(endpoint.secrets),
        brand=endpoint.brand,
        events=json.dumps(endpoint.events),
        options=json.dumps(dict(endpoint.options), sort_keys=True),
        at=micros(endpoint.at),
    )
    audit.note(session, "endpoint set", endpoint.id, who=who, at=at, detail=endpoint.kind)


def endpoint(session: Session, id: str) -> Endpoint | None:
    """The endpoint with that id."""
    return next((_endpoint(row) for row in session.rows(ONE, id=id)), None)


def all_endpoints(session: Session) -> list[Endpoint]:
    """Every endpoint by id."""
    return [_endpoint(row) for row in session.rows(ALL)]


def drop_endpoint(session: Session, id: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """Take one away with what it was told; whether there was one."""
    session.run(DROP_CALLS, id=id)
    return _noted(session, session.run(DROP, id=id) > 0, "endpoint removed", id, who=who, at=at)


def disable(session: Session, id: str, *, at: datetime, reason: str, who: str = OPERATOR) -> bool:
    """Tell it nothing any more; whether it was told until now."""
    done = session.run(DISABLE, id=id, at=micros(at), reason=reason) > 0
    return _noted(session, done, "endpoint off", id, who=who, at=at, detail=reason)


def enable(session: Session, id: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """Tell it again, and what waited for it first; whether it was disabled."""
    return _noted(session, session.run(ENABLE, id=id) > 0, "endpoint on", id, who=who, at=at)


def _noted(session: Session, done: bool, action: str, id: str, *, who: str, at: datetime, detail: str = "") -> bool:
    """Keep what was done in the log of changes, if anything was."""
    if done:
        audit.note(session, action, id, who=who, at=at, detail=detail)
    return done


def _endpoint(row: Row) -> Endpoint:
    disabled: int | None = row["disabled_at"]
    secrets: Sequence[str] = json.loads(row["secrets"])
    return Endpoint(
        id=row["id"],
        kind=row["kind"],
        url=row["url"],
        secrets=tuple(secrets),
        at=instant(row["at"]),
        brand=row["brand"],
        events=tuple(json.loads(row["events"])),
        options=json.loads(row["options"]),
        disabled_at=instant(disabled) if disabled is not None else None,
        reason=row["reason"],
    )
