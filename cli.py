"""What can an operator do by hand? The `afterword` command reads settings, clock and chance; the rooms do the rest."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO
from urllib.parse import urlsplit

import click

from commands.accounts import check_provider, check_single
from commands.astray import quarantined
from commands.connecting import source
from commands.digesting import digest
from commands.exporting import export
from commands.finding import findings_told
from commands.importing import import_ratings
from commands.in_front import check_clamd, check_front, check_lmtp, check_sealers
from commands.operating import address, brand, keys, now, read, table, with_store
from commands.persons import export_person, forget, retention
from commands.proving import bundle
from commands.rotating import rotate
from commands.safekeeping import backup, copy, restored
from commands.scoring import score, themes_told
from commands.signing import dkim
from commands.staffing import ask_again, audit_shown, follow_ups, staff
from commands.suppressing import suppression
from commands.telling import endpoint
from commands.verifying import verify
from commands.watching import canary, evidence_shown, networks
from inbound.explain import explain as explained
from inbound.resolver import real_dns
from inbound.smtp.limits import MAIL_BYTES_MAX
from mailer.checkup import (
    Finding,
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
from mailer.domain.key import new_key, public_part
from mailer.domain.lookup import NoAnswer, look_up
from mailer.domain.records import Key, Sending, records
from mailer.domain.ring import Ring
from mailer.relay import read_smtp_url
from reviews.addresses import domain_of
from reviews.model import Envelope
from settings import DEFAULT_ENV_FILE, Settings, WrongSettings, read_settings
from store import EngineError, SchemaError, Store, StoreUnavailableError, engine_of, lists, people, round_trips, told
from store.health import engine, health
from store.recompute import Difference
from store.recompute import recompute as derived
from templates.brand_file import BrandError
from templates.brands import SHIPPED, read_brands
from templates.bundle import new_seed
from templates.installing import Installation, Question, answered, brand_file, brand_key, env_file, next_steps

SECRET_BYTES = 32
ENV, OLD_ENV = Path(DEFAULT_ENV_FILE), Path(f"{DEFAULT_ENV_FILE}.old")
NOT_ASKED = Finding(State.SKIPPED, "SMTP relay and DNS", "not asked, as you wished")
COLOURS = {State.FINE: "green", State.LOOK: "yellow", State.BROKEN: "red", State.SKIPPED: "blue"}

PLAIN = (EngineError, SchemaError, StoreUnavailableError, OSError, ValueError)
"""Errors whose message is a sentence for the operator; those of brands, keys and mappings are ValueErrors."""


class Told(click.Group):
    """A group whose commands fail with a sentence and status 1, never with a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # who reads our output has read enough: click ends quietly
        except WrongSettings as error:
            where = "" if ENV.exists() else f"; there is no {ENV} in this folder"
            raise click.ClickException(f"the settings cannot be used{where}\n{error}") from error
        except PLAIN as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="afterword")
def main() -> None:
    """Afterword asks customers by mail how a closed ticket went, and keeps every answer in one record."""


@main.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where it may write.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of its page; left out, any free one.")
def demo(folder: Path | None, port: int) -> None:
    """Try it all on this machine: no account, no settings, no internet."""
    from demo.run import main as run  # nothing but this command may import the demo

    run(folder, port)


@main.command()
@click.option("--domain", help="As in your mail addresses: acme.example.")
@click.option("--brand-name", help="As customers know you.")
@click.option("--sender", help="The address your mails come from.")
@click.option("--reply-domain", help="Where answers come: Afterword takes every mail for it.")
@click.option("--base-url", help="Where customers' browsers reach Afterword.")
@click.option("--smtp-url", help="Where mails are handed over: smtp://user:password@host:587?starttls=require.")
@click.option("--operator", help="Your own address: until you end the trial, every mail goes there.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what would be proposed.")
@click.option("--force", is_flag=True, help="Even where settings are; they are kept as .env.old.")
def init(*, yes: bool, force: bool, **given: str | None) -> None:
    """Begin: write settings with fresh keys, and say what comes next.

    They go into this folder; settings that are there are left alone.
    """
    if ENV.exists() and not force:
        raise click.ClickException(f"there is a {ENV} here already; with --force it becomes {OLD_ENV}")
    installation = _installation(answered(given, partial(_ask, yes=yes)))
    settings = _written(installation)
    click.echo("\nDNS records to set:\n")
    for record in records(_sending(settings)):
        click.echo(f"  {record.zone_line()}\n      {record.purpose}\n")
    _tell(_offline(settings))
    click.echo("\n" + next_steps(operator=settings.operator), nl=False)


