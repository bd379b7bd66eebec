"""The command: `python -m bench.years FILE --reviews 1000000`."""

import argparse
import sys
from pathlib import Path

import click

from bench.years.filling import fill
from bench.years.lives import Years


def main() -> None:
    """Fill a file that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.years", description="Fills a database with two years.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.file.exists():
        sys.exit(f"{options.file} is there already")
    with click.progressbar(length=options.reviews, label=f"{options.reviews} reviews", file=sys.stderr) as bar:
        fill(options.file, Years(options.reviews), told=bar.update)


if __name__ == "__main__":
    main()
