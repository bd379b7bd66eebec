"""Which ways to look at the inbox has somebody saved?"""

from dataclasses import dataclass
from datetime import datetime

from store.engines import Session
from store.rows import micros

VIEWS_MAX = 30
"""Of one person: more are not found again in a list."""
OF_PERSON = "select name, query from saved_view where email = :email order by name limit :most"
COUNT = "select count(*) as views from saved_view where email = :email and name <> :name"
PUT = """insert into saved_view (email, name, query, at) values (:email, :name, :query, :at)
    on conflict (email, name) do update set query = excluded.query"""
DROP = "delete from saved_view where email = :email and name = :name"


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: what it is called, and the query of the inbox's address."""

    name: str
    query: str


def of_person(session: Session, email: str) -> list[View]:
    """Somebody's views, by name."""
    return [View(row["name"], row["query"]) for row in session.rows(OF_PERSON, email=email.lower(), most=VIEWS_MAX)]


def put(session: Session, view: View, *, email: str, at: datetime) -> bool:
    """Save a view, or change the one of that name; False where somebody has too many."""
    if int(session.rows(COUNT, email=email.lower(), name=view.name)[0]["views"]) >= VIEWS_MAX:
        return False
    return session.run(PUT, email=email.lower(), name=view.name, query=view.query, at=micros(at)) > 0


def drop(session: Session, name: str, *, email: str) -> None:
    """Forget one."""
    session.run(DROP, email=email.lower(), name=name)