@main.command()
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
    findings = [*_offline(settings), *_stored(settings), *(_online(settings) if network else [NOT_ASKED])]
    _tell(findings)
    if any(finding.state is State.BROKEN for finding in findings):
        raise SystemExit(1)


@main.command()
@click.option("--mend", is_flag=True, help="Set right what differs.")
def recompute(*, mend: bool) -> None:
    """Prove that ratings, counts and search agree with what was recorded.

    Each difference is a line. Ends with status 1 when there was one and it was not mended.
    """
    found = asyncio.run(with_store(partial(_recomputed, mend=mend)))
    table((one.what, one.of, one.lacks) for one in found)
    if found and not mend:
        raise click.ClickException(f"{len(found)} differ; `afterword recompute --mend` sets them right")


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--original", type=click.File("r", encoding="utf-8"), help="The text of ours that it answers.")
@click.option("--dns", is_flag=True, help="Ask the DNS whether the sender can be proven.")
@click.option("--peer", help="The address of the machine it came from, with --dns: may that one send for them?")
@click.option("--mail-from", default="", help="The sender in its envelope, with --peer; left out, nobody.")
def explain(file: BinaryIO, original: TextIO | None, *, dns: bool, peer: str | None, mail_from: str) -> None:
    """Say what would be made of the mail in FILE, as JSON.

    FILE may be `-` for standard input. With settings it also says whose review the mail would join; without, the rest.
    """
    raw = file.read(MAIL_BYTES_MAX + 1)
    if len(raw) > MAIL_BYTES_MAX:
        raise click.ClickException(f"the mail is larger than the {MAIL_BYTES_MAX} bytes that are taken")
    try:
        secret_keys = read_settings().secret_keys
    except WrongSettings:
        secret_keys = ()
    sent = original.read() if original else ""
    envelope = Envelope(now(), peer, "", mail_from, (), tls=False) if peer else None
    resolver = real_dns if dns else None
    found = explained(raw, original=sent, keys=secret_keys, resolver=resolver, envelope=envelope)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"))


for command in (
    *(
        staff,
        audit_shown,
        ask_again,
        follow_ups,
        keys,
        source,
        brand,
        quarantined,
        suppression,
        export,
        networks,
        evidence_shown,
        canary,
    ),
    *(endpoint, backup, restored, copy, forget, retention, rotate, dkim, score, themes_told, import_ratings, digest),
    *(bundle, verify, findings_told),
):
    main.add_command(command)
export.add_command(export_person)


def _ask(question: Question, proposed: str, *, yes: bool) -> str:
    if yes and not proposed:
        raise click.ClickException(f"with --yes, --{question.name} is needed")
    return proposed if yes else str(click.prompt(question.words, default=proposed or None))


def _installation(answers: dict[str, str]) -> Installation:
    """What the answers make, with fresh keys. ValueError when one cannot be used."""
    domain = answers.pop("domain")
    read_smtp_url(answers["smtp_url"])
    return Installation(
        **answers,
        brand=brand_key(answers["brand_name"]),
        website=f"https://{domain.lower()}",
        secret_key=secrets.token_urlsafe(SECRET_BYTES),
        bundle_key=new_seed(),
        dkim_domain=domain_of(address(answers["sender"])),
    )


