"""The inbound process: `python -m inbound`."""

import asyncio
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import SystemRandom

from inbound.apart.workers import NoReader, TooMuch, Workers
from inbound.certificate import Certificate
from inbound.copies import Copies
from inbound.forwarding import Forwarding
from inbound.reader import Reader
from inbound.recipients import Recipients
from inbound.resolver import real_dns
from inbound.scanning import Scanner
from inbound.smtp.callers import Callers, Networks
from inbound.smtp.door import Door
from inbound.smtp.server import Server, Tls, serve
from inbound.standing import Standing
from inbound.trust.front import Front, read_networks
from logs import write_logs
from machine import give_back_large_blocks, keep_what_was_loaded, loop_factory, many_files, named
from reviews.addresses import normal
from reviews.model import Envelope, text_id
from reviews.tokens import Keys
from settings import Settings, WrongSettings, read_settings
from store import EngineError, SchemaError, Store, StoreFullError, StoreUnavailableError, open_store
from store.presence import Itself, present
from telemetry import begin
from templates.brand_file import BrandError
from templates.brands import SHIPPED, answering_of, read_brands


async def keep(envelope: Envelope, raw: bytes, *, store: Store, reader: Reader) -> None:
    """Store a mail, and wake the reader; returns once it is on disk. Ids of one moment are neighbours, so that a write
    of many mails touches few pages of their index."""
    moment = (time.time_ns() >> 16).to_bytes(6, "big")
    await store.keep_mail(id=text_id(moment + next(DRAWN)), envelope=envelope, raw=raw)
    reader.pace.mail_came()


def _drawn() -> Iterator[bytes]:
    """Ten bytes of chance at a time. The kernel is asked for a hundred times as many: each asking takes 10 µs."""
    while True:
        drawn = secrets.token_bytes(1_000)
        yield from (drawn[at : at + 10] for at in range(0, 1_000, 10))


DRAWN = _drawn()


def recipients(settings: Settings, keys: Keys, standing: Standing) -> Recipients:
    """The addresses of this installation: the signed ones, and every From address."""
    brands = read_brands(settings.brands or SHIPPED).values()
    plain = {settings.sender, *(brand.sender_address for brand in brands if brand.sender_address)}
    return Recipients(keys, settings.reply_domain, frozenset(map(normal, plain)), standing, settings.sender)


def copies(settings: Settings, store: Store, keys: Keys) -> Copies:
    """What starts reviews by copies of helpdesks' mails."""
    brands = read_brands(settings.brands or SHIPPED)
    return Copies(store, keys, settings.reply_domain, brands, settings.operator, shuffled)


def shuffled(slots: tuple[str, ...]) -> tuple[str, ...]:
    """The slots in an order nobody can guess."""
    return tuple(SystemRandom().sample(slots, k=len(slots)))


def tls(settings: Settings) -> Tls | None:
    """How STARTTLS is offered, if it is."""
    if settings.inbound_tls_certificate:
        certificate = Certificate(settings.inbound_tls_certificate, settings.inbound_tls_key)
        return Tls(certificate.context, required=settings.inbound_tls_required)
    if settings.inbound_tls_required:
        raise ValueError("AFTERWORD_INBOUND_TLS_REQUIRED: it needs AFTERWORD_INBOUND_TLS_CERTIFICATE")
    return None


def in_front(settings: Settings) -> Front:
    """Who stands before us, and whom we believe."""
    sealers = frozenset(filter(None, settings.arc_sealers.split(",")))
    return Front(settings.authserv_id, read_networks(settings.trusted_mail_servers), sealers)


async def lmtp(settings: Settings, door: Door, *, only: Networks) -> Server | None:
    """The door for a mail server of one's own, where there is one; by TCP only for `only`."""
    if not settings.inbound_lmtp:
        return None
    if settings.inbound_lmtp.startswith("/"):
        path = Path(settings.inbound_lmtp)
        return await serve(door, None, 0, hostname=settings.reply_domain, lmtp=True, path=path)
    host, _, port = settings.inbound_lmtp.rpartition(":")
    callers = Callers(only=only)
    return await serve(door, host.strip("[]"), int(port), hostname=settings.reply_domain, lmtp=True, callers=callers)


async def run(settings: Settings) -> None:
    """Take mail and read it until told to stop."""
    begin("inbound", otlp_url=settings.otlp_url, sentry_dsn=settings.sentry_dsn)
    stop = asyncio.Event()
    keys = Keys(settings.secret_keys)
    offered = tls(settings)
    store = open_store(
        settings.database_url,
        rules=settings.rules(),
        mail_domain=settings.reply_domain,
        affected_allowed=settings.affected_sqlite,
        answering=answering_of(read_brands(settings.brands or SHIPPED)),
    )
    forwarding = Forwarding(store, settings.operator, settings.brand, settings.reply_domain, clock)
    readers = Workers()
    front = in_front(settings)
    reader = Reader(
        store,
        keys,
        settings.reply_domain,
        clock,
        real_dns,
        readers=readers,
        front=front,
        forwarding=forwarding,
        scanner=Scanner(settings.clamd) if settings.clamd else None,
        copies=copies(settings, store, keys),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _stop, stop, reader)
    accept = partial(keep, store=store, reader=reader)
    ours = recipients(settings, keys, Standing(store))
    door = Door(accept=accept, recipient=ours.refusal, clock=clock, full=(StoreFullError,))
    try:
        with suppress(NoReader, TooMuch):  # they are tried again with each mail
            await readers.begin()
        server = await serve(
            door,
            settings.inbound_host,
            settings.inbound_port,
            hostname=settings.reply_domain,
            tls=offered,
            reuse_port=hasattr(socket, "SO_REUSEPORT"),  # as many processes as wanted take mail at one port
            callers=Callers(read_networks(settings.inbound_proxies)),
        )
        behind = await lmtp(settings, door, only=front.networks)
        keep_what_was_loaded()
        async with present(store, Itself(**named("inbound")), clock):
            await reader.run(stop)
        await asyncio.gather(*(one.close() for one in (server, behind) if one))
        with suppress(StoreUnavailableError):  # what is not read now is kept, and read after the next start
            while await reader.read_waiting():
                pass
    finally:
        await readers.close()
        await store.close()


def clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _stop(stop: asyncio.Event, reader: Reader) -> None:
    stop.set()
    reader.pace.wake()


if __name__ == "__main__":
    write_logs()
    give_back_large_blocks()
    many_files()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(run(read_settings()))
    except (WrongSettings, SchemaError, EngineError, BrandError, OSError, ValueError) as error:
        sys.exit(f"inbound: {error}")
