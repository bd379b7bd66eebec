"""Which follow-ups are open? The ones due first come first."""

from datetime import datetime

from store.engines import Session, Value
from store.paging import page_size
from store.queues import Line, Wall, lines
from store.rows import micros

OPEN = """select inbox.review from inbox where inbox.due_at is not null and inbox.rated_at <= :now {walls}
    and (inbox.due_at, inbox.review) > (:edge_at, :edge_id) order by inbox.due_at, inbox.review limit :most"""
BRANDS = "and inbox.brand in ({names})"
OWN = """and (inbox.agent = :email or inbox.owner = :email or inbox.team = :team or exists (
    select 1 from inbox_label as watched where watched.kind = 'watcher' and watched.name = :email
    and watched.at = inbox.at and watched.review = inbox.review))"""
OF_OWNER = "and inbox.owner = :owner"


def follow_ups(
    session: Session,
    wall: Wall,
    *,
    now: datetime,
    most: int,
    owner: str = "",
    after: tuple[datetime, str] | None = None,
) -> list[Line]:
    """A page of open follow-ups, of one owner where one is named: the next ones due after that one."""
    values: dict[str, Value] = {f"brand_{number}": brand for number, brand in enumerate(wall.brands)}
    walls = BRANDS.format(names=", ".join(f":{name}" for name in values)) if values else ""
    if wall.email:
        walls, values = f"{walls} {OWN}", values | {"email": wall.email.lower(), "team": wall.team}
    if owner:
        walls, values = f"{walls} {OF_OWNER}", values | {"owner": owner.lower()}
    edge: dict[str, Value] = {"edge_at": micros(after[0]) if after else 0, "edge_id": after[1] if after else ""}
    rows = session.rows(OPEN.format(walls=walls), now=micros(now), most=page_size(most), **edge, **values)
    return lines(session, [row["review"] for row in rows], now=now)
