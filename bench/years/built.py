"""Where do the databases of millions lie? In build/, made once: the next run finds them, and brings them up to date."""

import sys
from pathlib import Path

import click

from bench.rows import Bench
from bench.years.filling import fill
from bench.years.lives import Years
from store.schema import NAMES

BUILD = Path(__file__).parent.parent.parent / "build"
MILLION = 100
"""A million reviews are so many times those of the other rows; a quick run has as much less."""


def years(bench: Bench, millions: int) -> Path:
    """A database of so many million reviews, to read; made where it is not there yet."""
    reviews = millions * MILLION * bench.reviews
    file = BUILD / f"years-{NAMES[-1]}-{reviews}.db"
    before = sorted(BUILD.glob(f"years-*-{reviews}.db"))
    if not file.exists() and before:  # a newer schema needs no other reviews: whoever opens it brings it up to date
        before[-1].rename(file)
    if not file.exists():
        BUILD.mkdir(exist_ok=True)
        begun = file.with_suffix(".begun")
        begun.unlink(missing_ok=True)
        with click.progressbar(length=reviews, label=f"{file.name}: made once", file=sys.stderr) as bar:
            fill(begun, Years(reviews), told=bar.update)
        begun.rename(file)
    return file
