"""What do the answers show that nobody asked for? Looked for now, in all reviews of the last weeks."""

import asyncio
from functools import partial

import click

from commands.operating import at_text, known_brand, now, table, with_store
from reviews.findings import Finding, Kind
from settings import Settings, read_settings
from store import Store
from store.findings import look
from templates.brands import SHIPPED, read_brands
from templates.findings import said, surety


@click.command("findings")
@click.option("--brand", help="Of this brand alone.")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind if kind is not Kind.THEME]), help="Of this kind.")
def findings_told(*, brand: str | None, kind: str | None) -> None:
    """What sixteen weeks show: companies whose tone turned, one voice, what broke, where training might help."""
    settings = read_settings()
    if brand:
        known_brand(settings, brand)
    asyncio.run(with_store(partial(_told, brands=_brands(settings, brand), kind=kind)))


def _brands(settings: Settings, brand: str | None) -> list[str]:
    return [brand] if brand else list(read_brands(settings.brands or SHIPPED))


async def _told(store: Store, *, brands: list[str], kind: str | None) -> None:
    at = now()
    found = await look(store, brands, now=at)
    told = [(brand, one) for brand, several in found.items() for one in several if kind in (None, one.kind)]
    table(_line(brand, one) for brand, one in told)
    click.echo(f"{len(told)} findings, as of {at_text(at)}.", err=True)


def _line(brand: str, one: Finding) -> tuple[str, ...]:
    return brand, str(one.kind), said(one), surety(one), " ".join(one.reviews)
