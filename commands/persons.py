"""What does an operator do when somebody asks what is known of them, for how long, or asks to be forgotten?"""

import asyncio
import json
import secrets
import zipfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import click
import structlog

from commands.operating import address as mail_address
from commands.operating import now, read, table, with_store
from reviews.trust import QUARANTINE_DAYS
from settings import read_settings
from store import Store
from store.forgetting import Erased, swept
from store.forgetting import forget as forgotten
from store.opening import POSTGRES, path_of
from store.person import held, raw
from store.retention import oldest

ID_BYTES = 16

log = structlog.get_logger()


@click.command("person")
@click.argument("address")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_person(address: str, file: Path) -> None:
    """All that is held on the customer with that ADDRESS, as a zip FILE: JSON, and each mail as it came."""
    found = read(held, address=mail_address(address))
    with file.open("xb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        file.chmod(0o600)
        archive.writestr("person.json", json.dumps(found.told, ensure_ascii=False, indent=2, default=str))
        for sha256 in found.mails:
            archive.writestr(f"mails/{sha256}.eml", read(raw, sha256=sha256))
    log.info("person exported", reviews=len(found.told["reviews"]), mails=len(found.mails))
    click.echo(f"{file}: {len(found.told['reviews'])} reviews, {len(found.mails)} mails.")


@click.command("forget")
@click.argument("address")
@click.option("--keep-unsubscribed", is_flag=True, help="Keep how often they want to be asked; that keeps the address.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(address: str, *, keep_unsubscribed: bool, yes: bool) -> None:
    """Erase the customer with that ADDRESS everywhere: names, words, mails.

    Their ratings stay as numbers. It cannot be undone; backups that are older still hold them.
    """
    found = mail_address(address)
    if not yes:
        click.confirm(f"Erase {found}? This cannot be undone", abort=True)
    erased = asyncio.run(with_store(partial(_forgotten, address=found, keep_unsubscribed=keep_unsubscribed)))
    url = read_settings().database_url
    log.info("person forgotten", reviews=erased.reviews, mails=erased.mails, suppressions=erased.suppressions)
    click.echo(f"Erased: {erased.reviews} reviews are numbers now, {erased.mails} mails are gone.")
    if url.startswith(POSTGRES):
        click.echo("PostgreSQL keeps old rows until it vacuums; `VACUUM` as its owner clears them at once.", err=True)
    elif not swept(path_of(url)):
        raise click.ClickException("erased, but somebody reads for so long that the log still holds it: run it again")


@click.command("retention")
def retention() -> None:
    """How long each kind of what is known of people is kept, and how old the oldest of it is.

    The mailer erases what is past its term, every hour.
    """
    settings = read_settings()
    terms, known = settings.terms(), read(oldest)
    table(
        (
            ("visits", _kept(settings.rules().seal), "AFTERWORD_HITS_DAYS", _since(known.visit)),
            ("mails as they came", _kept(terms.mails), "AFTERWORD_MAILS_MONTHS", _since(known.mail)),
            ("words and names of reviews", _kept(terms.reviews), "AFTERWORD_REVIEWS_YEARS", _since(known.review)),
            ("webhooks not read", _kept(terms.letters), "AFTERWORD_LETTERS_DAYS", _since(known.letter)),
            ("mails that wait for a person", _kept(timedelta(days=QUARANTINE_DAYS)), "fixed", ""),
        )
    )


def _kept(term: timedelta | None) -> str:
    return "for good" if term is None else f"{term.days} days"


def _since(oldest: datetime | None) -> str:
    return f"the oldest is of {oldest:%Y-%m-%d}" if oldest else "none"


async def _forgotten(store: Store, *, address: str, keep_unsubscribed: bool) -> Erased:
    new_id = partial(secrets.token_hex, ID_BYTES)
    return await forgotten(store, address, new_id=new_id, at=now(), keep_unsubscribed=keep_unsubscribed)
