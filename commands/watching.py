"""What can an operator see of ratings, and how are false ones measured? Evidence, networks, canaries."""

from pathlib import Path

import click

from commands.operating import address, known_brand, now, read, table, write
from reviews.canaries import Canary
from reviews.evidence import evidence
from reviews.networks import rows_of
from settings import read_settings
from store import canaries
from store.facts import load
from store.records import Recorder
from templates.brands import SHIPPED, read_brands
from templates.evidence import sentences, verdict
from templates.words import one_line
from web.networks import SHIPPED as SHIPPED_NETWORKS
from web.networks.published import NotFetched, fetch, renewed

PRODUCT_MAX = 50
"""Characters of a product's name."""


@click.command("evidence")
@click.argument("review")
def evidence_shown(review: str) -> None:
    """What the rating of a REVIEW rests on: every visit and vote in order, with the rule and what it did."""
    settings = read_settings()
    log = read(load, review=review)
    if log is None:
        raise click.ClickException(f"there is no review {review}")
    brands = read_brands(settings.brands or SHIPPED)
    brand = brands.get(log.review.brand) or brands[settings.brand]
    found = evidence(log, settings.rules(), now=now())
    click.echo(verdict(found, brand))
    table(sentences(found, brand))


@click.group()
def networks() -> None:
    """Which networks are mail filters' and rented machines'."""


@networks.command("refresh")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def networks_refresh(file: Path) -> None:
    """Fetch the lists that are published, and write the table to FILE, once a month; AFTERWORD_NETWORKS names it."""
    known = file if file.exists() else SHIPPED_NETWORKS
    try:
        table = renewed(known.read_text("utf-8"), at=now(), fetch=fetch)
    except (NotFetched, OSError, ValueError) as error:
        raise click.ClickException(f"{error}. Nothing was written.") from None
    replacement = file.with_name(f"{file.name}.new")
    replacement.write_text(table, "utf-8")
    replacement.replace(file)
    click.echo(f"{sum(1 for _ in rows_of(table))} networks are in {file}. Restart web to use them.")


@click.group(invoke_without_command=True)
@click.pass_context
def canary(ctx: click.Context) -> None:
    """Mailboxes that nobody reads: a rating that counts there, a machine gave. Without a word: what was found.

    By product: askings sent, those that anything opened, false ratings, and the upper bound of their rate at 95 %.
    Last the people who had to tap a second time, of all whose ratings count.
    """
    if ctx.invoked_subcommand is None:
        settings = read_settings()
        recorder = Recorder(settings.rules(), settings.reply_domain)
        table(_told_canary(one) for one in read(canaries.found, recorder=recorder, now=now()))
        taps = read(canaries.second_taps)
        click.echo(
            f"asked for a second tap: {taps.found} of {taps.of} people ({_percent(taps.share)}; goal: at most 1 %)"
        )


@canary.command("add")
@click.argument("address_")
@click.option("--product", required=True, help="What looks at its mail, as Defender or Mimecast.")
@click.option("--brand", "key", default="", help="Whose question it is asked; else AFTERWORD_BRAND.")
def canary_add(address_: str, product: str, key: str) -> None:
    """Ask this mailbox once a day. Nobody may read it."""
    settings = read_settings()
    known_brand(settings, key or settings.brand)
    told = Canary(address(address_), one_line(product)[:PRODUCT_MAX], key or settings.brand)
    write(canaries.add, canary=told, at=now())
    click.echo(f"{told.address} is asked once a day. A rating that counts there is told to AFTERWORD_OPERATOR.")


@canary.command("list")
def canary_list() -> None:
    """Every mailbox that is asked."""
    table((one.address, one.product, one.brand) for one in read(canaries.every))


@canary.command("remove")
@click.argument("address_")
def canary_remove(address_: str) -> None:
    """Ask a mailbox no more; what was found stays."""
    if not write(canaries.drop, address=address_, at=now()):
        raise click.ClickException(f"{address_} is no canary")
    click.echo(f"{address_} is asked no more.")


def _told_canary(found: canaries.Found) -> tuple[str, ...]:
    """What was found of one product, in words."""
    false = found.false
    words = f"none in {false.of}" if not false.found else f"{false.found} in {false.of} FALSE ({_percent(false.share)})"
    return found.product, f"{found.asked} sent", f"{found.visited} opened", words, f"at most {_percent(false.at_most)}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
