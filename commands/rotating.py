"""How does an operator give out new keys? Each kind by one command (those of DKIM by `afterword dkim`); what was signed
with the old ones stays valid.

Keys of settings stand in `.env` or in the file that it names; one that comes from the environment is its owner's to
change, and is not touched.
"""

import json
import os
import secrets
from dataclasses import replace
from pathlib import Path

import click
from dotenv import dotenv_values

from commands.operating import SECRET_BYTES, now, read, write
from settings import DEFAULT_ENV_FILE, FILE_SUFFIX, read_settings
from store import api_keys, sources
from templates.bundle import key_set, new_seed

SIGNING = "AFTERWORD_SECRET_KEYS"
KEPT = 5
"""Signing keys that are kept: with one a year, links and addresses of five years."""
BUNDLE = "AFTERWORD_BUNDLE_KEYS"
BUNDLE_KEPT = 20
"""What was proved once may be asked about after many years."""


@click.group()
def rotate() -> None:
    """Put new keys in the place of old ones."""


@rotate.command("signing")
@click.option("--keep", type=click.IntRange(1), default=KEPT, show_default=True, help="How many keys in all.")
def rotate_signing(keep: int) -> None:
    """A new key for links and reply addresses; those that the older ones signed still work."""
    known = read_settings().secret_keys
    kept = (secrets.token_urlsafe(SECRET_BYTES), *known)[:keep]
    where = _put(SIGNING, ",".join(kept))
    click.echo(
        f"{where} has {len(kept)} keys now, the new one first. Give it to every machine, restart web and inbound,"
    )
    click.echo("and then the mailer: what it signs by the new key they must know.")


@rotate.command("bundle")
@click.option("--keep", type=click.IntRange(1), default=BUNDLE_KEPT, show_default=True, help="How many keys in all.")
def rotate_bundle(keep: int) -> None:
    """A new key for bundles, or the first one; the older ones' public keys are still published."""
    kept = (new_seed(), *read_settings().bundle_keys)[:keep]
    where = _put(BUNDLE, ",".join(kept))
    click.echo(f"{where} has {len(kept)} of them now. Restart web. The public keys, for who verifies:", err=True)
    click.echo(json.dumps(key_set(kept), indent=1))


@rotate.command("key")
@click.argument("name")
def rotate_key(name: str) -> None:
    """A new secret for a key of the API, shown this once; the old one ends at once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if not write(api_keys.change_key, name=name, secret=secret, at=now()):
        raise click.ClickException(f"there is no valid key named {name}")
    _given_once(secret, "The old key is refused from now on. Give whoever had it this one")


@rotate.command("source")
@click.argument("id")
def rotate_source(id: str) -> None:
    """A new secret for a helpdesk's webhook, shown this once; the old one ends at once."""
    known = read(sources.source, id=id)
    if known is None:
        raise click.ClickException(f"there is no source {id}")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    write(sources.set_source, source=replace(known, secret=secret), at=now())
    _given_once(secret, "The old secret is refused from now on. Give the helpdesk this one")


def _given_once(secret: str, words: str) -> None:
    click.echo(f"{words}. It is not shown again:", err=True)
    click.echo(secret)


def _put(key: str, value: str) -> Path:
    """Give a setting another value, in `.env` or in the file that it names; where it is now."""
    env = Path(DEFAULT_ENV_FILE)
    given = dotenv_values(env)
    named = os.environ.get(key + FILE_SUFFIX)
    if os.environ.get(key):
        raise click.ClickException(f"{key} comes from the environment: change it there")
    place = named or given.get(key + FILE_SUFFIX)
    if place:
        _write(Path(place), value + "\n")
        return Path(place)
    _write(env, _with_line(env.read_text("utf-8"), key, value))
    return env


def _with_line(text: str, key: str, value: str) -> str:
    """Settings in which that one has this value: in its own line, else in a new one at the end."""
    lines = text.splitlines()
    found = [number for number, line in enumerate(lines) if line.partition("=")[0].strip() == key]
    if found:
        lines[found[-1]] = f"{key}={value}"
    else:
        lines.append(f"{key}={value}")
    return "\n".join(lines) + "\n"


def _write(file: Path, text: str) -> None:
    """All or nothing, and for its owner alone."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    _make(new, text)
    new.replace(file)


def _make(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
