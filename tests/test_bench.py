"""Does the benchmark run, and does it write its form? Nothing here fails on time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import choose, known, read_options
from bench.rows import Bench, Goal, Measured
from bench.trial import trial

ROOT = Path(__file__).parent.parent
FORM = {"name", "unit", "ours", "peer", "goal", "runs", "spread", "note"}


def test_a_quick_run_writes_the_rows_it_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "ONLY=render,decide", "--out", str(out)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = json.loads(out.read_text())
    assert {row["name"] for row in rows} == {"render", "decide"}
    for row in rows:
        assert row.keys() == FORM | {"value" if row["name"] == "decide" else "ratio"}
        assert row["ours"] > 0
        assert row["name"] in told


def test_the_page_keeps_rows_that_were_not_measured_again(tmp_path: Path) -> None:
    page, out = tmp_path / "benchmarks.md", tmp_path / "bench.json"
    for only in ("render,decide", "decide"):
        command = [sys.executable, "-m", "bench", "--quick", "--write-docs", f"ONLY={only}"]
        command += ["--docs", str(page), "--out", str(out)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    told = page.read_text()
    assert [line.split("|")[1].strip() for line in told.splitlines() if line.startswith("| ")][2:] == [
        "render",
        "decide",
    ]
    assert "SQLite 3." in told
    assert told.count("load") >= 2


def test_a_row_that_nobody_knows_is_said_to_be_unknown() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "ONLY=nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "click-get" in done.stderr


@pytest.mark.parametrize(
    ("only", "chosen"),
    [
        ("render", {"render"}),
        ("click-get,decide", {"click-get", "decide"}),
        ("clic", set()),
        (" render , ", {"render"}),
    ],
)
def test_rows_are_picked_by_their_name(only: str, chosen: set[str]) -> None:
    assert choose(known(), only).keys() == chosen


def test_a_family_is_picked_by_its_first_word() -> None:
    assert {"click-get", "click-vote"} <= choose(known(), "click").keys()
    assert all(name.startswith("click-") for name in choose(known(), "click"))


def test_a_row_counts_the_median_of_its_pairs(tmp_path: Path) -> None:
    ours, peers = iter([10.0, 30.0, 20.0]), iter([10.0, 10.0, 10.0])
    bench = Bench(tmp_path, runs=3)
    row = bench.paired(
        Goal("a row", "per second", least=3), lambda: Measured(next(ours)), lambda: Measured(next(peers))
    )
    assert (row.figure, row.ours, row.peer, row.spread, row.kept) == (2.0, 20.0, 10.0, (1.0, 3.0), False)


def test_without_a_name_every_row_is_measured() -> None:
    assert read_options([]).only == ""
    assert choose(known(), "") == known()


def test_every_ticket_of_a_flood_is_asked_about_once_and_every_broken_one_kept(tmp_path: Path) -> None:
    outcome = trial(tmp_path, tickets=400, clients=8)
    assert (outcome.tickets, outcome.broken) == (380, 20)
    assert outcome.right, outcome
