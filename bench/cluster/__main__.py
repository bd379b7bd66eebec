"""`python -m bench.cluster`: kill the primary and cut hosts off under load, and write docs/cluster.md's table."""

import argparse
import asyncio
import logging
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bench.cluster.trial import Struck, Trial, run
from bench.faults.ledger import Outcome, Skipped, summed

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "cluster.md"
MARK = "<!-- written by `python -m bench.cluster --write` from here on -->\n"


def main() -> int:
    """1 when anything was lost, or else not as it should be; 2 when the trial cannot run here."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="of the primary, or of its host (10)")
    parser.add_argument("--cuts", type=int, default=10, help="of a host from all others (10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave configurations and logs in this new folder")
    parser.add_argument("--write", action="store_true", help=f"write the result into docs/{DOCUMENT.name}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # hosts and all that runs on them go along
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        with tempfile.TemporaryDirectory(prefix="afterword-cluster-", ignore_cleanup_errors=True) as folder:
            place = options.keep or Path(folder)
            place.mkdir(exist_ok=True)
            trial = asyncio.run(run(place, seed=options.seed, kills=options.kills, cuts=options.cuts, tell=_say))
    except Skipped as why:
        _say(f"skipped: {why}")
        return 2
    outcome = trial.ledger.outcome("cluster", "PostgreSQL", options.seed)
    for line in (*outcome.lost, *outcome.wrong):
        _say(f"  {line}")
    told = "\n".join(_lines(trial, outcome))
    _say(f"\n{told}")
    if options.write:
        words, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
        DOCUMENT.write_text(f"{words}{mark}\n{told}\n", "utf-8")
    return 0 if outcome.good else 1


def _lines(trial: Trial, outcome: Outcome) -> Iterator[str]:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    yield f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}, seed {outcome.seed}."
    yield ""
    yield "| strike | times | served again after, median | at most | whole again after, at most |"
    yield "|---|---|---|---|---|"
    for what in dict.fromkeys(one.what for one in trial.struck):
        yield _row(what, [one for one in trial.struck if one.what == what])
    yield ""
    yield (
        f"{outcome.acknowledged:,} facts acknowledged, {len(trial.sink.copies):,} mails sent, {outcome.excused} of the"
        f" {outcome.doubled} doubled excused, {len(outcome.wrong)} wrong."
    )
    yield ""
    yield f"`{summed([outcome])}`"


def _row(what: str, struck: list[Struck]) -> str:
    back = sorted(one.back_seconds for one in struck)
    whole = max(one.whole_at - one.at for one in struck)
    return f"| {what} | {len(struck)} | {back[len(back) // 2]:.1f} s | {back[-1]:.1f} s | {whole:.0f} s |"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
