"""The web process: `python -m web`."""

import logging
import sys

import structlog
import uvicorn

from settings import WrongSettings, read_settings
from store import EngineError, SchemaError
from web.app import create_from
from web.server import configured


def tell() -> None:
    """One line of JSON per event on standard output."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def main() -> str | None:
    """Serve until told to stop; what to say on the way out when the settings or the store forbid it."""
    try:
        settings = read_settings()
        app = create_from(settings)
    except (WrongSettings, SchemaError, EngineError, ValueError) as error:  # a wrong brand file is a ValueError too
        return f"web: {error}"
    tell()
    config = configured(app, host=settings.bind, port=settings.port, trusted_proxies=settings.trusted_proxies)
    uvicorn.Server(config).run()
    return None


if __name__ == "__main__":
    sys.exit(main())
