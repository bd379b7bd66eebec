"""How does an installation begin? Seven answers become settings, keys, a brand, and the DNS records to set."""

import os
import secrets
from functools import partial
from pathlib import Path

import click

from commands.examining import offline, sending_of, tell
from commands.operating import SECRET_BYTES, address
from mailer.domain.key import new_key
from mailer.domain.records import records
from mailer.relay import read_smtp_url
from reviews.addresses import domain_of
from settings import DEFAULT_ENV_FILE, Settings, WrongSettings, read_settings
from templates.bundle import new_seed
from templates.installing import Installation, Question, answered, brand_file, brand_key, env_file, next_steps

ENV, OLD_ENV = Path(DEFAULT_ENV_FILE), Path(f"{DEFAULT_ENV_FILE}.old")


@click.command()
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
    for record in records(sending_of(settings)):
        click.echo(f"  {record.zone_line()}\n      {record.purpose}\n")
    tell(offline(settings))
    click.echo("\n" + next_steps(operator=settings.operator), nl=False)


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
