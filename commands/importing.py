"""How are ratings of before taken over? `afterword import FILE.csv`: looked through first, all lines, then written."""

import asyncio
import csv
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from commands.operating import known_brand, now, with_store
from reviews.facts import Fact, Review
from reviews.imported import COLUMNS, Reading, WrongLineError, mapped, taken_over
from settings import read_settings
from store import Store

ERRORS_MAX = 50
"""Of those shown: who has more has one error in every line."""
BATCH = 200
"""Lines written in one transaction."""
LINES_MAX = 5_000_000
ENCODING = "utf-8-sig"

Read = tuple[int, tuple[Fact, ...]]


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brand", help="Whose ratings these are; left out, AFTERWORD_BRAND.")
@click.option("--source", default="csv", show_default=True, help="Where they come from, as smileback or zendesk.")
@click.option("--map", "maps", multiple=True, metavar="WHAT=COLUMN", help=f"Of {', '.join(COLUMNS)}; may be repeated.")
@click.option("--rating", "ratings", multiple=True, metavar="WORD=ANSWER", help="As Awesome=happy; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Look through the file, and write nothing.")
def import_ratings(
    *, file: Path, brand: str | None, source: str, maps: tuple[str, ...], ratings: tuple[str, ...], dry_run: bool
) -> None:
    """Take over ratings from a FILE of CSV that another system exported.

    Every line is looked at before any is written; lines that cannot be taken over are named, and then nothing is. What
    was broken off goes on when it is run again: a line that is there already is not there twice.
    """
    settings = read_settings()
    key = brand or settings.brand
    known_brand(settings, key)
    try:
        number = _checked(file, _how(file, maps, ratings), key, source)
        if not dry_run:
            asyncio.run(with_store(partial(_written, file, _how(file, maps, ratings), key, source, number)))
    except (WrongLineError, UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"{file}: {error}") from None
    if dry_run:
        click.echo(f"{number} ratings can be taken over; nothing was written.")


def _how(file: Path, maps: tuple[str, ...], ratings: tuple[str, ...]) -> Reading:
    with file.open(encoding=ENCODING, newline="") as lines:
        head = next(csv.reader(lines), [])
    return mapped(head, _pairs(maps), _pairs(ratings))


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise WrongLineError(f"{wrong[0]!r}: expected NAME=VALUE")
    return {name: value for name, _, value in (one.partition("=") for one in given)}


def _checked(file: Path, how: Reading, brand: str, source: str) -> int:
    """How many lines can be taken over; the end of the command, with the lines that cannot, where there are any."""
    good, wrong = 0, 0
    for number, read in _lines(file, how, brand, source):
        if isinstance(read, WrongLineError):
            wrong += 1
            if wrong <= ERRORS_MAX:
                click.echo(f"line {number}: {read}", err=True)
        else:
            good += 1
    if wrong:
        raise WrongLineError(f"{wrong} lines cannot be taken over, {good} could; nothing was written")
    return good


def _lines(
    file: Path, how: Reading, brand: str, source: str
) -> Iterator[tuple[int, tuple[Fact, ...] | WrongLineError]]:
    """Each line by its number in the file, with what it means or what is wrong with it."""
    at = now()
    with file.open(encoding=ENCODING, newline="") as lines:
        reader = csv.DictReader(lines)
        for count, line in enumerate(reader):
            if count >= LINES_MAX:
                raise WrongLineError(f"more than {LINES_MAX} lines: cut it into several files")
            try:
                yield reader.line_num, taken_over(line, how, brand=brand, source=source, at=at)
            except WrongLineError as error:
                yield reader.line_num, error


async def _written(file: Path, how: Reading, brand: str, source: str, number: int, store: Store) -> None:
    added, batch = 0, list[Fact]()
    with click.progressbar(length=number, label="ratings", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for done, (_, read) in enumerate(_lines(file, how, brand, source), 1):
            if isinstance(read, WrongLineError):
                raise read  # the file is no longer what was looked through
            batch += read
            if done % BATCH == 0 or done == number:
                added += sum(isinstance(fact, Review) for fact in await store.record_past(*batch))
                batch = []
                bar.update(done % BATCH or BATCH)
    click.echo(f"{added} ratings were taken over; {number - added} were there already.")
