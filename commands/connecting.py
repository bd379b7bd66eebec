"""How does an operator connect a helpdesk? `afterword source`: its webhook, its mapping, what could not be read."""

import asyncio
import json
import re
import secrets
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from typing import BinaryIO, TextIO

import click

from commands.operating import known_brand, now, read, table, write
from reviews.copies import GENERIC, SYSTEMS, address_id
from reviews.links import Links
from reviews.tokens import Keys
from settings import read_settings
from store import DeadLetter, Source, dead_letters, endpoints, sources
from store.calls import SOURCE
from store.paging import NEWEST, PAGE_MAX
from templates.brands import SHIPPED, read_brands
from web.answers.guard import HOOK_BYTES_MAX
from web.app import open_door
from web.hooks import presets
from web.hooks.checked import checked
from web.hooks.replayed import Replayed, replay
from web.hooks.signature import TOKEN
from web.hooks.tried import tried
from web.hooks.understood import Sent
from web.rating.merged import CHECKED, FIRST, KNOWN

SECRET_BYTES = 32
SECRET_CHARS_MAX = 500
MOST = 50
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@click.group()
def source() -> None:
    """Helpdesks that send webhooks: known ones by their preset, any other by a mapping."""


@source.command("presets")
def source_presets() -> None:
    """Every helpdesk whose ways are known, and how it signs."""
    known = [presets.preset(name) for name in presets.names()]
    table((one.name, one.title, "the secret itself" if one.scheme == TOKEN else "signs") for one in known)


@source.command("add")
@click.argument("id")
@click.option("--brand", "key", required=True, help="The brand whose customers it tells of.")
@click.option("--preset", "name", type=click.Choice(presets.names()), default=None, help="The helpdesk it is.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=PATH", help="Where a field stands in its payload.")
@click.option("--secret-file", type=click.File(), help="The secret that the helpdesk made up; or -.")
def source_add(id: str, key: str, name: str | None, pairs: tuple[str, ...], secret_file: TextIO | None) -> None:
    """Let a helpdesk's webhook in, or change its mapping. A new one's secret is shown this once.

    With neither a preset nor a mapping it takes no webhooks, only copies of mails and links.
    """
    settings = read_settings()
    known_brand(settings, key)
    if not SOURCE_ID.fullmatch(id):
        raise click.ClickException(f"{id!r} is no id; expected small letters, digits or '-', at most 40")
    known = read(sources.source, id=id)
    chosen = presets.preset(name or (known.preset if known else presets.GENERIC))
    silent = not (pairs or chosen.mapping or (known and known.mapping))
    mapping = {} if silent else checked(pairs, preset=chosen.mapping)
    given = _given(secret_file)
    if chosen.theirs and not known and not given:
        raise click.ClickException(f"{chosen.title} makes up the secret itself: give it with --secret-file FILE")
    secret = given or (known.secret if known else secrets.token_urlsafe(SECRET_BYTES))
    write(sources.set_source, source=Source(id, key, secret, mapping, chosen.name), at=now())
    click.echo(chosen.address(settings.base_url, id))
    if not known and not given:
        click.echo("Give it this secret. It is not shown again:", err=True)
        click.echo(secret)
    if silent:
        click.echo("It takes no webhooks: for these it needs a --preset, or a --map for each field.", err=True)


@source.command("address")
@click.argument("id")
@click.option("--system", type=click.Choice(SYSTEMS), default=GENERIC, show_default=True, help="Who writes the mails.")
def source_address(id: str, system: str) -> None:
    """Show where a copy (BCC) of the helpdesk's closing mail is to go; it starts the review."""
    settings = read_settings()
    links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain)
    click.echo(links.copy_address(address_id(_source(id).id, system)))


@source.command("links")
@click.argument("id")
@click.option("--place", required=True, help="The helpdesk's placeholder for a ticket's number, as {{ticket.id}}.")
@click.option("--first-use", is_flag=True, help="For tickets that this source tells nothing of.")
@click.option("--checked", is_flag=True, help="The same; its helpdesk is asked before a rating counts.")
def source_links(id: str, place: str, first_use: bool, checked: bool) -> None:
    """Show links for a helpdesk's own mail: one for each answer, with the placeholder behind it."""
    settings, known = read_settings(), _source(id)
    brand = read_brands(settings.brands or SHIPPED)[known.brand]
    links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain)
    if checked and not any(one.options.get(SOURCE) == known.id for one in read(endpoints.all_endpoints)):
        raise click.ClickException(f"nobody can be asked: add its helpdesk, `afterword endpoint add … --source {id}`")
    mode = CHECKED if checked else FIRST if first_use else KNOWN
    table(links.merge_patterns(id, mode, brand.scale, place=place).items())


