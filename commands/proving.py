"""How does an operator prove a review to others? `afterword bundle REVIEW FILE`, signed with the installation's key."""

from functools import partial
from pathlib import Path

import click
import structlog

from commands.operating import now, read
from reviews.evidence import evidence
from reviews.provenance import MAILS
from reviews.redacted import Ours
from settings import Settings, read_settings
from store.bundles import Held, bundled, held
from store.person import raw
from templates.brands import SHIPPED, Brand, read_brands
from templates.bundle import packed
from templates.evidence import story

log = structlog.get_logger()


@click.command("bundle")
@click.argument("review")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--redacted", is_flag=True, help="Without raw mails, and links only the customer may press.")
def bundle(review: str, file: Path, *, redacted: bool) -> None:
    """Write all that is known of REVIEW into FILE, signed, so that others can verify it without us.

    The whole edition holds the customer's mails and signed links: give it to nobody who must not act for them.
    """
    settings = read_settings()
    if not settings.bundle_keys:
        raise click.ClickException("there is no key to sign with; `afterword rotate bundle` makes one")
    found = read(held, review=review)
    if found is None:
        raise click.ClickException(f"there is no review {review}")
    at = now()
    ours = Ours.at(settings.base_url, settings.reply_domain) if redacted else None
    words = story(evidence(found.log, settings.rules(), now=at), _brand(settings, found))
    made = bundled(found, rules=settings.rules(), made_at=at, made_by=settings.base_url, story=words, ours=ours)
    with file.open("xb") as out:
        file.chmod(0o600)
        for piece in packed(made, settings.bundle_keys[0], _mail):
            out.write(piece)
    log.info("bundle made", review=review, edition=made.edition, parts=len(made.parts))
    click.echo(f"{file}: {len(made.parts)} parts, {made.edition}. Anybody can check it with `afterword verify`.")


def _mail(path: str) -> bytes:
    return read(partial(raw, sha256=path.removeprefix(MAILS).removesuffix(".eml")))


def _brand(settings: Settings, found: Held) -> Brand:
    brands = read_brands(settings.brands or SHIPPED)
    return brands.get(found.log.review.brand) or brands[settings.brand]
