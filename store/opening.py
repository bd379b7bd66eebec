"""Which engine does a database URL name, and is its schema the one we know?"""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from reviews.answering import Answering
from reviews.rules import Rules
from store.desks import NO_RULES
from store.engines import Engine, sqlite, sqlite_trust
from store.errors import EngineError
from store.store import Store

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


def open_store(
    url: str,
    *,
    rules: Rules,
    mail_domain: str,
    affected_allowed: bool = False,
    answering: Mapping[str, Answering] = NO_RULES,
) -> Store:
    """The store behind a database URL: `sqlite:///afterword.db` (four slashes for an absolute path), or
    `postgresql://user:password@host/database` (several hosts with commas between). SchemaError when its schema is not
    ours; EngineError when the engine is not known, is not there, or can lose what was committed. `answering` is how
    each brand answers, by its key; one that is not among them answers as usual."""
    engine: Engine
    if url.startswith(POSTGRES):
        engine = driver().PostgresEngine(url, affected_allowed=affected_allowed)
    else:
        engine = sqlite.SqliteEngine(path_of(url), affected_allowed=affected_allowed)
    return Store(engine, rules=rules, mail_domain=mail_domain, answering=answering)


def migrate_store(url: str, *, affected_allowed: bool = False) -> tuple[str, ...]:
    """Bring the schema up to date; the names of the migrations that were applied."""
    if url.startswith(POSTGRES):
        names: tuple[str, ...] = driver().migrate(url, affected_allowed=affected_allowed)
        return names
    return sqlite.migrate(path_of(url), affected_allowed=affected_allowed)


def told(url: str) -> str:
    """A database URL as it may be shown: that of a server holds a password, in one of several places."""
    return url if url.startswith(SQLITE) else f"{url.partition('://')[0]}://…"


def engine_of(url: str) -> tuple[str, bool]:
    """Which engine remembers, with its version, and whether that version can lose what was committed."""
    if url.startswith(POSTGRES):
        return "PostgreSQL", False
    return f"SQLite {sqlite_trust.VERSION}", bool(sqlite_trust.affected())


def driver() -> ModuleType:
    """The engine of PostgreSQL, imported when it is asked for: its driver is an extra."""
    try:
        from store.engines import postgres
    except ImportError as error:
        raise EngineError(
            f"PostgreSQL needs its driver, which docs/install.md tells how to install ({error})"
        ) from None
    return postgres


def path_of(url: str) -> Path:
    """The file that a URL of SQLite names. EngineError when it names none."""
    if not url.startswith(SQLITE) or not url.removeprefix(SQLITE):
        raise EngineError(
            "DATABASE_URL must be like sqlite:///afterword.db or postgresql://user:password@host/database"
        )
    return Path(url.removeprefix(SQLITE))
