"""How are ratings of before taken over? `afterword import FILE.csv`: looked through first, all lines, then written."""

import asyncio
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from click._termui_impl import ProgressBar

from commands.operating import known_brand, now, with_store
from commands.plans import PRESETS, presets, read_plan
from reviews.facts import Fact, Review
from reviews.imported import COLUMNS, Plan, Reading, WrongLineError, mapped, taken_over
from settings import read_settings
from store import Store

ERRORS_MAX = 50
"""Of those shown: who has more has one error in every line."""
BATCH = 200
"""Lines written in one transaction."""
LINES_MAX = 5_000_000
ENCODING = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class Told:
    """What is taken over: which file, how it is read, whose ratings they are, and where they come from."""

    file: Path
    how: Reading
    brand: str
    source: str


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brand", help="Whose ratings these are; left out, AFTERWORD_BRAND.")
@click.option("--source", help="Where they come from, as smileback; left out, the preset, or csv.")
@click.option("--preset", type=click.Choice(presets()), help="How the export of that system is read.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A TOML file saying so.")
@click.option("--map", "maps", multiple=True, metavar="WHAT=COLUMN", help=f"Of {', '.join(COLUMNS)}; may be repeated.")
@click.option("--rating", "ratings", multiple=True, metavar="WORD=ANSWER", help="As Awesome=happy; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Look through the file, and write nothing.")
def import_ratings(
    *,
    file: Path,
    brand: str | None,
    source: str | None,
    preset: str | None,
    mapping: Path | None,
    maps: tuple[str, ...],
    ratings: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Take over ratings from a FILE of CSV that another system exported.

    Every line is looked at before any is written; lines that cannot be taken over are named, and then nothing is. What
    was broken off goes on when it is run again: a line that is there already is not there twice.
    """
    settings = read_settings()
    key = brand or settings.brand
    known_brand(settings, key)
    if preset and mapping:
        raise click.UsageError("one of --preset and --mapping")
    file_of_plan = PRESETS / f"{preset}.toml" if preset else mapping
    plan = read_plan(file_of_plan) if file_of_plan else Plan()
    try:
        told = Told(file, _how(file, plan.changed(_pairs(maps), _pairs(ratings))), key, source or preset or "csv")
        number, unrated = _checked(told)
        if not dry_run:
            asyncio.run(with_store(partial(_written, told, number)))
    except (WrongLineError, UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"{file}: {error}") from None
    if dry_run:
        click.echo(f"{number} ratings can be taken over; nothing was written.")
    if unrated:
        click.echo(f"{unrated} lines were passed over: nobody had rated.", err=True)


def _how(file: Path, plan: Plan) -> Reading:
    with file.open(encoding=ENCODING, newline="") as lines:
        dialect = _dialect(lines.readline())
        lines.seek(0)
        head = next(csv.reader(lines, delimiter=dialect), [])
    return mapped(head, plan)


def _dialect(head: str) -> str:
    """What parts the cells: a comma, or what the head has more of, as where a comma is the decimal sign."""
    return max((",", ";", "\t"), key=head.count)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise WrongLineError(f"{wrong[0]!r}: expected NAME=VALUE")
    return {name: value for name, _, value in (one.partition("=") for one in given)}


def _checked(told: Told) -> tuple[int, int]:
    """How many lines can be taken over, and how many nobody had rated; the end of the command, with the lines that
    cannot, where there are any."""
    good, unrated, wrong = 0, 0, 0
    with _bar(told.file.stat().st_size, "looking through") as bar:
        for number, read, read_bytes in _lines(told):
            bar.update(read_bytes)
            if isinstance(read, WrongLineError):
                wrong += 1
                if wrong <= ERRORS_MAX:
                    click.echo(f"line {number}: {read}", err=True)
            elif read:
                good += 1
            else:
                unrated += 1
    if wrong:
        raise WrongLineError(f"{wrong} lines cannot be taken over, {good} could; nothing was written")
    return good, unrated


def _lines(told: Told) -> Iterator[tuple[int, tuple[Fact, ...] | WrongLineError, int]]:
    """Each line by its number in the file, with what it means or what is wrong with it, and about how many bytes it
    is long."""
    at = now()
    with told.file.open(encoding=ENCODING, newline="") as lines:
        dialect = _dialect(lines.readline())
        lines.seek(0)
        reader = csv.DictReader(lines, delimiter=dialect)
        for count, line in enumerate(reader):
            if count >= LINES_MAX:
                raise WrongLineError(f"more than {LINES_MAX} lines: cut it into several files")
            long = sum(len(cell) + 1 for cell in line.values() if isinstance(cell, str))
            try:
                read = taken_over(line, told.how, brand=told.brand, source=told.source, at=at)
                yield reader.line_num, read, long
            except WrongLineError as error:
                yield reader.line_num, error, long


async def _written(told: Told, number: int, store: Store) -> None:
    """Batch by batch, each whole: whoever breaks it off runs it again, and what is there stays as it is."""
    added, done, batch = 0, 0, list[Fact]()
    with _bar(number, "ratings") as bar:
        for _, read, _ in _lines(told):
            if isinstance(read, WrongLineError):
                raise read  # the file is no longer what was looked through
            batch += read
            done += bool(read)
            if batch and (done % BATCH == 0 or done == number):
                added += sum(isinstance(fact, Review) for fact in await store.record_past(*batch))
                batch = []
                bar.update(done % BATCH or BATCH)
    click.echo(f"{added} ratings were taken over; {number - added} were there already.")


def _bar(length: int, label: str) -> ProgressBar[int]:
    """How far it is; nothing where nobody looks."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
