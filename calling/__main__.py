"""The calling process: `python -m calling`.

A process of its own, because others' servers may hang, and neither mails nor pages are to wait for them; and because
the one process that connects to addresses operators typed in can then be fenced in by the machine's firewall.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from random import SystemRandom

from calling.guard import Line, read_networks
from calling.worker import Caller
from logs import write_logs
from machine import keep_what_was_loaded, loop_factory, named
from reviews.redacted import Ours
from settings import Settings, WrongSettings, read_settings
from store import EngineError, SchemaError, Store, open_store
from store.presence import Itself, present
from telemetry import begin
from templates.brands import SHIPPED, answering_of, read_brands


def caller(settings: Settings, store: Store) -> Caller:
    """The worker that these settings describe."""
    line = Line(read_networks(settings.calls_allowed))
    ours = Ours.at(settings.base_url, settings.reply_domain)
    return Caller(store, line, settings.base_url, ours, _now, SystemRandom().random)


async def run(settings: Settings) -> None:
    """Tell what is new until told to stop."""
    begin("calling", otlp_url=settings.otlp_url, sentry_dsn=settings.sentry_dsn)
    store = open_store(
        settings.database_url,
        rules=settings.rules(),
        mail_domain=settings.reply_domain,
        affected_allowed=settings.affected_sqlite,
        answering=answering_of(read_brands(settings.brands or SHIPPED)),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        keep_what_was_loaded()
        async with present(store, Itself(**named("calling")), _now):
            await caller(settings, store).run(stop)
    finally:
        await store.close()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    write_logs()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(run(read_settings()))
    except (WrongSettings, SchemaError, EngineError, ValueError) as error:
        sys.exit(f"calling: {error}")
