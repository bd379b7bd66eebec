"""What does an operator change, or look at, while Afterword runs? Staff, keys, brakes."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import click

from commands.designing import brand_check, brand_preview
from reviews.addresses import parse_address
from reviews.answering import Answering
from reviews.roles import SCOPES
from settings import Settings, read_settings
from store import Brake, Store, api_keys, open_store, sources
from templates.brand_file import BrandError
from templates.brands import SHIPPED, answering_of, read_brands
from templates.words import one_line

SECRET_BYTES = 32

Result = TypeVar("Result")


@click.group()
def keys() -> None:
    """The keys by which helpdesks use the API."""


@keys.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it may do; left out, all.")
@click.option("--brand", "brands", multiple=True, help="Which brand it is good for; left out, all.")
def keys_add(name: str, scopes: tuple[str, ...], brands: tuple[str, ...]) -> None:
    """Make a key. It is shown this once; only its hash is kept."""
    for key in brands:
        known_brand(read_settings(), key)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if not write(api_keys.add_key, name=name, secret=secret, at=now(), scopes=scopes, brands=brands):
        raise click.ClickException(f"there is or was a key named {name}; take another name")
    click.echo("Send it as `Authorization: Bearer KEY`. It is not shown again:", err=True)
    click.echo(secret)


@keys.command("list")
def keys_list() -> None:
    """Every key, without its secret: since when, whether it holds, what it may do, of which brands, its last use."""
    table(
        (
            key.name,
            at_text(key.at),
            f"revoked {at_text(key.revoked_at)}" if key.revoked_at else "valid",
            " ".join(key.scopes) or "all",
            " ".join(key.brands) or "all brands",
            f"used {at_text(key.used_at)}" if key.used_at else "never used",
        )
        for key in read(api_keys.all_keys)
    )


@keys.command("revoke")
@click.argument("name")
def keys_revoke(name: str) -> None:
    """End a key, at once."""
    if not write(api_keys.revoke_key, name=name, at=now()):
        raise click.ClickException(f"there is no valid key named {name}")
    click.echo(f"The key {name} is no longer valid.")


# brakes


@click.group()
def brand() -> None:
    """Brands: how they look, and what holds their invitations back."""


brand.add_command(brand_check)
brand.add_command(brand_preview)


@brand.command("list")
def brand_list() -> None:
    """Every brand, with its brakes."""
    settings = read_settings()
    brakes = {brake.brand: brake for brake in read(sources.all_brakes)}
    known = read_brands(settings.brands or SHIPPED).values()
    table((one.key, one.name, *_told(brakes.get(one.key), settings.invitations_per_hour)) for one in known)


@brand.command("pause")
@click.argument("key")
def brand_pause(key: str) -> None:
    """Send no more invitations of this brand; they wait. Notices and answers go on."""
    known_brand(read_settings(), key)
    write(sources.set_paused, brand=key, paused_at=now(), at=now())
    click.echo(f"{key} is paused. Its invitations wait; those that get too old are dropped.")


@brand.command("resume")
@click.argument("key")
def brand_resume(key: str) -> None:
    """Let the invitations of this brand go again."""
    known_brand(read_settings(), key)
    write(sources.set_paused, brand=key, paused_at=None, at=now())
    click.echo(f"{key} asks again.")


@brand.command("cap")
@click.argument("key")
@click.argument("number", metavar="N|none|default")
def brand_cap(key: str, number: str) -> None:
    """At most N invitations an hour; `none` lifts the cap, `default` is AFTERWORD_INVITATIONS_PER_HOUR."""
    settings = read_settings()
    known_brand(settings, key)
    caps = {"none": sources.NO_CAP, "default": None}
    if number not in caps and not re.fullmatch(r"[0-9]{1,6}", number):
        raise click.ClickException(f"{number!r} is no cap; expected a number up to 999999, none or default")
    per_hour = caps[number] if number in caps else int(number)
    write(sources.set_cap, brand=key, per_hour=per_hour, at=now())
    click.echo(f"{key}: {_told(Brake(key, None, per_hour), settings.invitations_per_hour)[1]}.")


# what the commands have in common


def write(job: Callable[..., Result], **values: object) -> Result:
    """Run one of the store's writing functions."""
    return asyncio.run(with_store(lambda store: store.write(partial(job, **values))))


def read(job: Callable[..., Result], **values: object) -> Result:
    """Run one of the store's reading functions."""
    return asyncio.run(with_store(lambda store: store.read(partial(job, **values))))


async def with_store(use: Callable[[Store], Awaitable[Result]]) -> Result:
    """Use the installation's store."""
    settings = read_settings()
    store = open_store(
        settings.database_url,
        rules=settings.rules(),
        mail_domain=settings.reply_domain,
        affected_allowed=settings.affected_sqlite,
        answering=answering(settings),
    )
    try:
        return await use(store)
    finally:
        await store.close()


def answering(settings: Settings) -> Mapping[str, Answering]:
    """How each brand answers; as usual, where a file is wrong: that keeps no operator from looking."""
    try:
        return answering_of(read_brands(settings.brands or SHIPPED))
    except BrandError:
        return {}


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def address(text: str) -> str:
    """A mail address as we may write to it, or the end of the command."""
    parsed = parse_address(text)
    if parsed is None:
        raise click.ClickException(f"{text!r} is no mail address; expected one like sam@acme.example")
    return parsed.address


def known_brand(settings: Settings, key: str) -> None:
    """Nothing where there is such a brand, or the end of the command."""
    known = read_brands(settings.brands or SHIPPED)
    if key not in known:
        raise click.ClickException(f"there is no brand {key}; there are: {', '.join(known)}")


def table(rows: Iterable[Sequence[str]]) -> None:
    """Rows as lines, their cells apart by tabs; what somebody else wrote cannot break a line."""
    lines = ["\t".join(one_line(cell) for cell in row) for row in rows]
    click.echo("\n".join(lines) if lines else "none", err=not lines)


def _told(brake: Brake | None, default_per_hour: int) -> tuple[str, str]:
    """A brand's brakes in words."""
    per_hour = default_per_hour if brake is None or brake.per_hour is None else brake.cap
    paused = f"paused since {at_text(brake.paused_at)}" if brake and brake.paused_at else "asking"
    return paused, "no cap" if per_hour is None else f"at most {per_hour} invitations an hour"


def at_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
