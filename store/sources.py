"""Which helpdesks may send webhooks, how are their fields named, and which brands are held back?"""

import json
from dataclasses import dataclass
from datetime import datetime

from store import audit
from store.audit import OPERATOR
from store.engines import Session
from store.rows import instant, micros

SET_SOURCE = """insert into source (id, brand, secret, mapping, preset, at)
    values (:id, :brand, :secret, :mapping, :preset, :at)
    on conflict (id) do update set brand = excluded.brand, secret = excluded.secret, mapping = excluded.mapping,
        preset = excluded.preset"""
SOURCE = "select * from source where id = :id"
ALL_SOURCES = "select * from source order by id"
DROP_SOURCE = "delete from source where id = :id"
BRAKE = "select * from brake where brand = :brand"
ALL_BRAKES = "select * from brake order by brand"
SET_PAUSED = """insert into brake (brand, paused_at) values (:brand, :paused_at)
    on conflict (brand) do update set paused_at = excluded.paused_at"""
SET_CAP = """insert into brake (brand, per_hour) values (:brand, :per_hour)
    on conflict (brand) do update set per_hour = excluded.per_hour"""

NO_CAP = -1


@dataclass(frozen=True, slots=True)
class Source:
    """A helpdesk's webhook: whose brand, the secret it signs with, and where in its payload each field stands."""

    id: str
    brand: str
    secret: str
    mapping: dict[str, str]
    preset: str = ""
    """The helpdesk whose ways it has, or '' for none; `mapping` goes before the preset's."""


@dataclass(frozen=True, slots=True)
class Brake:
    """What holds a brand's invitations back. `per_hour` is None for the setting's cap, NO_CAP for none."""

    brand: str
    paused_at: datetime | None
    per_hour: int | None

    @property
    def cap(self) -> int | None:
        """Its own cap of invitations an hour, None for no cap."""
        return None if self.per_hour == NO_CAP else self.per_hour


def set_source(session: Session, source: Source, *, at: datetime, who: str = OPERATOR) -> None:
    """Add a source or change it."""
    mapping = json.dumps(source.mapping, sort_keys=True)
    row = {"id": source.id, "brand": source.brand, "secret": source.secret, "mapping": mapping}
    session.run(SET_SOURCE, **row, preset=source.preset, at=micros(at))
    audit.note(session, "source set", source.id, who=who, at=at, detail=source.brand)


def source(session: Session, id: str) -> Source | None:
    """The source with that id."""
    return next((_source(row) for row in session.rows(SOURCE, id=id)), None)


def all_sources(session: Session) -> list[Source]:
    """Every source by id."""
    return [_source(row) for row in session.rows(ALL_SOURCES)]


def drop_source(session: Session, id: str, *, at: datetime, who: str = OPERATOR) -> bool:
    """Take a source away; whether there was one."""
    dropped = session.run(DROP_SOURCE, id=id) > 0
    if dropped:
        audit.note(session, "source removed", id, who=who, at=at)
    return dropped


def brake(session: Session, brand: str) -> Brake:
    """What holds a brand back."""
    return next((_brake(row) for row in session.rows(BRAKE, brand=brand)), Brake(brand, None, None))


def all_brakes(session: Session) -> list[Brake]:
    """Every brake that was ever set."""
    return [_brake(row) for row in session.rows(ALL_BRAKES)]


def set_paused(session: Session, brand: str, paused_at: datetime | None, *, at: datetime, who: str = OPERATOR) -> None:
    """Pause a brand's invitations, or let them go on."""
    session.run(SET_PAUSED, brand=brand, paused_at=micros(paused_at) if paused_at else None)
    audit.note(session, "brand paused" if paused_at else "brand asks again", brand, who=who, at=at)


def set_cap(session: Session, brand: str, per_hour: int | None, *, at: datetime, who: str = OPERATOR) -> None:
    """Set a brand's own cap of invitations an hour; None for the setting's, NO_CAP for none."""
    session.run(SET_CAP, brand=brand, per_hour=per_hour)
    told = "as in the settings" if per_hour is None else "none" if per_hour == NO_CAP else f"{per_hour} an hour"
    audit.note(session, "cap set", brand, who=who, at=at, detail=told)


def _source(row: dict[str, str]) -> Source:
    return Source(row["id"], row["brand"], row["secret"], json.loads(row["mapping"]), row["preset"])


def _brake(row: dict[str, int | None]) -> Brake:
    paused = row["paused_at"]
    return Brake(str(row["brand"]), instant(paused) if paused is not None else None, row["per_hour"])
