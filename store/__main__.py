"""The release step: `python -m store migrate`."""

import sys

from settings import WrongSettings, read_settings
from store import EngineError, SchemaError, migrate_store


def main(arguments: list[str]) -> str | None:
    """Migrate; None when it went well, else what to say on the way out."""
    if arguments != ["migrate"]:
        return "usage: python -m store migrate"
    try:
        settings = read_settings()
        applied = migrate_store(settings.database_url, affected_allowed=settings.affected_sqlite)
    except (WrongSettings, SchemaError, EngineError) as error:
        return f"store: {error}"
    sys.stdout.write(f"applied: {', '.join(applied)}\n" if applied else "the schema is up to date\n")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
