"""The web process: `python -m web`."""

import signal
import sys
from types import FrameType

import uvicorn

from logs import write_logs
from machine import keep_what_was_loaded
from settings import WrongSettings, read_settings
from store import EngineError, SchemaError
from telemetry import begin
from web.app import create_from
from web.server import configured


def main() -> str | None:
    """Serve until told to stop; what to say on the way out when the settings or the store forbid it."""
    write_logs()
    try:
        settings = read_settings()
        heard = begin("web", otlp_url=settings.otlp_url, sentry_dsn=settings.sentry_dsn)
        app = heard(create_from(settings))
    except (WrongSettings, SchemaError, EngineError, ValueError) as error:  # a wrong brand file is a ValueError too
        return f"web: {error}"
    signal.signal(signal.SIGTERM, _leave)  # uvicorn, once all is answered, raises it anew: that would be no clean exit
    config = configured(app, host=settings.bind, port=settings.port, trusted_proxies=settings.trusted_proxies)
    keep_what_was_loaded()
    uvicorn.Server(config).run()
    return None


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
