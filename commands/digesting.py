"""What would a regular mail say, and when do they go out? `afterword digest preview` and `list`."""

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from commands.operating import address, at_text, known_brand, now, read, table, with_store
from reviews.gathered import Gathered, worth_a_mail
from reviews.links import Links
from reviews.model import REGULAR, DeliveryKind, Person
from reviews.onlookers import shows_agents
from reviews.regular import About, Span, last_span, next_time
from reviews.tokens import Keys
from settings import read_settings
from store import Store, people, regular
from store.gathering import Reader, gathered
from templates.brands import SHIPPED, Brand, read_brands
from templates.mails import compile_mails
from templates.regular_letters import Post, regular_mail
from templates.scheduling import usual

DAY = click.DateTime(("%Y-%m-%d",))


@click.group()
def digest() -> None:
    """Regular mails to staff: what they would say, and when they go out."""


@digest.command("list")
def digest_list() -> None:
    """Every regular mail of every brand: when it goes out next, and about which days it was last put together."""
    rows, at = [], now()
    for brand in read_brands(read_settings().brands or SHIPPED).values():
        for one in brand.regular:
            kept = read(regular.last_kept, brand=brand.key, regular=one)
            last = f"{kept.span.since} to {kept.span.until}, to {kept.listed}" if kept else "never yet"
            named = (brand.key, one.kind, one.team or "all teams", f"{one.cron} {one.timezone}")
            rows.append((*named, f"next {at_text(next_time(one, at))}", last))
    table(rows)


@digest.command("preview")
@click.argument("kind", type=click.Choice([str(kind) for kind in REGULAR]))
@click.option("--for", "email", default="", help="Whose mail it is, by address; needed for agents.")
@click.option("--brand", help="Of which brand; left out, AFTERWORD_BRAND.")
@click.option("--team", default="", help="Of this team alone.")
@click.option("--since", type=DAY, help="From that day on, in UTC; with --until. Left out, as it last was due.")
@click.option("--until", type=DAY, help="Before that day, in UTC.")
@click.option("--language", default="", help="Left out, as the brand's file has it.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML to this file as well.")
def digest_preview(
    *,
    kind: str,
    email: str,
    brand: str | None,
    team: str,
    since: datetime | None,
    until: datetime | None,
    language: str,
    html: Path | None,
) -> None:
    """Say what a regular mail of a KIND would say. Nothing is sent, and nothing is kept."""
    settings = read_settings()
    voice, person = _brand(brand or settings.brand), _person(email)
    if kind == DeliveryKind.AGENTS and not email:
        raise click.UsageError("whose mail? --for sam@acme.example")
    chosen = usual(voice.regular, DeliveryKind(kind), team, timezone=voice.timezone)
    span = _span(since, until) or last_span(chosen, now())
    about = About(voice.key, span, team)
    reader = Reader(chosen.kind, about, person.email.lower(), voice.answering.figures)
    found = asyncio.run(with_store(partial(_gathered, reader)))
    if not worth_a_mail(chosen.kind, found):
        click.echo("There is nothing to tell of these days: no mail would go out.", err=True)
    spoken = voice.said_in(language or chosen.language)
    links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain)
    post = Post(person, about, spoken, links, now(), shows_agents([voice.answering.figures]))
    mail = compile_mails(spoken).render(regular_mail(chosen.kind, found, post))
    click.echo(f"Subject: {mail.subject}\n\n{mail.text}")
    if html:
        html.write_text(mail.html, "utf-8")
        click.echo(f"The HTML is in {html}.", err=True)


async def _gathered(reader: Reader, store: Store) -> Gathered:
    return await store.read(partial(gathered, recorder=store.recorder, reader=reader, now=now()))


def _brand(key: str) -> Brand:
    known_brand(read_settings(), key)
    return read_brands(read_settings().brands or SHIPPED)[key]


def _span(since: datetime | None, until: datetime | None) -> Span | None:
    """The days that were named; the end of the command for half of them, or for none at all."""
    if since is None and until is None:
        return None
    if since is None or until is None or since >= until:
        raise click.UsageError("--since and --until go together, the second after the first")
    return Span(since.date(), until.date())


def _person(email: str) -> Person:
    """Whose mail it is, by the name they have among the staff."""
    if not email:
        return Person("")
    known = read(people.staff, email=address(email))
    return known.person if known else Person(address(email).lower())
