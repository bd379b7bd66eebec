"""How are named themes kept? As the deeds that made them, in order; what stands is read from them."""

import json

from reviews.naming import Action, Named, ThemeDeed, standing
from store.engines import Row, Session
from store.rows import instant, micros

DEEDS_MAX = 5_000
"""Of a brand: then nothing more is done to its themes."""
ADD = """insert into theme_deed (id, theme, brand, at, who, action, name, phrases, about)
    values (:id, :theme, :brand, :at, :who, :action, :name, :phrases, :about) on conflict (id) do nothing"""
OF_BRAND = """select id, theme, brand, at, who, action, name, phrases, about from theme_deed
    where brand = :brand order by seq limit :most"""


def add(session: Session, *, deed: ThemeDeed) -> bool:
    """Keep what somebody did; whether it is new and there was room for it."""
    if len(deeds(session, brand=deed.brand)) >= DEEDS_MAX:
        return False
    phrases = json.dumps(deed.phrases)
    told = {"id": deed.id, "theme": deed.theme, "brand": deed.brand, "who": deed.who, "action": str(deed.action)}
    rest = {"name": deed.name, "phrases": phrases, "about": deed.about}
    return session.run(ADD, **told, at=micros(deed.at), **rest) > 0


def deeds(session: Session, *, brand: str) -> list[ThemeDeed]:
    """All that was done to the themes of a brand, in order."""
    return [_deed(row) for row in session.rows(OF_BRAND, brand=brand, most=DEEDS_MAX)]


def named(session: Session, *, brand: str) -> list[Named]:
    """The themes of a brand that have a name, by name."""
    return list(standing(deeds(session, brand=brand)).values())


def _deed(row: Row) -> ThemeDeed:
    return ThemeDeed(
        row["id"],
        row["theme"],
        row["brand"],
        instant(row["at"]),
        row["who"],
        Action(row["action"]),
        row["name"],
        tuple(json.loads(row["phrases"])),
        row["about"],
    )
