"""Ten trials of `make faults`, with the same harness: what was acknowledged is there, once, whatever happens."""

from collections import Counter
from pathlib import Path

import pytest

from bench.faults import report
from bench.faults.ledger import Kept, Ledger, Outcome, Skipped, summed
from bench.faults.trials import KILLS, OTHERS, OTHERS_TIMES, planned, run

SEED = 20_261_121
TEN = (
    ("kill-web", SEED),
    ("kill-web", SEED + 1),
    ("kill-inbound", SEED + 2),
    ("kill-inbound", SEED + 3),
    ("kill-mailer", SEED + 4),
    ("kill-mailer", SEED + 5),
    ("stop-web", SEED + 6),
    ("stop-inbound", SEED + 7),
    ("disk-full", SEED + 8),
    ("clock", SEED + 9),
)


@pytest.mark.parametrize(("name", "seed"), TEN)
def test_what_was_acknowledged_is_there_once_and_the_service_works_again(name: str, seed: int) -> None:
    try:
        outcome = run(name, seed)
    except Skipped as why:
        pytest.skip(str(why))
    assert outcome.acknowledged > 0
    assert (outcome.lost, outcome.wrong) == ((), ()), f"python -m bench.faults --only {name} --seed {seed} --trials 1"


def kept(what: str) -> Kept:
    return Kept("vote", "a review", what)


async def test_the_ledger_tells_what_is_lost_and_what_is_there_twice() -> None:
    ledger = Ledger()
    for what in ("once", "never", "twice"):
        await ledger.keep(kept(what))
    ledger.compare(Counter(map(kept, ("once", "twice", "twice", "untold"))))
    outcome = ledger.outcome("kill-web", 7)
    assert outcome.lost == ("vote a review never",)
    assert outcome.doubled == 1
    assert not outcome.good


def test_the_last_line_has_its_form() -> None:
    told = [
        Outcome("kill-web", 1, 100, 3, (), 0, ()),
        Outcome("kill-mailer", 2, 60, 4, (), 1, ()),
        Outcome("kill-mailer", 3, 60, 2, ("a mail",), 0, ()),
    ]
    assert summed(told) == "lost 1, doubled 1 of 9 in flight"


def test_the_kills_take_turns_and_each_trial_has_its_own_seed() -> None:
    plan = planned(trials=7, seed=5)
    assert [name for name, _ in plan[:4]] == [*KILLS, "kill-web"]
    assert [seed for _, seed in plan[:7]] == [5, 6, 7, 8, 9, 10, 11]
    assert len(plan) == 7 + len(OTHERS) * OTHERS_TIMES
    assert planned(trials=2, seed=17, only=("clock",)) == [("clock", 17), ("clock", 18)]


def test_the_document_keeps_its_words_and_takes_the_new_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "faults.md")
    report.DOCUMENT.write_text(f"# Faults\n\n{report.MARK}\nthe result before\n", "utf-8")
    told = report.table([Outcome("kill-web", 1, 1_234, 3, (), 0, ())], {"postgres": "there is none"})
    report.write(told, "lost 0, doubled 0 of 3 in flight", where="somewhere", minutes=4.4)
    text = report.DOCUMENT.read_text("utf-8")
    assert text.startswith("# Faults\n")
    assert "the result before" not in text
    assert "| kill-web | 1 | 1,234 | 3 | 0 | 0 | 0 |" in text
    assert "postgres | skipped: there is none" in text
    assert text.endswith("`lost 0, doubled 0 of 3 in flight`\n")
