"""Which programs may ask? The keys of the API: what each is good for, of which brands. Secrets are kept as hashes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store import audit
from store.audit import OPERATOR
from store.engines import Row, Session
from store.people import secret_hash
from store.rows import instant, micros

ADD_KEY = """insert into api_key (name, sha256, at, scopes, brands) values (:name, :sha256, :at, :scopes, :brands)
    on conflict (name) do nothing"""
CHANGE_KEY = "update api_key set sha256 = :sha256, at = :at where name = :name and revoked_at is null"
REVOKE_KEY = "update api_key set revoked_at = :at where name = :name and revoked_at is null"
ALL_KEYS = "select name, at, used_at, revoked_at, scopes, brands from api_key order by name"
KEY = "select name, at, used_at, revoked_at, scopes, brands from api_key where sha256 = :sha256 and revoked_at is null"
KEY_USED = "update api_key set used_at = :now where name = :name and (used_at is null or used_at < :before)"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the API, without its secret."""

    name: str
    at: datetime
    revoked_at: datetime | None
    used_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    """What it may do; none for all."""
    brands: tuple[str, ...] = ()
    """The brands it is good for; none for all."""

    def may(self, scope: str) -> bool:
        """Whether it is good for that."""
        return not self.scopes or scope in self.scopes


def add_key(
    session: Session,
    name: str,
    secret: str,
    *,
    at: datetime,
    scopes: Iterable[str] = (),
    brands: Iterable[str] = (),
    who: str = OPERATOR,
) -> bool:
    """Add a key of the API, for these scopes and brands or for all; False when the name is taken."""
    good_for = sorted(scopes), sorted(brands)
    told = dict(zip(("scopes", "brands"), map(json.dumps, good_for), strict=True))
    added = session.run(ADD_KEY, name=name, sha256=secret_hash(secret), at=micros(at), **told) > 0
    if added:
        audit.note(session, "key added", name, who=who, at=at, detail=" ".join(good_for[0] + good_for[1]))
    return added


def change_key(session: Session, name: str, secret: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """Give a valid key another secret, at once; whether there was one."""
    changed = session.run(CHANGE_KEY, name=name, sha256=secret_hash(secret), at=micros(at)) > 0
    if changed:
        audit.note(session, "key changed", name, who=who, at=at)
    return changed


def revoke_key(session: Session, name: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """End a key; whether it was valid until now."""
    revoked = session.run(REVOKE_KEY, name=name, at=micros(at)) > 0
    if revoked:
        audit.note(session, "key revoked", name, who=who, at=at)
    return revoked


def all_keys(session: Session) -> list[ApiKey]:
    """Every key by name."""
    return [_key(row) for row in session.rows(ALL_KEYS)]


def key(session: Session, secret: str) -> ApiKey | None:
    """The valid key with that secret, or None."""
    return next((_key(row) for row in session.rows(KEY, sha256=secret_hash(secret))), None)


def key_name(session: Session, secret: str) -> str | None:
    """The name of a valid key, or None."""
    found = key(session, secret)
    return found.name if found else None


def key_used(session: Session, name: str, *, now: datetime, before: datetime) -> None:
    """Keep when a key was last used, unless that is newer than `before`: not every request is a write more."""
    session.run(KEY_USED, name=name, now=micros(now), before=micros(before))


def _key(row: Row) -> ApiKey:
    revoked_at, used_at = (instant(row[name]) if row[name] else None for name in ("revoked_at", "used_at"))
    return ApiKey(
        row["name"],
        instant(row["at"]),
        revoked_at,
        used_at,
        *(tuple(json.loads(row[name])) for name in ("scopes", "brands")),
    )
