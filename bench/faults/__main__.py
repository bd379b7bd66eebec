"""`python -m bench.faults`: run the trials, say what was lost, and write it into docs/faults.md."""

import argparse
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from bench.faults.ledger import Outcome, Skipped, summed
from bench.faults.postgres import database
from bench.faults.report import table, write
from bench.faults.trials import TRIALS, planned, run

TRIALS_USUAL = 200


def main() -> int:
    """1 when anything was lost, or else not as it should be."""
    arguments = _arguments()
    # The doors of a trial in this process are silent; the other processes write logs of their own.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    begun = time.monotonic()
    with _database(arguments) as url:
        outcomes, skipped = _run_all(arguments, url)
    told = table(outcomes, skipped)
    if not arguments.only and not arguments.postgres:
        write(told, summed(outcomes), where=_where(), minutes=(time.monotonic() - begun) / 60)
    _say(f"\n{told}\n\n{summed(outcomes)}")
    return 0 if outcomes and all(outcome.good for outcome in outcomes) else 1


def _run_all(arguments: argparse.Namespace, url: str) -> tuple[list[Outcome], dict[str, str]]:
    """The outcomes, and why some trials were left out, by name."""
    outcomes: list[Outcome] = []
    skipped: dict[str, str] = {}
    for name, seed in planned(trials=arguments.trials, seed=arguments.seed, only=tuple(arguments.only)):
        if name not in skipped:
            try:
                outcomes.append(run(name, seed, url=url))
            except Skipped as why:
                skipped[name] = str(why)
                _say(f"{name}: skipped, {why}")
            else:
                _tell(outcomes[-1])
    return outcomes, skipped


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[str]:
    """The URL of the PostgreSQL that is asked for, or ''."""
    if not arguments.postgres:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="afterword-postgres-") as folder, database(Path(folder) / "data") as url:
        yield url


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS_USUAL, help="how many kills (200)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first trial; each next has the next (1)")
    parser.add_argument("--only", choices=sorted(TRIALS), action="append", default=[], help="this one; repeatable")
    parser.add_argument(
        "--postgres", action="store_true", help="over PostgreSQL: TEST_DATABASE_URL's, or one out of a wheel"
    )
    return parser.parse_args()


def _tell(outcome: Outcome) -> None:
    counts = f"{outcome.acknowledged} acknowledged, {outcome.in_flight} in flight"
    _say(f"{outcome.name} --seed {outcome.seed}: {counts}, lost {len(outcome.lost)}, doubled {outcome.doubled}")
    if not outcome.good:
        for line in (*outcome.lost, *outcome.wrong):
            _say(f"  {line}")
        _say(f"  again: python -m bench.faults --only {outcome.name} --seed {outcome.seed} --trials 1")


def _where() -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {versions}"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
