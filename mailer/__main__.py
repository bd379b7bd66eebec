"""The mailer's process: `python -m mailer`."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from logs import write_logs
from machine import keep_what_was_loaded, loop_factory, named
from mailer.compose import Composer
from mailer.domain.ring import Named, Ring
from mailer.limits import read_limits
from mailer.relay import Relay, read_smtp_url
from mailer.routes import Routes
from mailer.sign import Signer, Signers
from mailer.worker import Mailer
from reviews.links import Links
from reviews.regular import Regular
from reviews.tokens import Keys
from settings import Settings, WrongSettings, read_settings
from store import EngineError, SchemaError, Store, open_store, regular
from store.canaries import keep_asking
from store.daily import Daily, keep_mailing
from store.findings import keep_looking
from store.presence import Itself, keep_present
from store.retention import keep_terms
from telemetry import begin
from templates.brand_file import BrandError
from templates.brands import SHIPPED, Brand, answering_of, read_brands

ID_BYTES = 16


def mailers(settings: Settings, store: Store) -> list[Mailer]:
    """The workers that these settings describe, one for each route that a brand goes by. ValueError and BrandError when
    they describe none."""
    links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain, hidden=settings.decoys)
    brands = read_brands(settings.brands or SHIPPED)
    addresses = {name: read_smtp_url(url) for name, url in settings.routes().items()}
    routes = Routes(tuple(addresses), {key: brand.routes for key, brand in brands.items()})
    usual = Mailer(
        store=store,
        composer=Composer(brands, links, settings.sender, settings.only_to),
        relays=(),
        clock=_now,
        signers=signers(settings),
        per_hour=settings.invitations_per_hour,
        routes=routes,
        limits=read_limits(settings.domain_limits),
    )

    def connections(name: str) -> list[Relay]:
        return [Relay(addresses[name], hostname=settings.reply_domain) for _ in range(settings.smtp_connections)]

    return [replace(usual, route=name, relays=connections(name)) for name in routes.used()]


def daily_mails(brands: Mapping[str, Brand]) -> dict[str, Daily]:
    """When the daily mail of each brand goes out."""
    return {key: Daily(brand.daily_minutes, brand.timezone) for key, brand in brands.items()}


def regular_mails(brands: Mapping[str, Brand]) -> dict[str, tuple[Regular, ...]]:
    """The regular mails of each brand."""
    return {key: brand.regular for key, brand in brands.items()}


def signers(settings: Settings) -> Signers:
    """Who signs: the keys of the folder for their domains, then those that the settings name. WrongKey when a key
    cannot sign."""
    keys = {domain: _signers(domain, pair) for domain, pair in Ring(settings.dkim_folder).signing_keys().items()}
    usual = _signers(settings.dkim_domain, settings.dkim_keys()) if settings.dkim_domain else []
    return Signers(keys.get(settings.dkim_domain, usual), {settings.dkim_domain: usual} | keys if usual else keys)


def _signers(domain: str, keys: Iterable[Named]) -> list[Signer]:
    return [Signer.of(domain, selector, pem.encode()) for selector, pem in keys]


async def run(settings: Settings) -> None:
    """Send until told to stop."""
    begin("mailer", otlp_url=settings.otlp_url, sentry_dsn=settings.sentry_dsn)
    brands = read_brands(settings.brands or SHIPPED)
    store = open_store(
        settings.database_url,
        rules=settings.rules(),
        mail_domain=settings.reply_domain,
        affected_allowed=settings.affected_sqlite,
        answering=answering_of(brands),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        workers = mailers(settings, store)
        keep_what_was_loaded()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_present(store, Itself(**named("mailer")), _now, stop))
            tasks.create_task(keep_terms(store, settings.terms(), _now, stop, new_id=_new_id))
            tasks.create_task(keep_mailing(store, _now, stop, daily_mails(brands)))
            tasks.create_task(keep_looking(store, _now, stop, tuple(brands)))
            tasks.create_task(
                regular.keep_mailing(store, _now, stop, {key: one.regular for key, one in brands.items()})
            )
            tasks.create_task(keep_asking(store, _now, stop, operator=settings.operator))
            for worker in workers:
                tasks.create_task(worker.run(stop))
    finally:
        await store.close()


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    write_logs()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(run(read_settings()))
    except (WrongSettings, SchemaError, EngineError, BrandError, ValueError) as error:
        sys.exit(f"mailer: {error}")
