"""Do the click histories of the shipped corpus end as they should, told to the real application?"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bench.scanners.__main__ import main
from bench.scanners.__main__ import told as told_case
from bench.scanners.corpus import SCALES, SHIPPED, Case, read_corpus
from bench.scanners.page import script_posts
from bench.scanners.report import PAGE
from bench.scanners.world import table

CORPUS = read_corpus(SHIPPED)
ON_SCALES = read_corpus(SCALES)
LEFT = {"events": ["scroll"], "event_at_ms": 100}


@pytest.mark.parametrize("case", CORPUS.cases, ids=lambda case: case.id)
async def test_a_history_of_the_corpus_ends_as_it_should(case: Case) -> None:
    failures, _ = await told_case(case, CORPUS, table(CORPUS))
    assert failures == []


@pytest.mark.parametrize("case", ON_SCALES.cases, ids=lambda case: case.id)
async def test_a_history_on_two_four_or_five_answers_ends_as_it_should(case: Case) -> None:
    failures, _ = await told_case(case, ON_SCALES, table(ON_SCALES))
    assert failures == []


def corpus_of(tmp_path: Path, **changes: Any) -> Path:
    """A file with one case of the corpus, changed."""
    corpus = json.loads(SHIPPED.read_text("utf-8"))
    corpus["cases"] = [{**case, **changes} for case in corpus["cases"] if case["id"] == "A12"]
    file = tmp_path / "corpus.json"
    file.write_text(json.dumps(corpus), "utf-8")
    return file


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], object]]:
    """What the command ends with, over a file."""

    def run(file: Path) -> object:
        monkeypatch.setattr("sys.argv", ["bench.scanners", str(file)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    yield run
    structlog.reset_defaults()


def test_the_command_says_how_many_hold(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.scanners", str(corpus_of(tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "must 1 of 1")


def test_it_prints_what_was_expected_and_what_came(
    tmp_path: Path, told: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(corpus_of(tmp_path, check=[{"t": 5_000, "counted": "happy", "status": ["voided"], "min_hits": 9}])) == 1
    out = capsys.readouterr().out
    assert "A12 (must)" in out
    assert "expected happy to count, got unhappy" in out
    assert "expected status voided, got confirmed" in out
    assert "expected at least 9 hits, got 1" in out
    assert out.splitlines()[-1] == "must 0 of 1"


def test_a_file_that_is_no_corpus_is_refused_in_a_sentence(tmp_path: Path, told: Callable[[Path], object]) -> None:
    file = tmp_path / "corpus.json"
    file.write_text("{}", "utf-8")
    assert str(file) in str(told(file))


@pytest.mark.parametrize(
    ("step", "posts"),
    [
        ({"visible_ms": 999}, [(0, "arrive")]),
        ({"visible_ms": 1_000}, [(0, "arrive"), (1, "vote")]),
        ({"visible_ms": 60_000, "hidden": True}, [(0, "arrive")]),
        ({"visible_ms": 60_000, "prerender": True}, []),
        ({"visible_ms": 5_000, "events": ["scroll"]}, [(0, "arrive"), (1.5, "signal"), (1, "vote")]),
        ({"visible_ms": 5_000, "events": ["scroll"], "trusted": False}, [(0, "arrive"), (1, "vote")]),
        (LEFT | {"visible_ms": 400}, [(0, "arrive"), (0.1, "signal"), (0.4, "vote")]),
        (LEFT | {"visible_ms": 200}, [(0, "arrive"), (0.1, "signal")]),
    ],
)
def test_a_pages_script_is_told_as_it_is_written(step: dict[str, Any], posts: list[tuple[float, str]]) -> None:
    """`tests/test_rating_script.py` holds the same of the script itself, in a browser."""
    read = Case.model_validate({"id": "x", "title": "x", "steps": [{"t": 0, "do": "js", **step}], "check": []})
    assert [(post.t, post.fields["kind"]) for post in script_posts(read.steps[0])] == posts


def test_the_page_that_is_shipped_was_made_from_the_corpus_that_is_shipped() -> None:
    """Only the words: what each way of counting makes of a history is made anew by the command."""
    page = PAGE.read_text("utf-8")
    for case in CORPUS.cases:
        assert f"| {case.id} | {case.title} |" in page
    assert "| Afterword | 48 of 48 | 0 | 0 |" in page
