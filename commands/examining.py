"""What works, what does not, and what is to be done about it? `afterword doctor` asks settings, store and network."""

import asyncio
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import click

from commands.accounts import check_provider, check_single
from commands.in_front import check_clamd, check_front, check_lmtp, check_sealers
from commands.operating import now, read
from mailer.checkup import (
    Checked,
    State,
    check_brands,
    check_engine,
    check_health,
    check_key,
    check_relay,
    check_round_trips,
    check_server,
    no_key,
)
from mailer.domain.certificate import check_certificate
from mailer.domain.checks import check_dns
from mailer.domain.key import public_part
from mailer.domain.lookup import NoAnswer, look_up
from mailer.domain.records import Key, Sending
from mailer.domain.ring import Ring
from reviews.addresses import domain_of
from settings import Settings, read_settings
from store import EngineError, SchemaError, StoreUnavailableError, engine_of, people, round_trips, told
from store.health import engine, health
from templates.brand_file import BrandError
from templates.brands import SHIPPED, read_brands

NOT_ASKED = Checked(State.SKIPPED, "SMTP relay and DNS", "not asked, as you wished")
COLOURS = {State.FINE: "green", State.LOOK: "yellow", State.BROKEN: "red", State.SKIPPED: "blue"}


@click.command()
@click.option(
    "--network/--no-network",
    default=True,
    help="Whether to ask SMTP relay, DNS and single sign-on, too.",
)
def doctor(*, network: bool) -> None:
    """Say what works, what does not, and what to do about it.

    Ends with status 1 when something is broken.
    """
    settings = read_settings()
    findings = [*offline(settings), *stored(settings), *(online(settings) if network else [NOT_ASKED])]
    tell(findings)
    if any(finding.state is State.BROKEN for finding in findings):
        raise SystemExit(1)


def sending_of(settings: Settings) -> Sending:
    """What the DNS has to say of this installation; a key that cannot sign is not in it."""
    keys = [key for key in _keys(settings) if _signs(key)]
    return Sending(
        reply_domain=settings.reply_domain,
        sender=settings.sender,
        base_url=settings.base_url,
        relay_host=urlsplit(settings.smtp_url).hostname or "",
        keys=tuple(Key(selector, domain, public_part(pem)) for domain, selector, pem in keys),
        others=_other_domains(settings),
    )


def _keys(settings: Settings) -> list[tuple[str, str, str]]:
    """Domain, selector and private key of every key that signs."""
    of_settings = {settings.dkim_domain: settings.dkim_keys()} if settings.dkim_domain else {}
    signing = of_settings | Ring(settings.dkim_folder).signing_keys()
    return [(domain, *key) for domain, keys in signing.items() for key in keys]


def _signs(key: tuple[str, str, str]) -> bool:
    return check_key(key[2], domain=key[0]).state is State.FINE


def _other_domains(settings: Settings) -> tuple[str, ...]:
    """The domains of brands that have an address of their own; none where their files cannot be read, which is told
    elsewhere."""
    try:
        brands = read_brands(settings.brands or SHIPPED).values()
    except BrandError:
        return ()
    return tuple(domain_of(brand.sender_address) for brand in brands if brand.sender_address)


def offline(settings: Settings) -> Iterator[Checked]:
    """What can be seen without database and network."""
    yield Checked(State.FINE, "Settings", f"complete; {settings.base_url}, answers to {settings.reply_domain}")
    if settings.only_to:
        words = f"on: every mail goes to {settings.only_to}"
        yield Checked(State.LOOK, "Trial mode", words, "To begin in earnest, take AFTERWORD_ONLY_TO out.")
    yield Checked(State.FINE, "Secret keys", f"{len(settings.secret_keys)}; the first one signs")
    keys = _keys(settings)
    yield from [check_key(pem, domain=domain) for domain, _, pem in keys] or [no_key(domain_of(settings.sender))]
    yield check_brands(settings.brands or SHIPPED, default=settings.brand)
    yield from check_front(settings)
    yield from check_sealers(settings)
    yield from check_single(settings)
    yield check_engine(*engine_of(settings.database_url), allowed=settings.affected_sqlite)


def stored(settings: Settings) -> Iterable[Checked]:
    try:
        found = [
            *check_server(read(engine)),
            *check_health(read(health, now=now()), now=now(), operator=settings.operator),
        ]
        return [*found, *check_round_trips(read(people.all_staff), read(round_trips.all_round_trips), now=now())]
    except (EngineError, SchemaError, StoreUnavailableError) as error:
        return [Checked(State.BROKEN, "Database", f"{told(settings.database_url)}: {error}")]


def online(settings: Settings) -> Iterator[Checked]:
    for name, url in settings.routes().items():
        setting = "AFTERWORD_SMTP_URL" if url is settings.smtp_url else f"{name} in AFTERWORD_SMTP_ROUTES"
        yield asyncio.run(check_relay(url, hostname=settings.reply_domain, setting=setting))
    yield from check_lmtp(settings)
    yield from check_clamd(settings)
    yield from check_provider(settings, at=now())
    yield from check_dns(sending_of(settings), look_up)
    yield check_certificate(settings.inbound_tls_certificate, hosts=_mail_hosts(settings), now=now())


def _mail_hosts(settings: Settings) -> tuple[str, ...]:
    """The names under which mail servers find inbound; none where the DNS does not tell."""
    try:
        return look_up(settings.reply_domain, "MX")
    except NoAnswer:
        return ()


def tell(findings: Iterable[Checked]) -> None:
    for finding in findings:
        click.echo(f"{click.style(f'{finding.state:8}', fg=COLOURS[finding.state])} {finding.topic}: {finding.words}")
        if finding.advice:
            click.echo(f"{'':8} -> {finding.advice}")
