"""`python -m bench.faults`: run the trials, say what was lost, and write it into docs/faults.md."""

import argparse
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from bench.faults import outcomes
from bench.faults.ledger import Outcome, Skipped, summed
from bench.faults.means.postgres import database
from bench.faults.plan import POSTGRES, SQLITE, TRIALS, Planned, planned, run
from bench.faults.report import table, write

ENGINES = {"sqlite": (SQLITE,), "postgres": (POSTGRES,), "both": (SQLITE, POSTGRES)}


def main() -> int:
    """1 when anything was lost, or else not as it should be."""
    arguments = _arguments()
    # The doors of a trial in this process are silent; the other processes write logs of their own.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    done = outcomes.kept(arguments.outcomes)
    skipped = _run_all(arguments, done)
    if arguments.write or not arguments.only:
        write(done, skipped, where=_where())
    _say(f"\n{table(done, skipped)}\n\n{summed(done)}")
    return 0 if done and all(outcome.good for outcome in done) else 1


def _run_all(arguments: argparse.Namespace, done: list[Outcome]) -> dict[str, str]:
    """Add to what is done; why some trials were left out, by their names and engines."""
    skipped: dict[str, str] = {}
    ends_at = time.monotonic() + arguments.minutes * 60
    for engine in ENGINES[arguments.engine]:
        try:
            with _database(engine) as url:
                for plan in _to_do(arguments, engine, done):
                    if time.monotonic() > ends_at:
                        _say("the time is over; go on with the same --outcomes")
                        return skipped
                    if plan.kind not in skipped:
                        _run(plan, url, arguments.outcomes, done, skipped)
        except Skipped as why:
            skipped[engine] = str(why)
    return skipped


def _run(plan: Planned, url: str, file: Path | None, done: list[Outcome], skipped: dict[str, str]) -> None:
    try:
        outcome = run(plan, url=url)
    except Skipped as why:
        skipped[plan.kind] = str(why)
        _say(f"{plan.kind}: skipped, {why}")
        return
    done.append(outcome)
    outcomes.keep(file, outcome)
    _tell(outcome)


def _to_do(arguments: argparse.Namespace, engine: str, done: Sequence[Outcome]) -> list[Planned]:
    known = {(outcome.name, outcome.engine, outcome.seed) for outcome in done}
    plans = planned(
        engine=engine,
        seed=arguments.seed,
        long=arguments.long,
        only=tuple(arguments.only),
        trials=arguments.trials,
    )
    return [plan for plan in plans if (plan.name, plan.engine, plan.seed) not in known]


@contextmanager
def _database(engine: str) -> Iterator[str]:
    """The URL of a PostgreSQL where one is needed, or ''."""
    if engine != POSTGRES:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="afterword-postgres-") as folder, database(Path(folder) / "data") as url:
        yield url


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--only", choices=sorted(TRIALS), action="append", default=[], help="this one; repeatable")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="both", help="over which database (both)")
    parser.add_argument("--trials", type=int, default=0, help="how many of each kind, in place of the usual number")
    parser.add_argument("--seed", type=int, default=1, help="of the first trial of a kind; each next has the next (1)")
    parser.add_argument("--long", action="store_true", help="as many and as long as the promises say: hours")
    parser.add_argument("--outcomes", type=Path, help="keep what is done in this file, and go on from there")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no trial after so long")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md even of some")
    return parser.parse_args()


def _tell(outcome: Outcome) -> None:
    counts = f"{outcome.struck} times, {outcome.acknowledged} acknowledged, {outcome.in_flight} in flight"
    named = f"{outcome.name} --engine {outcome.engine.lower().removesuffix('ql')} --seed {outcome.seed}"
    _say(f"{named}: {counts}, lost {len(outcome.lost)}, doubled {outcome.doubled}")
    if not outcome.good:
        for line in (*outcome.lost, *outcome.wrong):
            _say(f"  {line}")
        _say(f"  again: python -m bench.faults --only {named} --trials 1")


def _where() -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {versions}"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