@source.command("list")
def source_list() -> None:
    """Every webhook, with its brand, its preset, how many it sent that could not be read, and its own mapping."""
    dead = read(dead_letters.counts)
    table(
        (
            one.id,
            one.brand,
            one.preset or "generic",
            f"{dead.get(one.id, 0)} unread",
            *(f"{field}={path}" for field, path in one.mapping.items()),
        )
        for one in read(sources.all_sources)
    )


@source.command("remove")
@click.argument("id")
def source_remove(id: str) -> None:
    """Take a webhook away. What it sent and nobody could read stays, until it is dropped."""
    if not write(sources.drop_source, id=id, at=now()):
        raise click.ClickException(f"there is no source {id}")
    click.echo(f"The source {id} is gone.")


@source.command("try")
@click.argument("id")
@click.argument("file", type=click.File("rb"))
@click.option("--header", "headers", multiple=True, metavar="NAME=VALUE", help="That the mapping looks at.")
def source_try(id: str, file: BinaryIO, headers: tuple[str, ...]) -> None:
    """Show what a payload would become, as JSON. Nothing is recorded; FILE may be -."""
    settings = read_settings()
    brands = read_brands(settings.brands or SHIPPED)
    given = {name.lower(): value for name, _, value in (header.partition("=") for header in headers)}
    sent = Sent(file.read(HOOK_BYTES_MAX), given, now())
    told = tried(_source(id), sent, brands=brands, rules=settings.rules())
    click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    if told["event"] is None:
        raise click.exceptions.Exit(1)


@source.group("dead")
def dead() -> None:
    """Webhooks that could not be read: kept as they came, until the mapping is mended."""


@dead.command("list")
@click.option("--source", "id", default="", help="Of this source alone.")
@click.option("--most", type=click.IntRange(1), default=MOST, show_default=True)
def dead_list(id: str, most: int) -> None:
    """The newest first: when it came, from which source, how often, why it could not be read, and its id."""
    table(
        (f"{one.at:%Y-%m-%d %H:%M UTC}", one.source, f"{one.times}x", one.reason, one.id)
        for one in _letters(id, most=most)
    )


@dead.command("show")
@click.argument("id")
def dead_show(id: str) -> None:
    """The bytes of one, as they came."""
    click.echo(_letter(id).body, nl=False)


@dead.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--source", "of_source", default="", help="Every one of this source.")
def dead_replay(ids: tuple[str, ...], of_source: str) -> None:
    """Read them again, as the mapping stands now. What can be read is recorded, and leaves the list."""
    if bool(ids) == bool(of_source):
        raise click.ClickException("name the ids, or a source by --source")
    letters = [_letter(id) for id in ids] if ids else _letters(of_source)
    with redirect_stdout(sys.stderr):  # what the rooms log is not the answer
        done = asyncio.run(_replayed(letters))
    table((one.id, one.reason or "read") for one in done)
    if any(one.reason for one in done):
        raise click.exceptions.Exit(1)


@dead.command("drop")
@click.argument("ids", nargs=-1, required=True)
def dead_drop(ids: tuple[str, ...]) -> None:
    """Take them away unread."""
    for id in ids:
        if not write(dead_letters.drop, id=id):
            raise click.ClickException(f"there is no letter {id}")
        click.echo(f"{id} is gone.")


async def _replayed(letters: Iterable[DeadLetter]) -> list[Replayed]:
    door = open_door(read_settings())
    try:
        return [await replay(door, letter) for letter in letters]
    finally:
        await door.store.close()


def _letters(source_id: str, *, most: int = dead_letters.LETTERS_MAX) -> list[DeadLetter]:
    """The newest letters, read a page at a time."""
    found: list[DeadLetter] = []
    before = NEWEST
    while len(found) < most and (
        page := read(dead_letters.page, source=source_id, most=min(PAGE_MAX, most - len(found)), before=before)
    ):
        found += page
        before = page[-1].cursor
    return found


def _letter(id: str) -> DeadLetter:
    letter = read(dead_letters.one, id=id)
    if letter is None:
        raise click.ClickException(f"there is no letter {id}")
    return letter


def _source(id: str) -> Source:
    known = read(sources.source, id=id)
    if known is None:
        raise click.ClickException(f"there is no source {id}")
    return known


def _given(file: TextIO | None) -> str:
    return file.read(SECRET_CHARS_MAX).strip() if file else ""