def _written(installation: Installation) -> Settings:
    """The settings, once they and what they name are in this folder. A DKIM key and a brand that are there are kept:
    the DNS knows the one, a person wrote the other. WrongSettings, and the settings as before, when they are wrong."""
    settings_text = env_file(installation)
    _make(Path(installation.dkim_key_file), new_key() + "\n", secret=True)
    brand_toml = Path(installation.brands, f"{installation.brand}.toml")
    brand_toml.parent.mkdir(exist_ok=True)
    _make(brand_toml, brand_file(installation))
    if ENV.exists():
        ENV.replace(OLD_ENV)
    _make(ENV, settings_text, secret=True)
    try:
        return read_settings()
    except WrongSettings:
        ENV.unlink()
        if OLD_ENV.exists():
            OLD_ENV.replace(ENV)
        raise


def _make(file: Path, text: str, *, secret: bool = False) -> None:
    """Write a file unless it is there; a secret one nobody else can read at any moment."""
    if file.exists():
        click.echo(f"Kept: {file}")
        return
    made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o666)
    with os.fdopen(made, "w", encoding="utf-8") as out:
        out.write(text)
    click.echo(f"Written: {file}{', a secret' if secret else ''}")


def _sending(settings: Settings) -> Sending:
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


def _offline(settings: Settings) -> Iterator[Finding]:
    """What can be seen without database and network."""
    yield Finding(State.FINE, "Settings", f"complete; {settings.base_url}, answers to {settings.reply_domain}")
    if settings.only_to:
        words = f"on: every mail goes to {settings.only_to}"
        yield Finding(State.LOOK, "Trial mode", words, "To begin in earnest, take AFTERWORD_ONLY_TO out.")
    yield Finding(State.FINE, "Secret keys", f"{len(settings.secret_keys)}; the first one signs")
    keys = _keys(settings)
    yield from [check_key(pem, domain=domain) for domain, _, pem in keys] or [no_key(domain_of(settings.sender))]
    yield check_brands(settings.brands or SHIPPED, default=settings.brand)
    yield from check_front(settings)
    yield from check_sealers(settings)
    yield from check_single(settings)
    yield check_engine(*engine_of(settings.database_url), allowed=settings.affected_sqlite)


def _stored(settings: Settings) -> Iterable[Finding]:
    try:
        found = [
            *check_server(read(engine)),
            *check_health(read(health, now=now()), now=now(), operator=settings.operator),
        ]
        return [*found, *check_round_trips(read(people.all_staff), read(round_trips.all_round_trips), now=now())]
    except (EngineError, SchemaError, StoreUnavailableError) as error:
        return [Finding(State.BROKEN, "Database", f"{told(settings.database_url)}: {error}")]


async def _recomputed(store: Store, *, mend: bool) -> list[Difference]:
    reviews = await store.read(lists.count)
    with click.progressbar(length=2 * reviews, label=f"{reviews} reviews", file=sys.stderr) as bar:
        return [found async for found in derived(store, mend=mend, clock=now, told=bar.update)]


def _online(settings: Settings) -> Iterator[Finding]:
    for name, url in settings.routes().items():
        setting = "AFTERWORD_SMTP_URL" if url is settings.smtp_url else f"{name} in AFTERWORD_SMTP_ROUTES"
        yield asyncio.run(check_relay(url, hostname=settings.reply_domain, setting=setting))
    yield from check_lmtp(settings)
    yield from check_clamd(settings)
    yield from check_provider(settings, at=now())
    yield from check_dns(_sending(settings), look_up)
    yield check_certificate(settings.inbound_tls_certificate, hosts=_mail_hosts(settings), now=now())


def _mail_hosts(settings: Settings) -> tuple[str, ...]:
    """The names under which mail servers find inbound; none where the DNS does not tell."""
    try:
        return look_up(settings.reply_domain, "MX")
    except NoAnswer:
        return ()


def _tell(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(f"{click.style(f'{finding.state:8}', fg=COLOURS[finding.state])} {finding.topic}: {finding.words}")
        if finding.advice:
            click.echo(f"{'':8} -> {finding.advice}")


if __name__ == "__main__":
    main()
