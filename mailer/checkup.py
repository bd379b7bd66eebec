"""Does everything stand that mail needs? One finding per question, with what to do; `afterword doctor` tells them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import aiosmtplib

from mailer.domain.key import public_part
from mailer.domain.records import LOCAL_HOSTS
from mailer.relay import read_smtp_url
from mailer.sign import WrongKey
from reviews.addresses import domain_of
from reviews.trust import Trust
from store import Staff
from store.health import Health
from store.mails import PENDING, QUARANTINED, UNREADABLE
from store.round_trips import RoundTrip
from templates.brand_file import BrandError
from templates.brands import read_brands
from templates.compiling import CompileError
from templates.mails import compile_mails

GREETING_SECONDS = 10.0
"""A relay that takes longer to say hello would hold up every mail."""
SERVER, SERVER_MIN = "PostgreSQL", 14
"""Older ones do not know all of our SQL."""
LATE = timedelta(minutes=15)
"""A mail due for longer tells of a mailer that does not run, or of a relay that takes nothing."""


class State(StrEnum):
    """How a check ended. Only `broken` keeps Afterword from working."""

    FINE = "ok"
    LOOK = "look"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what is to be done about it ('' for nothing)."""

    state: State
    topic: str
    words: str
    advice: str = ""


def check_key(pem: str, *, domain: str) -> Checked:
    """Whether a key can sign for a domain."""
    try:
        key = public_part(pem)
    except WrongKey as error:
        advice = "Make new ones: `afterword dkim new`; or put a key in PEM, RSA or Ed25519, in its place."
        return Checked(State.BROKEN, "DKIM key", str(error), advice)
    return Checked(State.FINE, "DKIM key", f"mails are signed for {domain} ({key.type})")


def no_key(domain: str) -> Checked:
    """Nobody signs."""
    advice = f"`afterword dkim new {domain}` makes keys and prints their DNS records."
    return Checked(State.LOOK, "DKIM key", "mails are not signed: many will land among spam", advice)


def check_brands(folder: Path, *, default: str) -> Checked:
    """Whether every brand's file can be read and its mails be made, and the default brand is among them."""
    try:
        brands = read_brands(folder)
        for brand in brands.values():
            compile_mails(brand).compile_all()
    except (BrandError, CompileError) as error:
        return Checked(State.BROKEN, "Brands", str(error), "Mend that file.")
    if default not in brands:
        words = f"there is no file {default}.toml in {folder}"
        return Checked(
            State.BROKEN, "Brands", words, f"Write it, or name another in AFTERWORD_BRAND: {', '.join(brands)}."
        )
    return Checked(State.FINE, "Brands", f"{', '.join(brands)}: their mails can be made")


def check_engine(engine: str, affected: bool, *, allowed: bool) -> Checked:
    """Whether the database's engine can be trusted with mail."""
    if not affected:
        return Checked(State.FINE, "Engine", engine)
    words = f"{engine} can lose committed writes (WAL reset race)"
    advice = "Use a Python with pysqlite3 0.6.1, or one linked with SQLite 3.51.3 or later."
    return Checked(State.LOOK if allowed else State.BROKEN, "Engine", words, advice)


def check_server(engine: str) -> Iterator[Checked]:
    """Whether a database server is new enough; of a file the engine is in this process, and was looked at."""
    name, _, version = engine.partition(" ")
    if name != SERVER:
        return
    major = re.match(r"\d+", version)
    if major is None or int(major[0]) < SERVER_MIN:
        yield Checked(State.BROKEN, "Server", f"{engine} is too old", f"Upgrade it to {SERVER} {SERVER_MIN} or later.")
    else:
        yield Checked(State.FINE, "Server", engine)


def check_health(health: Health, *, now: datetime, operator: str) -> Iterator[Checked]:
    """What waits in the store, what nobody has looked at, and whether somebody hears of every answer."""
    if not health.heads and not operator:
        words = "nobody hears of an answer to a ticket that names no agent"
        advice = "Add somebody: `afterword staff add ADDRESS --name NAME --role lead`, or set AFTERWORD_OPERATOR."
        yield Checked(State.LOOK, "Staff", words, advice)
    yield Checked(State.FINE, "Database", f"opens; its schema is current; it holds {_count(health.reviews, 'review')}")
    yield _outbox(health, now)
    yield from _arrivals(health)
    for route in health.routes_down:
        words = f"the mailer cannot use the route {route.name} since {route.since:%Y-%m-%d %H:%M}: {route.reason}"
        advice = f"Mails wait for it, or go by a brand's next route. It is tried again {route.until:%Y-%m-%d %H:%M}."
        yield Checked(State.LOOK, "Route", words, advice)
    for brand in health.paused:
        words = f"{brand} is paused: its invitations wait"
        yield Checked(State.LOOK, "Brand", words, f"To let them go: `afterword brand resume {brand}`.")


