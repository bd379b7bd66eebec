"""Some trials of `make faults`, with the same harness: what was acknowledged is there, once, whatever happens."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench.faults import outcomes, report
from bench.faults.house import Place
from bench.faults.ledger import Kept, Ledger, Outcome, Skipped, summed
from bench.faults.means.tape import Did, Disk, Record
from bench.faults.plan import POSTGRES, SQLITE, TRIALS, Planned, planned, run
from bench.faults.trials.endings import CAME_AGAIN
from bench.faults.trials.power import cut, lived
from bench.faults.trials.races import closings_race

SEED = 20_261_121
SAMPLE = (
    "kill-web-200",
    "kill-inbound-data",
    "kill-inbound-250",
    "kill-mailer",
    "stop-web",
    "stop-inbound",
    "disk-full",
    "relay-away",
    "clock",
)
"""Each kill trial kills five times."""
RACES, CUTS = 200, 6
SLACK = 10.0  # other tests run at the same time


@pytest.mark.parametrize("name", SAMPLE)
def test_what_was_acknowledged_is_there_once_and_the_service_works_again(name: str) -> None:
    try:
        outcome = run(Planned(name, SQLITE, SEED, slack=SLACK))
    except Skipped as why:
        pytest.skip(str(why))
    assert outcome.struck > 0
    assert outcome.acknowledged > 0
    assert (outcome.lost, outcome.wrong) == ((), ()), f"python -m bench.faults --only {name} --seed {SEED} --trials 1"
    assert outcome.doubled == outcome.excused
    if name == "kill-inbound-250":
        assert outcome.measured[CAME_AGAIN] >= outcome.struck, "each kill fell between a commit and its answer"


async def test_one_closing_asks_once_whoever_tells_of_it_at_the_same_time(tmp_path: Path) -> None:
    ledger = await closings_race(Place(tmp_path), SEED, races=RACES)
    assert len(ledger.kept) == RACES
    assert (ledger.lost, ledger.wrong) == ([], [])


async def test_a_power_cut_loses_nothing_but_where_a_disk_lies_about_its_syncs(tmp_path: Path) -> None:
    chance = Random(SEED)
    try:
        life = await lived(Place(tmp_path), chance, (40, 40, 20))
    except Skipped as why:
        pytest.skip(str(why))
    outcome = await cut(life, chance, CUTS)
    assert (outcome.lost, outcome.wrong) == ([], [])
    lying = await cut(life, chance, CUTS, disk=Disk(honest=False, survival=(0.0,)))
    assert len(lying.lost) >= CUTS // 2, "every other cut falls after an answer, and nothing that was answered is there"
    assert lying.wrong == [], "what is left is the database as it was before, which is sound"


def wrote(content: bytes, offset: int = 0) -> Record:
    return Record(Did.WROTE, 1, "file", offset, content)


def did(what: Did, name: str = "file", offset: int = 0, thread: int = 1) -> Record:
    return Record(what, thread, name, offset, b"")


SYNC = (did(Did.BEGAN_SYNC), did(Did.SYNCED))


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ((wrote(b"new"), *SYNC), {b"new"}),
        ((wrote(b"new"),), {b"old", b"new"}),
        ((*SYNC, wrote(b"new"), did(Did.BEGAN_SYNC)), {b"old", b"new"}),
        ((did(Did.BEGAN_SYNC), wrote(b"new"), did(Did.SYNCED)), {b"old", b"new"}),
        ((did(Did.BEGAN_SYNC, thread=2), wrote(b"new"), *SYNC, did(Did.SYNCED, thread=2)), {b"new"}),
        ((did(Did.SIZED, offset=1),), {b"old", b"o"}),
        ((did(Did.SIZED, offset=1), *SYNC, wrote(b"w", 2)), {b"o", b"o\0w"}),
        ((wrote(b"a"), wrote(b"b")), {b"old", b"ald", b"bld"}),
    ],
)
def test_what_was_synced_is_there_and_what_was_written_since_may_be(
    records: tuple[Record, ...], found: set[bytes]
) -> None:
    disk = Disk()
    disk.put("file", b"old")
    for record in records:
        disk.take(record)
    chance = Random(SEED)
    assert {disk.after_a_cut(chance)["file"] for _ in range(300)} == found


def test_a_long_write_may_be_torn_between_its_sectors_and_nowhere_else() -> None:
    disk = Disk()
    disk.put("file", bytes(2_048))
    disk.take(wrote(b"x" * 1_024, 256))
    chance = Random(SEED)
    seen = {disk.after_a_cut(chance)["file"] for _ in range(300)}
    sectors = {tuple(content[start : start + 512].count(b"x") for start in range(0, 2_048, 512)) for content in seen}
    assert sectors == {(a, b, c, 0) for a in (0, 256) for b in (0, 512) for c in (0, 256)}


def test_a_new_file_is_there_for_certain_once_its_folder_is_synced() -> None:
    disk = Disk()
    chance = Random(SEED)
    disk.take(did(Did.MADE))
    assert {bool(disk.after_a_cut(chance)) for _ in range(100)} == {True, False}
    disk.take(did(Did.BEGAN_SYNC, "."))
    disk.take(did(Did.SYNCED, "."))
    assert {bool(disk.after_a_cut(chance)) for _ in range(100)} == {True}
    disk.take(did(Did.TOOK_AWAY))
    assert {bool(disk.after_a_cut(chance)) for _ in range(100)} == {True, False}


def kept(what: str) -> Kept:
    return Kept("vote", "a review", what)


async def test_the_ledger_tells_what_is_lost_and_what_is_there_twice() -> None:
    ledger = Ledger()
    for what in ("once", "never", "twice"):
        await ledger.keep(kept(what))
    ledger.compare(Counter(map(kept, ("once", "twice", "twice", "untold"))))
    outcome = ledger.outcome("kill-web", SQLITE, 7)
    assert outcome.lost == ("vote a review never",)
    assert outcome.doubled == 1
    assert not outcome.good


def ended(name: str = "kill-web", **more: int | tuple[str, ...] | dict[str, float]) -> Outcome:
    figures: dict[str, object] = {"struck": 5, "acknowledged": 100, "in_flight": 3, "doubled": 0, "excused": 0}
    return Outcome(name, SQLITE, 1, **{**figures, "lost": (), "wrong": (), **more})  # type: ignore[arg-type]


def test_the_last_line_has_its_form() -> None:
    told = [
        ended(),
        ended("kill-mailer", in_flight=4, doubled=1, excused=1),
        ended("kill-mailer", in_flight=2, lost=("a mail",)),
    ]
    assert summed(told) == "lost 1, doubled 1 of 9 in flight"


def test_each_trial_has_a_seed_of_its_own_and_a_long_run_has_more_of_them() -> None:
    usual = planned(engine=SQLITE, seed=5)
    assert {plan.name for plan in usual} == {name for name, trial in TRIALS.items() if SQLITE in trial.engines}
    assert len({(plan.name, plan.seed) for plan in usual}) == len(usual)
    inbound = [name for name in TRIALS if name.startswith("kill-inbound")]
    assert sum(plan.name in inbound for plan in usual) * 5 >= 100
    assert sum(plan.name in inbound for plan in planned(engine=SQLITE, seed=5, long=True)) * 5 >= 1_000
    assert planned(engine=POSTGRES, seed=17, only=("away", "power"), trials=2) == [
        Planned("away", POSTGRES, 17),
        Planned("away", POSTGRES, 18),
    ]


def test_a_run_that_was_stopped_finds_its_outcomes_again(tmp_path: Path) -> None:
    file = tmp_path / "outcomes"
    told = [ended(), ended("locked", wrong=("slow",), measured={"well after {} s": 0.7})]
    for outcome in told:
        outcomes.keep(file, outcome)
    assert outcomes.kept(file) == told
    assert outcomes.kept(None) == []


def test_the_document_keeps_its_words_and_takes_the_new_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "faults.md")
    report.DOCUMENT.write_text(f"# Faults\n\n{report.MARK}\nthe result before\n", "utf-8")
    told = [
        ended("kill-mailer", acknowledged=1_234, doubled=2, excused=2),
        ended("locked", measured={"well after {} s": 0.7}),
    ]
    report.write(told, {"PostgreSQL": "there is none"}, where="somewhere")
    text = report.DOCUMENT.read_text("utf-8")
    assert text.startswith("# Faults\n")
    assert "the result before" not in text
    assert "| kill-mailer | SQLite | 5 | 1,234 | 3 | 0 | 2 | 2 | 0 |" in text
    assert "| kills: 5 (SQLite) | 0 lost, 2 doubled (2 excused) | yes |" in text
    assert "0 lost, 0 doubled, well after 0.70 s" in text
    assert "PostgreSQL | skipped: there is none" in text
    assert text.endswith("`lost 0, doubled 2 of 6 in flight`\n")


def test_a_promise_that_was_broken_once_is_not_kept() -> None:
    assert report.promised([ended("clock"), ended("clock", wrong=("a link was refused",))]).endswith("1 wrong | NO |")
