"""How does an operator take out what was recorded? `afterword export reviews > FILE`: a stream, whatever the number."""

import asyncio
import sys
from datetime import UTC, datetime
from functools import partial

import click

from commands.operating import answering, now, with_store
from reviews.exported import CSV, FORMS, HELD_FORMS, Form, Held, seen
from reviews.holds import Suppression
from reviews.onlookers import without_agents
from reviews.redacted import Ours
from settings import read_settings
from store import Store, suppressions
from store.exports import Span, count, pages

DAY = click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"))


@click.group()
def export() -> None:
    """Take out what was recorded, for spreadsheets and other programs."""


@export.command("reviews")
@click.option("--brand", default="", help="Of this brand alone.")
@click.option("--since", type=DAY, help="Recorded on that day or later, in UTC.")
@click.option("--until", type=DAY, help="Recorded before that day, in UTC.")
@click.option("--format", "form", type=click.Choice(sorted(FORMS)), default=CSV, show_default=True)
def export_reviews(brand: str, since: datetime | None, until: datetime | None, form: str) -> None:
    """Every review in a line, in the order they were recorded, to standard output.

    In CSV, a cell that a spreadsheet would take for a formula has a ' before it.
    """
    span = Span(brand, _utc(since), _utc(until))
    asyncio.run(with_store(partial(_exported, span=span, form=FORMS[form])))


@export.command("suppressions")
@click.option("--format", "form", type=click.Choice(sorted(HELD_FORMS)), default=CSV, show_default=True)
def export_suppressions(form: str) -> None:
    """Every reason not to ask an address that stands, in a line, the newest first, to standard output."""
    asyncio.run(with_store(partial(_exported_suppressions, form=HELD_FORMS[form])))


async def _exported_suppressions(store: Store, *, form: Form) -> None:
    out, at = sys.stdout.buffer, now()
    out.write(form.head.encode())
    async for page in suppressions.pages(store):
        out.write(form.lines(_held(fact) for fact in page if not suppressions.ended(fact, at)).encode())
    out.flush()


def _held(fact: Suppression) -> Held:
    until = _rfc3339(fact.until) if fact.until else ""
    return Held(_rfc3339(fact.at), fact.address, fact.brand, fact.reason, until, fact.who, fact.why)


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def _exported(store: Store, *, span: Span, form: Form) -> None:
    out, quiet = sys.stdout.buffer, not sys.stderr.isatty()
    number = None if quiet else await store.read(partial(count, span=span))
    settings = read_settings()
    hidden = without_agents(answering(settings))
    ours = Ours.at(settings.base_url, settings.reply_domain)
    out.write(form.head.encode())
    with click.progressbar(length=number or 0, label="reviews", file=sys.stderr, hidden=quiet) as bar:
        async for page in pages(store, span, now=now()):
            out.write(form.lines(seen(page, without_agents=hidden, ours=ours)).encode())
            bar.update(len(page))
    out.flush()


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None
