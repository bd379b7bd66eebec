"""`python -m bench.simulate`: histories made by chance, and whether the promises hold in each. `--seed S` tells one."""

import argparse
import gc
import logging
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import structlog

from bench.simulate.history import History, history
from bench.simulate.laws import broken
from bench.simulate.shrinking import shrunk
from bench.simulate.world import lived

SEEDS = 10_000
PIECE = 50
"""Seeds that one process is given at a time."""


def main() -> int:
    """Run what was asked for; 1 when a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many; {SEEDS} unless told otherwise")
    parser.add_argument("--first", type=int, default=0, help="the first one")
    parser.add_argument("--seed", type=int, help="this one alone, told")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    asked = parser.parse_args()
    _quiet()
    if asked.seed is not None:
        return _one(asked.seed)
    return _many(asked.first, asked.seeds, jobs=asked.jobs)


def _many(first: int, number: int, *, jobs: int) -> int:
    begun, failed = time.monotonic(), 0
    pieces = [range(start, min(start + PIECE, first + number)) for start in range(first, first + number, PIECE)]
    with ProcessPoolExecutor(max(1, jobs), initializer=_quiet) as pool:
        for done, found in enumerate(pool.map(_piece, pieces), 1):
            for seed, words in found:
                failed += 1
                print(f"\nseed {seed} failed: {words[0]}")
                _tell(seed)
            if sys.stderr.isatty():
                print(f"\r{min(done * PIECE, number)} of {number}", end="", file=sys.stderr)
    seconds = time.monotonic() - begun
    print(f"\n{number / seconds:.0f} seeds a second, {seconds:.0f} s")
    print(f"{number} seeds, {failed} failed")
    return 1 if failed else 0


def _piece(seeds: range) -> list[tuple[int, list[str]]]:
    """Which of them broke a law."""
    found = [(seed, words) for seed in seeds if (words := lived(history(seed), broken))]
    gc.collect()
    return found


def _one(seed: int) -> int:
    told = history(seed)
    words = lived(told, broken)
    print("\n".join(told.lines()))
    if words:
        print(f"\nseed {seed} failed:")
        _tell(seed)
    print(f"1 seeds, {1 if words else 0} failed")
    return 1 if words else 0


def _tell(seed: int) -> None:
    """What is wrong, and the shortest history in which it is."""
    short = shrunk(history(seed), lambda told: bool(lived(told, broken)))
    print("\n".join(f"  {line}" for line in (*_lines(short), *lived(short, broken))))
    print(f"  again: python -m bench.simulate --seed {seed}")


def _lines(told: History) -> Iterator[str]:
    yield from told.lines()
    yield "breaks:"


def _quiet() -> None:
    """What our processes log of deaths and answers that are lost on purpose is no news. Collecting garbage now and then
    is enough for so short lives."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # tasks of processes that died
    gc.disable()


if __name__ == "__main__":
    sys.exit(main())