def check_round_trips(staff: Iterable[Staff], trips: Iterable[RoundTrip], *, now: datetime) -> Iterator[Checked]:
    """Whether the answers of each member of staff will be known for theirs, as far as they were tested."""
    tested = {trip.address: trip for trip in trips}
    for person in staff:
        yield _round_trip(person.email, tested.pop(person.email, None), now)
    for address, trip in tested.items():  # agents whom only the helpdesk knows
        yield _round_trip(address, trip, now)


async def check_relay(url: str, *, hostname: str, setting: str = "AFTERWORD_SMTP_URL") -> Checked:
    """Whether the relay takes the connection, answers EHLO, and lets us in."""
    try:
        address = read_smtp_url(url)
    except ValueError as error:
        return Checked(State.BROKEN, "SMTP relay", f"{setting} names none; {error}")
    place = f"{address.host}:{address.port}"
    client = aiosmtplib.SMTP(
        hostname=address.host,
        port=address.port,
        username=address.user or None,
        password=address.password or None,
        use_tls=address.tls,
        start_tls=address.starttls,
        cert_bundle=address.authority,
        local_hostname=hostname,
        timeout=GREETING_SECONDS,
    )
    try:
        async with client:
            await client.ehlo()
            encrypted = client.get_transport_info("cipher") is not None
    except aiosmtplib.SMTPAuthenticationError as error:
        advice = f"Put the right user and password into {setting}."
        return Checked(State.BROKEN, "SMTP relay", f"{place} refuses the login: {error.code} {error.message}", advice)
    except (aiosmtplib.SMTPException, OSError) as error:
        advice = f"See whether {setting} is right, and whether a firewall stands between."
        return Checked(State.BROKEN, "SMTP relay", f"{place} cannot be used: {error}", advice)
    if encrypted or address.host in LOCAL_HOSTS:
        return Checked(State.FINE, "SMTP relay", f"{place} answers{', encrypted' if encrypted else ''}")
    advice = "If it can do TLS, say so in AFTERWORD_SMTP_URL: smtps://, or ?starttls=require."
    return Checked(State.LOOK, "SMTP relay", f"{place} answers, and what goes there is not encrypted", advice)


def _round_trip(address: str, trip: RoundTrip | None, now: datetime) -> Checked:
    topic = f"Answers of {address}"
    if trip is None:
        return Checked(State.LOOK, topic, "never tested", f"Have it tested: `afterword staff test {address}`.")
    if trip.answered_at is None:
        words = f"a test went there {_told(now - trip.asked_at)} ago, and no answer came"
        return Checked(State.LOOK, topic, words, "Have it answered, from that very address.")
    if trip.verdict == Trust.VERIFIED:
        return Checked(State.FINE, topic, f"known for theirs: {trip.why}")
    words = f"will be held, as nothing proves them theirs: {trip.why}"
    advice = f"Sign their mail with DKIM for {domain_of(address)}, then `afterword staff test {address}` once more."
    return Checked(State.LOOK, topic, words, advice)


def _outbox(health: Health, now: datetime) -> Checked:
    if health.oldest_due_at is None:
        return Checked(State.FINE, "Outbox", f"{_count(health.waiting, 'mail')} for later, none overdue")
    waited = now - health.oldest_due_at
    words = f"{_count(health.overdue, 'mail')} of {health.waiting} due, the oldest for {_told(waited)}"
    if waited < LATE or health.paused:
        return Checked(State.FINE, "Outbox", words)
    return Checked(State.LOOK, "Outbox", words, "See whether `python -m mailer` runs, and what its log says.")


def _arrivals(health: Health) -> Iterator[Checked]:
    waiting = health.arrivals.get(PENDING, 0)
    yield Checked(State.FINE, "Mail that came in", f"{_count(waiting, 'mail')} still to be read")
    for status, words in ((QUARANTINED, "found no review"), (UNREADABLE, "could not be read")):
        count = health.arrivals.get(status, 0)
        if count:
            advice = "Look at it: `afterword quarantine list`, or the page of reviews."
            yield Checked(State.LOOK, "Mail that came in", f"{_count(count, 'mail')} that {words}", advice)


def _told(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    return _count(minutes, "minute") if minutes < 120 else _count(minutes // 60, "hour")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
