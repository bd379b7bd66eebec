"""Who must not be asked? `afterword suppression`: the list, and how one is set or lifted by hand."""

import secrets
from functools import partial

import click

from commands.operating import address, known_brand, now, read, table, write
from reviews.holds import Suppression
from reviews.model import BOUNCED, COMPLAINED
from reviews.subscriptions import lifted_by_staff, suppressed_by_staff
from settings import read_settings
from store import suppressions

ID_BYTES = 16
MOST = 100
TOLD_BY = {BOUNCED: "by their mail server", COMPLAINED: "by their provider"}
"""Who said so where no member of staff did, and not the customer."""
WHO = click.option("--who", required=True, help="Your own address: it stays in the record.")
WHY = click.option("--why", required=True, help="The reason: it stays in the record.")


@click.group()
def suppression() -> None:
    """Addresses that are not asked, each with its reason."""


@suppression.command("list")
@click.option("--address", "of", default="", help="Of this address alone.")
@click.option("--most", type=click.IntRange(1), default=MOST, show_default=True)
def suppression_list(of: str, most: int) -> None:
    """What stands, the newest first: since when, which address, for which brand, why, until when, by whom, its id."""
    found = read(suppressions.standing, most=most, address=of)
    table(_told(one.fact) for one in found if not suppressions.ended(one.fact, now()))


@suppression.command("add")
@click.argument("email")
@click.option("--brand", "key", default="", help="For this brand alone; left out, for all.")
@WHO
@WHY
def suppression_add(email: str, key: str, who: str, why: str) -> None:
    """Ask this address no more."""
    if key:
        known_brand(read_settings(), key)
    told = partial(suppressed_by_staff, brand=key, address=address(email), action=secrets.token_hex(ID_BYTES))
    write(suppressions.put, fact=told(who=address(who), why=why, at=now()))
    click.echo(f"{email} is not asked any more, by {key or 'any brand'}.")


@suppression.command("lift")
@click.argument("id")
@WHO
@WHY
def suppression_lift(id: str, who: str, why: str) -> None:
    """Let an address be asked again, by the id that the list shows."""
    fact = read(suppressions.one, id=id)
    if fact is None:
        raise click.ClickException(f"there is no suppression {id}; `afterword suppression list` shows their ids")
    action = secrets.token_hex(ID_BYTES)
    write(suppressions.put, fact=lifted_by_staff(fact, action=action, who=address(who), why=why, at=now()))
    click.echo(f"{fact.address} may be asked again, as far as this goes: {fact.reason}.")


def _told(fact: Suppression) -> tuple[str, ...]:
    until = f"{fact.until:%Y-%m-%d}" if fact.until else "for good"
    by = f"by {fact.who}: {fact.why}" if fact.who else TOLD_BY.get(fact.reason, "by themselves")
    return f"{fact.at:%Y-%m-%d %H:%M}", fact.address, fact.brand or "all brands", fact.reason, until, by, fact.id
