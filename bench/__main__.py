"""The command: `python -m bench [--quick] [--write-docs] [ONLY=click,render]`."""

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import families, report
from bench.rows import Bench, Goal, NotMeasured, Row
from machine import keep_what_was_loaded

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "bench.json"
ONLY = "ONLY="

Measure = Callable[[Bench], Row]


def main() -> None:
    """Measure what was asked for, say it, write it down."""
    options = read_options(sys.argv[1:])
    chosen = choose(known(), options.only)
    if not chosen:
        sys.exit(f"there are no rows of that name; known are {', '.join(known())}")
    rows: list[Row] = []
    keep_what_was_loaded()  # as a process of ours does once it is set up: some rows are measured in this one
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        bench = Bench(Path(folder), runs=options.runs, seconds=options.seconds)
        bench = replace(bench, runs=1, seconds=0.3, reviews=50, sessions=4) if options.quick else bench
        for name, measure in chosen.items():
            rows.append(_measured(name, measure, bench))
            _write(rows, options)  # after each, so that who stops it keeps what was measured
    print(report.table(rows))


def _write(rows: list[Row], options: argparse.Namespace) -> None:
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n", "utf-8")
    if options.write_docs:
        before = options.docs.read_text("utf-8") if options.docs.exists() else ""
        options.docs.write_text(report.page(rows, at=datetime.now(UTC), before=before), "utf-8")


def known() -> dict[str, Measure]:
    """Every row there is, from every family."""
    names = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
    modules = [importlib.import_module(f"{families.__name__}.{name}") for name in names]
    return {name: measure for module in modules for name, measure in module.ROWS.items()}


def choose(rows: Mapping[str, Measure], only: str) -> dict[str, Measure]:
    """The rows that ONLY names, by their whole name or by its first words; all where it names none."""
    words = [word.strip() for word in only.split(",") if word.strip()]
    return {name: measure for name, measure in rows.items() if not words or _named(name, words)}


def _named(name: str, words: list[str]) -> bool:
    return any(name == word or name.startswith(f"{word}-") for word in words)


def _measured(name: str, measure: Measure, bench: Bench) -> Row:
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        return measure(bench)
    except NotMeasured as missing:
        return Row(Goal(name, unit=""), None, note=str(missing))


def read_options(arguments: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures Afterword beside bare peers.")
    parser.add_argument("only", nargs="?", default=ONLY, type=_only, help="rows to measure: ONLY=click,render")
    parser.add_argument("--quick", action="store_true", help="one short run of each: whether it works")
    parser.add_argument("--runs", type=int, default=Bench.runs, help="pairs of each row")
    parser.add_argument("--seconds", type=float, default=Bench.seconds, help="load of each run")
    parser.add_argument("--write-docs", action="store_true", help="write docs/benchmarks.md as well")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the JSON goes")
    return parser.parse_args(arguments)


def _only(text: str) -> str:
    if not text.startswith(ONLY):
        raise argparse.ArgumentTypeError(f"expected {ONLY}name,name")
    return text.removeprefix(ONLY)


if __name__ == "__main__":
    main()
