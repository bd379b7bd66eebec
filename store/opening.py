"""Which engine does a database URL name, and is its schema the one we know?"""

from pathlib import Path

from reviews.rules import Rules
from store.engines import sqlite
from store.errors import EngineError
from store.store import Store

SQLITE = "sqlite:///"


def open_store(url: str, *, rules: Rules, mail_domain: str, affected_allowed: bool = False) -> Store:
    """The store behind a database URL (`sqlite:///afterword.db`; four slashes for an absolute path). SchemaError when
    its schema is not ours; EngineError when the engine is not known or can lose what was committed."""
    engine = sqlite.SqliteEngine(_path(url), affected_allowed=affected_allowed)
    return Store(engine, rules=rules, mail_domain=mail_domain)


def migrate_store(url: str, *, affected_allowed: bool = False) -> tuple[str, ...]:
    """Bring the schema up to date; the names of the migrations that were applied."""
    return sqlite.migrate(_path(url), affected_allowed=affected_allowed)


def _path(url: str) -> Path:
    if not url.startswith(SQLITE) or not url.removeprefix(SQLITE):
        raise EngineError("DATABASE_URL must be like sqlite:///afterword.db")
    return Path(url.removeprefix(SQLITE))
